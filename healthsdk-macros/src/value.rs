//! What the value of an option may be. Each parser here has the grammar of the value above it.

use std::ops::RangeInclusive;

use proc_macro2::{Literal, TokenStream};
use syn::{
    Error, Ident, Lit, LitStr, Path, Result,
    parse::{ParseStream, Parser as _},
};

use crate::{
    args::{self, Arg},
    duration::Duration,
    errors::Errors,
    name, words,
};

// count := INTEGER within the range
pub(crate) fn count(arg: &Arg, range: RangeInclusive<u32>) -> Result<Literal> {
    let (value, what) = (arg.value()?, format!("a whole number from {} to {}", range.start(), range.end()));
    let legal = |count: &u32| range.contains(count);
    match syn::parse2(value.clone()) {
        Ok(Lit::Int(number)) if number.suffix().is_empty() => {
            let count =
                number.base10_parse().ok().filter(legal).ok_or_else(|| arg.expected(&value, &what))?;
            Ok(Literal::u32_unsuffixed(count))
        }
        Ok(Lit::Str(text)) if text.value().parse().is_ok_and(|count| legal(&count)) => {
            let mended = arg.with_value(&text.value());
            Err(Error::new_spanned(text, format!("expected {what}, without quotes: {mended}")))
        }
        _ => Err(arg.expected(&value, &what)),
    }
}

// path := ["::"] NAME ("::" NAME)*
pub(crate) fn path(arg: &Arg) -> Result<Path> {
    let value = arg.value()?;
    if let Ok(text) = syn::parse2::<LitStr>(value.clone()) {
        let path = text.parse_with(module).map(|_| text.value());
        let path = path.unwrap_or_else(|_| arg.spec.example.to_owned());
        let wrong = format!("expected a path without quotes: {}", arg.with_value(&path));
        return Err(Error::new_spanned(text, wrong));
    }
    module.parse2(value.clone()).map_err(|_| arg.expected(&value, "the path of a crate or module"))
}

/// Without `Self`, which is a type.
fn module(input: ParseStream<'_>) -> Result<Path> {
    let path = Path::parse_mod_style(input)?;
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(of_type) => Err(Error::new_spanned(of_type, "expected the path of a module")),
        None => Ok(path),
    }
}

// string := STRING, not empty
pub(crate) fn string(arg: &Arg) -> Result<LitStr> {
    literal(arg, &arg.value()?).and_then(|text| {
        let empty = || {
            Error::new_spanned(&text, format!("`{}` is empty: say something, or leave it out", arg.spec.name))
        };
        if text.value().trim().is_empty() { Err(empty()) } else { Ok(text) }
    })
}

// name := STRING of 1 to 64 of LETTER, DIGIT, "-", "_" and ".", beginning with LETTER or DIGIT
pub(crate) fn name(arg: &Arg) -> Result<LitStr> {
    literal(arg, &arg.value()?).and_then(|text| legal_name(arg, text))
}

// names := name | "[" name ("," name)* [","] "]"
pub(crate) fn names(arg: &Arg) -> Result<Vec<LitStr>> {
    list(arg, |text| legal_name(arg, text))
}

// word := STRING out of a few
pub(crate) fn word<T: Copy>(arg: &Arg, legal: &[(&str, T)]) -> Result<T> {
    literal(arg, &arg.value()?).and_then(|text| legal_word(arg, &text, legal))
}

// words := word | "[" word ("," word)* [","] "]"
pub(crate) fn words<T: Copy>(arg: &Arg, legal: &[(&str, T)]) -> Result<Vec<T>> {
    list(arg, |text| legal_word(arg, &text, legal))
}

// duration := STRING with a duration in it
pub(crate) fn duration(arg: &Arg) -> Result<(Duration, LitStr)> {
    let value = arg.value()?;
    let written = value.to_string();
    let quoted = |text: &str| Duration::parse(text).map(|_| arg.with_value(&format!("\"{text}\"")));
    match syn::parse2(value.clone()) {
        Ok(Lit::Str(text)) => match Duration::parse(&text.value()) {
            Ok(duration) => Ok((duration, text)),
            Err(fault) => Err(Error::new_spanned(text, fault)),
        },
        Ok(Lit::Int(_) | Lit::Float(_)) => {
            let mended = quoted(&written)
                .or_else(|_| quoted(&format!("{written}ms")))
                .or_else(|_| quoted(&format!("{written}s")));
            let mended = mended.unwrap_or_else(|_| arg.example());
            Err(Error::new_spanned(&value, format!("expected a duration with a unit, in quotes: {mended}")))
        }
        _ => Err(arg.expected(&value, "a duration in quotes")),
    }
}

fn legal_name(arg: &Arg, text: LitStr) -> Result<LitStr> {
    let Some(fault) = name::fault(&text.value()) else { return Ok(text) };
    let what = arg.spec.name.trim_end_matches('s');
    let mended = name::mended(&text.value()).map(|mended| format!("write {mended:?}; ")).unwrap_or_default();
    let wrong = format!("this {what} {fault}: {mended}a {what} is {}", name::rule());
    Err(Error::new_spanned(&text, wrong))
}

fn legal_word<T: Copy>(arg: &Arg, text: &LitStr, legal: &[(&str, T)]) -> Result<T> {
    let written = text.value();
    if let Some((_, value)) = legal.iter().find(|(word, _)| *word == written) {
        return Ok(*value);
    }
    let name = arg.spec.name.replace('_', " ");
    let meant = words::nearest(&written, legal.iter().map(|(word, _)| *word));
    let meant = meant.map_or_else(|| ":".to_owned(), |meant| format!(", did you mean {meant:?}?"));
    Err(Error::new_spanned(text, format!("unknown {name} {written:?}{meant} write {}", spelt(legal))))
}

fn spelt<T>(legal: &[(&str, T)]) -> String {
    words::list(&legal.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>())
}

/// One string or a bracketed list of them, each examined, none twice.
fn list<T>(arg: &Arg, mut examine: impl FnMut(LitStr) -> Result<T>) -> Result<Vec<T>> {
    let Some(group) = args::bracketed(&arg.value()?) else {
        return literal(arg, &arg.value()?).and_then(examine).map(|only| vec![only]);
    };
    if group.stream().is_empty() {
        let wrong = format!("`{}` lists nothing: {}, or leave it out", arg.spec.name, arg.example());
        return Err(Error::new_spanned(group, wrong));
    }
    let (mut errors, mut seen, mut values) = (Errors::default(), Vec::new(), Vec::new());
    for part in args::split(group.stream()) {
        let text = part.and_then(|part| literal(arg, &part));
        let Some(text) = errors.take(text) else { continue };
        if seen.contains(&text.value()) {
            errors.push(Error::new_spanned(&text, format!("{:?} is listed twice: remove one", text.value())));
            continue;
        }
        seen.push(text.value());
        values.extend(errors.take(examine(text)));
    }
    errors.finish().map(|()| values)
}

// STRING
fn literal(arg: &Arg, tokens: &TokenStream) -> Result<LitStr> {
    args::comma(tokens)?;
    if let Ok(text) = syn::parse2::<LitStr>(tokens.clone())
        && text.suffix().is_empty()
    {
        return Ok(text);
    }
    let mended = match syn::parse2::<Ident>(tokens.clone()) {
        Ok(word) => format!("write \"{word}\""),
        Err(_) => arg.example(),
    };
    Err(Error::new_spanned(tokens, format!("expected a string in quotes: {mended}")))
}

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{
    Error, Result, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use crate::{errors::Errors, words};

/// An option that an attribute has, and a value as an example; an option without one is a bare word.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) example: &'static str,
}

/// An option as it was written.
pub(crate) struct Arg {
    pub(crate) spec: &'static Spec,
    pub(crate) name: Ident,
    /// What follows the name: `= 3`, or nothing.
    rest: TokenStream,
}

impl Arg {
    /// How to write this option.
    pub(crate) fn example(&self) -> String {
        self.with_value(self.spec.example)
    }

    pub(crate) fn with_value(&self, value: &str) -> String {
        if value.is_empty() {
            format!("write `{}` alone", self.spec.name)
        } else {
            format!("write `{} = {value}`", self.spec.name)
        }
    }

    /// An error that underlines the value and says how to write this option.
    pub(crate) fn expected(&self, value: &TokenStream, what: &str) -> Error {
        Error::new_spanned(value, format!("expected {what}: {}", self.example()))
    }

    // value := "=" everything up to the next ","
    pub(crate) fn value(&self) -> Result<TokenStream> {
        (|input: ParseStream<'_>| {
            if input.is_empty() {
                let missing = format!("`{}` needs a value: {}", self.spec.name, self.example());
                return Err(Error::new(self.name.span(), missing));
            }
            let Ok(equals) = input.parse::<Token![=]>() else {
                return Err(input.error(format!("expected `=`: {}", self.example())));
            };
            if input.is_empty() {
                let missing = format!("expected a value after `=`: {}", self.example());
                return Err(Error::new(equals.span, missing));
            }
            let value = input.parse()?;
            comma(&value).map(|()| value)
        })
        .parse2(self.rest.clone())
    }

    /// Nothing, for an option that is a bare word.
    pub(crate) fn no_value(&self) -> Result<()> {
        if self.rest.is_empty() {
            return Ok(());
        }
        let wrong = format!("`{}` takes no value: {}", self.spec.name, self.example());
        Err(Error::new_spanned(&self.rest, wrong))
    }
}

// args := [ arg ("," arg)* [","] ]
pub(crate) fn parse(tokens: TokenStream, legal: &'static [Spec], errors: &mut Errors) -> Vec<Arg> {
    let mut args: Vec<Arg> = Vec::new();
    for part in split(tokens) {
        let arg = part.and_then(|part| (|input: ParseStream<'_>| arg(input, legal)).parse2(part));
        let Some(arg) = errors.take(arg) else { continue };
        if args.iter().any(|earlier| earlier.spec.name == arg.spec.name) {
            let twice = format!("`{}` is written twice: remove one", arg.spec.name);
            errors.push(Error::new(arg.name.span(), twice));
        } else {
            args.push(arg);
        }
    }
    args
}

// arg := NAME ["=" value]
fn arg(input: ParseStream<'_>, legal: &'static [Spec]) -> Result<Arg> {
    let start = input.cursor().token_stream();
    let Ok(name) = input.call(Ident::parse_any) else {
        let example =
            legal.first().map(|spec| format!("`{} = {}`", spec.name, spec.example)).unwrap_or_default();
        let wrong = format!("expected an option, such as {example}: {}", options(legal));
        return Err(Error::new_spanned(start, wrong));
    };
    let written = name.unraw().to_string();
    let rest = input.parse()?;
    match legal.iter().find(|spec| spec.name == written) {
        Some(spec) => Ok(Arg { spec, name, rest }),
        None => Err(unknown(&name, &written, legal)),
    }
}

/// Cuts at the commas outside of brackets; a comma with nothing before it is an error.
pub(crate) fn split(tokens: TokenStream) -> Vec<Result<TokenStream>> {
    let mut parts = Vec::new();
    let mut part = TokenStream::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => {
                let empty = Error::new(comma.span(), "nothing stands before this `,`: remove it");
                parts.push(if part.is_empty() { Err(empty) } else { Ok(std::mem::take(&mut part)) });
            }
            _ => part.extend([token]),
        }
    }
    if !part.is_empty() {
        parts.push(Ok(part));
    }
    parts
}

/// An error where something follows a literal.
pub(crate) fn comma(tokens: &TokenStream) -> Result<()> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Literal(_)), Some(next)) => {
            Err(Error::new(next.span(), format!("expected `,` before `{next}`")))
        }
        _ => Ok(()),
    }
}

/// The group, if that is all there is and it has square brackets.
pub(crate) fn bracketed(tokens: &TokenStream) -> Option<Group> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) => match group.delimiter() {
            Delimiter::Bracket => Some(group),
            // The wrapping of a metavariable of `macro_rules!`.
            Delimiter::None => bracketed(&group.stream()),
            _ => None,
        },
        _ => None,
    }
}

fn unknown(name: &Ident, written: &str, legal: &[Spec]) -> Error {
    let meant = words::nearest(written, legal.iter().map(|spec| spec.name));
    let meant = meant.map_or_else(|| ":".to_owned(), |meant| format!(", did you mean `{meant}`?"));
    Error::new(name.span(), format!("unknown option `{written}`{meant} {}", options(legal)))
}

fn options(legal: &[Spec]) -> String {
    let names: Vec<String> = legal.iter().map(|spec| format!("`{}`", spec.name)).collect();
    format!("the options are {}", words::list(&names).replace(" or ", " and "))
}

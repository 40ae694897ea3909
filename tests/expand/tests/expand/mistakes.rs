//! What the attributes say of each compile-fail case, without a compiler: in a moment, and whatever its version.

use std::{collections::BTreeSet, fs, path::Path};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{LitStr, Meta};

use crate::{check, reference, route};

/// What the compiler says of cases in which the attributes find nothing wrong.
const OF_THE_COMPILER: [&str; 2] =
    ["associated `static` items are not allowed", "future cannot be sent between threads safely"];

#[test]
fn each_mistake_is_told_as_the_compiler_is_expected_to_tell_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/ui");
    let mut cases = 0;
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let case = entry.expect("it is readable").path();
        let Ok(expected) = fs::read_to_string(case.with_extension("stderr")) else { continue };
        if case.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&case).expect("the case is readable");
            let told = mistakes(source.parse().expect("the case is made of tokens"));
            assert_eq!(told, errors(&expected), "{}", case.display());
            cases += 1;
        }
    }
    assert!(cases > 80, "{cases} cases");
}

#[test]
fn what_has_to_compile_is_no_mistake() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/ui/pass");
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let case = entry.expect("it is readable").path();
        let source = fs::read_to_string(&case).expect("the case is readable");
        let told = mistakes(source.parse().expect("the case is made of tokens"));
        assert_eq!(told, BTreeSet::new(), "{}", case.display());
    }
}

fn errors(stderr: &str) -> BTreeSet<String> {
    let errors = stderr.lines().filter_map(|line| line.strip_prefix("error: "));
    errors.filter(|error| !OF_THE_COMPILER.contains(error)).map(str::to_owned).collect()
}

fn mistakes(tokens: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let groups = tokens.iter().enumerate().filter_map(|(at, token)| match token {
        TokenTree::Group(group) if !is_rule(&tokens[..at]) => Some((at, group)),
        _ => None,
    });
    groups
        .flat_map(|(at, group)| {
            let expansion = expansion(&tokens[..at], group, &tokens[at + 1..]);
            let mut told = mistakes(group.stream());
            told.extend(expansion.map(messages).unwrap_or_default());
            told
        })
        .collect()
}

/// What `macro_rules!` makes an item of is none yet.
fn is_rule(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Ident(_)] if word == "macro_rules")
}

/// Of the attribute or the macro that the brackets belong to, if it is one of ours.
fn expansion(before: &[TokenTree], group: &Group, after: &[TokenTree]) -> Option<TokenStream> {
    if let [.., TokenTree::Ident(name), TokenTree::Punct(_)] = before
        && name == "check"
    {
        return Some(reference::expand(&group.stream()));
    }
    let meta: Meta = syn::parse2(group.stream()).ok().filter(|_| group.delimiter() == Delimiter::Bracket)?;
    let args = meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    let end = after.iter().position(ends_item).map_or(after.len(), |last| last + 1);
    let item = after[..end].iter().cloned().collect();
    match meta.path().segments.last()?.ident.to_string().as_str() {
        "health_check" => Some(check::expand(args, item)),
        "health_route" => Some(route::expand(args, item)),
        _ => None,
    }
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

/// Those of every `compile_error!` in an expansion.
fn messages(expansion: TokenStream) -> Vec<String> {
    let tokens: Vec<_> = expansion.into_iter().collect();
    let errors = tokens.windows(3).filter_map(|three| match three {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(message)]
            if name == "compile_error" =>
        {
            syn::parse2::<LitStr>(message.stream()).ok()
        }
        _ => None,
    });
    errors.map(|message| message.value()).collect()
}

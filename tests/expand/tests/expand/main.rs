//! What the attributes expand to, readable: each `cases/x.rs` beside its `cases/x.expanded.rs`.
//!
//! `UPDATE_EXPECT=1` writes the expansions anew.

// The macros' own modules: outside of a compiler they expand the same tokens, and `submit!` stays as written.
#[path = "../../../../healthsdk-macros/src/args.rs"]
mod args;
#[path = "../../../../healthsdk-macros/src/check.rs"]
mod check;
#[path = "../../../../healthsdk-macros/src/duration.rs"]
mod duration;
#[path = "../../../../healthsdk-macros/src/errors.rs"]
mod errors;
#[path = "../../../../healthsdk-macros/src/function.rs"]
mod function;
#[path = "../../../../healthsdk-macros/src/grammar.rs"]
mod grammar;
#[path = "../../../../healthsdk-macros/src/name.rs"]
mod name;
#[path = "../../../../healthsdk-macros/src/options.rs"]
mod options;
#[path = "../../../../healthsdk-macros/src/path.rs"]
mod path;
#[path = "../../../../healthsdk-macros/src/reference.rs"]
mod reference;
#[path = "../../../../healthsdk-macros/src/route.rs"]
mod route;
#[path = "../../../../healthsdk-macros/src/rules.rs"]
mod rules;
#[path = "../../../../healthsdk-macros/src/signature.rs"]
mod signature;
#[path = "../../../../healthsdk-macros/src/value.rs"]
mod value;
#[path = "../../../../healthsdk-macros/src/words.rs"]
mod words;

// Their unit tests as well, so that the tests of the macros are one program.
#[path = "../../../../healthsdk-macros/src/tests/mod.rs"]
mod tests;

mod mistakes;

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, File, Item};

#[test]
fn every_option() {
    compare("every_option");
}

#[test]
fn no_option() {
    compare("no_option");
}

#[test]
fn plain_function() {
    compare("plain_function");
}

#[test]
fn one_parameter() {
    compare("one_parameter");
}

#[test]
fn renamed_crate() {
    compare("renamed_crate");
}

#[test]
fn route() {
    compare("route");
}

fn compare(case: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let source = fs::read_to_string(folder.join(case).with_extension("rs")).expect("the case is there");
    let expanded = expand(&syn::parse_file(&source).expect("the case is Rust"));
    let file = folder.join(case).with_extension("expanded.rs");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &expanded).expect("the expansion can be written");
    }
    let expected = fs::read_to_string(&file).expect("the expansion is there: run with UPDATE_EXPECT=1");
    assert_eq!(
        expanded,
        expected,
        "{} is not what the macro makes: UPDATE_EXPECT=1 rewrites it",
        file.display()
    );
}

fn expand(file: &File) -> String {
    let tokens: TokenStream = file.items.iter().map(expand_item).collect();
    let file = syn::parse2(tokens).expect("the expansion is Rust");
    prettyplease::unparse(&file)
}

/// Expands our attribute and leaves all others.
fn expand_item(item: &Item) -> TokenStream {
    let Item::Fn(function) = item else { return item.to_token_stream() };
    let mut function = function.clone();
    let ours =
        |attr: &Attribute| attr.path().is_ident("health_check") || attr.path().is_ident("health_route");
    let Some(index) = function.attrs.iter().position(ours) else { return quote!(#function) };
    let attr = function.attrs.remove(index);
    let args = attr.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    if attr.path().is_ident("health_check") {
        check::expand(args, quote!(#function))
    } else {
        route::expand(args, quote!(#function))
    }
}

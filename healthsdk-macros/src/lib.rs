//! The attribute macros of `healthsdk`. Use them through that crate, which re-exports them.

mod args;
mod check;
mod duration;
mod errors;
mod function;
mod name;
mod options;
mod path;
mod reference;
mod route;
mod rules;
mod signature;
mod value;
mod words;

use proc_macro::TokenStream;

/// x
#[proc_macro_attribute]
pub fn health_check(args: TokenStream, item: TokenStream) -> TokenStream {
    check::expand(args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn health_route(args: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(args.into(), item.into()).into()
}

/// x
#[proc_macro]
pub fn check(input: TokenStream) -> TokenStream {
    reference::expand(input.into()).into()
}

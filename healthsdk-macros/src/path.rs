use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

/// What the expansions name in the runtime: under the user's `crate = ...`, or `::healthsdk`.
pub(crate) fn private(path: Option<&Path>) -> TokenStream {
    let Some(path) = path else { return quote_spanned!(Span::mixed_site()=> ::healthsdk::__private) };
    quote_spanned!(end(path)=> #path::__private)
}

/// The name under which the expansion of a check finds it.
pub(crate) fn alias(path: Option<&Path>) -> TokenStream {
    let private = private(path);
    let at = path.map_or_else(Span::mixed_site, end);
    quote_spanned!(at=> use #private as __healthsdk;)
}

/// A path that leads nowhere is underlined where the user wrote it.
fn end(path: &Path) -> Span {
    path.segments.last().map_or_else(Span::mixed_site, |segment| segment.ident.span())
}

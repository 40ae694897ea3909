use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

/// The path under which an expansion finds the runtime: the user's `crate = ...`, or `::healthsdk`.
///
/// A path that leads nowhere is underlined where the user wrote it.
pub(crate) fn private(path: Option<&Path>) -> TokenStream {
    let site = Span::mixed_site();
    let Some(path) = path else { return quote_spanned!(site=> ::healthsdk::__private) };
    let end = path.segments.last().map_or(site, |segment| site.located_at(segment.ident.span()));
    quote_spanned!(end=> #path::__private)
}

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Path, Result, parse::Parser as _};

use crate::check;

/// `check!(path::postgres)`: the record of that check.
pub(crate) fn expand(input: &TokenStream) -> TokenStream {
    record(input).unwrap_or_else(|error| error.to_compile_error())
}

// check := ["::"] NAME ("::" NAME)*
fn record(input: &TokenStream) -> Result<TokenStream> {
    const EXAMPLE: &str = "write `check!(path::to::function)`";
    if input.is_empty() {
        return Err(Error::new(
            proc_macro2::Span::call_site(),
            format!("expected the path of a check: {EXAMPLE}"),
        ));
    }
    let expected =
        |_| Error::new_spanned(input, format!("expected the path of a check and nothing else: {EXAMPLE}"));
    let mut path = Path::parse_mod_style.parse2(input.clone()).map_err(expected)?;
    let Some(last) = path.segments.last_mut() else { return Err(Error::new_spanned(path, EXAMPLE)) };
    if ["self", "super", "crate"].iter().any(|word| last.ident == word) {
        return Err(Error::new_spanned(
            input,
            format!("expected the path of a check, not of a module: {EXAMPLE}"),
        ));
    }
    last.ident = check::static_name(&last.ident);
    Ok(quote!(&#path))
}

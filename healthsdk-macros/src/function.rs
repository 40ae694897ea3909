use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Error, Meta, Result, Signature, Token, Visibility, braced,
    parse::{ParseStream, Parser as _},
};

use crate::args;

/// A function whose body is kept as the tokens that were written.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
}

impl Function {
    // function := attribute* [visibility] signature "{" tokens "}"
    pub(crate) fn parse(item: TokenStream, attribute: &str) -> Result<Self> {
        (|input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let vis = input.parse()?;
            must_be_function(input, attribute)?;
            let sig: Signature = input.parse()?;
            if !input.peek(syn::token::Brace) {
                let missing =
                    format!("`#[{attribute}]` needs a function with a body: write `{{ ... }}` here");
                return Err(Error::new(input.span(), missing));
            }
            let content;
            braced!(content in input);
            Ok(Self { attrs, vis, sig, body: content.parse()? })
        })
        .parse2(item)
    }
}

/// Where this is no function, says what it is.
fn must_be_function(input: ParseStream<'_>, attribute: &str) -> Result<()> {
    const QUALIFIERS: [&str; 5] = ["const", "async", "unsafe", "safe", "extern"];
    const ITEMS: [&str; 9] = ["struct", "enum", "union", "trait", "impl", "mod", "type", "use", "static"];
    let ahead = input.fork();
    let mut first = None;
    while !ahead.peek(Token![fn]) {
        let token = ahead.parse::<TokenTree>()?;
        let (word, abi) = (token.to_string(), matches!(token, TokenTree::Literal(_)));
        if abi || QUALIFIERS.contains(&word.as_str()) {
            first.get_or_insert(token);
            continue;
        }
        let found = if ITEMS.contains(&word.as_str()) { token } else { first.unwrap_or(token) };
        let wrong = format!("`#[{attribute}]` goes on a function, not on `{found}`");
        return Err(Error::new(found.span(), format!("{wrong}: write it above `async fn` or `fn`")));
    }
    Ok(())
}

/// The attributes of the function that an item beside it needs: the conditions under which there is a function, and
/// what its types are allowed to be.
///
/// An attribute below a macro has not been expanded, so these come as written.
pub(crate) fn shared(attrs: &[Attribute]) -> impl Iterator<Item = TokenStream> {
    attrs.iter().filter_map(|attr| shared_meta(&attr.meta)).map(|meta| quote!(#[#meta]))
}

fn shared_meta(meta: &Meta) -> Option<TokenStream> {
    let list = meta.require_list().ok()?;
    let inner = &list.tokens;
    match list.path.get_ident()?.to_string().as_str() {
        "cfg" => Some(quote!(#meta)),
        "allow" | "expect" => Some(quote!(allow(#inner))),
        "cfg_attr" => {
            let mut parts = args::split(inner.clone()).into_iter().flatten();
            let condition = parts.next()?;
            let kept: Vec<_> = parts.filter_map(|part| shared_meta(&syn::parse2(part).ok()?)).collect();
            (!kept.is_empty()).then(|| quote!(cfg_attr(#condition, #(#kept),*)))
        }
        _ => None,
    }
}

use std::mem;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{Error, FnArg, Ident, LitStr, Pat, PatType, Path, Result, Signature, Type};

use crate::{
    args::{self, Spec},
    errors::Errors,
    function::Function,
    options::{KINDS, array},
    path, signature, value,
};

const OPTIONS: &[Spec] = &[
    Spec { name: "kind", example: "\"readiness\"" },
    Spec { name: "tags", example: "[\"storage\"]" },
    Spec { name: "crate", example: "path::to::healthsdk" },
];

#[derive(Default)]
struct Options {
    krate: Option<Path>,
    kinds: Vec<&'static str>,
    tags: Vec<LitStr>,
}

/// `#[health_route(...)]`: the same function, with what fills its `Health` in the place of that parameter.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    handler(args, item.clone()).unwrap_or_else(|error| Errors::beside(&error, item))
}

fn handler(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let options = Options::parse(args, &mut errors);
    let function = Function::parse(item, "health_route");
    let mut function = errors.take(function);
    let parameter = function.as_mut().and_then(|function| {
        must_be_async(&function.sig, &mut errors);
        let parameter = health(&mut function.sig);
        errors.take(parameter)
    });
    let filled = parameter.map(|parameter| fill(parameter, &options));
    errors.finish()?;
    Ok(function.map(|function| with_first(&function, filled.as_ref())).unwrap_or_default())
}

impl Options {
    fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for arg in args::parse(tokens, OPTIONS, errors) {
            let read = match arg.spec.name {
                "kind" => value::words(&arg, &KINDS).map(|kinds| options.kinds = kinds),
                "tags" => value::names(&arg).map(|tags| options.tags = tags),
                _ => value::path(&arg).map(|path| options.krate = Some(path)),
            };
            errors.take(read);
        }
        options
    }

    /// The checks that the report is about.
    fn selection(&self) -> TokenStream {
        let site = Span::mixed_site();
        let private = path::private(self.krate.as_ref());
        let kinds = self.kinds.iter().map(|kind| Ident::new(kind, site));
        let tags = (!self.tags.is_empty()).then(|| array(&self.tags)).into_iter();
        quote_spanned! {site=>
            #private::Selection::everything() #(.kind(#private::Kind::#kinds))* #(.tags(#tags))*
        }
    }
}

/// Puts the source of the reports in the place of the parameter, and makes the parameter a `let`.
fn fill(parameter: &mut PatType, options: &Options) -> TokenStream {
    let site = Span::mixed_site();
    let private = path::private(options.krate.as_ref());
    let selection = options.selection();
    let attrs = mem::take(&mut parameter.attrs);
    let ty = mem::replace(&mut *parameter.ty, Type::Verbatim(quote_spanned!(site=> #private::Source)));
    // A type that only shares its name with the runtime's `Health` is underlined.
    let at = signature::location(&ty);
    let source = Ident::new("__health_source", at);
    let gather = quote_spanned!(at=> #source.gather(#selection).await);
    let pat = mem::replace(&mut *parameter.pat, Pat::Verbatim(source.into_token_stream()));
    quote_spanned!(site=> #(#attrs)* let #pat: #ty = #gather;)
}

/// The braces are the expansion's: `unused_braces` looks only at what a person wrote.
fn with_first(function: &Function, first: Option<&TokenStream>) -> TokenStream {
    let Function { attrs, vis, sig, body } = function;
    quote_spanned!(Span::mixed_site()=> #(#attrs)* #vis #sig { #first { #body } })
}

fn must_be_async(sig: &Signature, errors: &mut Errors) {
    if sig.asyncness.is_none() {
        let wrong = "a handler that gathers checks awaits them: write `async fn`";
        errors.push(Error::new(sig.fn_token.span, wrong));
    }
}

/// The only parameter of type `Health`.
fn health(sig: &mut Signature) -> Result<&mut PatType> {
    let name = sig.ident.clone();
    let (mut found, mut wrong) = (None, None);
    for input in &mut sig.inputs {
        let FnArg::Typed(parameter) = input else { continue };
        match signature::bare(&parameter.ty) {
            Type::Reference(reference) if is_health(&reference.elem) => {
                let by_value = "`Health` is taken by value: write `mut health: Health`";
                wrong = Some(Error::new_spanned(&parameter.ty, by_value));
            }
            ty if is_health(ty) && found.is_some() => {
                let twice = "a handler has one `Health`: remove this parameter";
                wrong = Some(Error::new_spanned(parameter, twice));
            }
            ty if is_health(ty) => found = Some(parameter),
            _ => {}
        }
    }
    let missing = || Error::new(name.span(), "nothing receives the checks: add a parameter `health: Health`");
    wrong.map_or_else(|| found.ok_or_else(missing), Err)
}

fn is_health(ty: &Type) -> bool {
    signature::last_name(ty).is_some_and(|name| name == "Health")
}

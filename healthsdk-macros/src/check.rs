use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Error, Result, Type, ext::IdentExt as _};

use crate::{
    errors::Errors,
    function::{self, Function},
    name,
    options::Options,
    path, rules, signature,
};

/// `#[health_check(...)]`: the function as it was written, and a static that registers it.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match registration(args, item.clone()) {
        Ok(registration) => quote! {
            #[allow(clippy::unused_async, clippy::needless_pass_by_value)]
            #item
            #registration
        },
        Err(error) => Errors::beside(&error, item),
    }
}

/// The static that holds the record of the check, by the name of its function.
pub(crate) fn static_name(function: &Ident) -> Ident {
    Ident::new(&format!("__health_check_{}", function.unraw()), function.span())
}

fn registration(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let options = Options::parse(args, &mut errors);
    rules::check(&options, &mut errors);
    let function = Function::parse(item, "health_check");
    let Some(function) = errors.take(function) else { return errors.finish().map(|()| TokenStream::new()) };
    let parameters = signature::parameters(&function.sig, &mut errors);
    rules::guard(&options, &function.sig, &mut errors);
    neighbours(&function.attrs, &mut errors);
    if !options.named {
        nameable(&function.sig.ident, &mut errors);
    }
    errors.finish().map(|()| item_static(&options, &function, &parameters))
}

/// The static that the linker collects and `check!` names.
fn item_static(options: &Options, function: &Function, parameters: &[Type]) -> TokenStream {
    let site = Span::mixed_site();
    let Function { attrs, vis, sig, .. } = function;
    let private = path::private(options.krate.as_ref());
    let alias = path::alias(options.krate.as_ref());
    let shared = function::shared(attrs);
    let (record, name, calls) = (static_name(&sig.ident), sig.ident.unraw().to_string(), &options.calls);
    let prepare = prepare(function, parameters);
    let block = quote_spanned! {site=> {
        #alias
        __healthsdk::submit! { __healthsdk::Linked(&#record) }
        __healthsdk::Registration::new(#name, #prepare) #calls
    }};
    quote_spanned! {at(&sig.ident)=>
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #(#shared)*
        #vis static #record: #private::Registration = #block;
    }
}

/// Where the name stands, so that errors about the whole underline it.
fn at(name: &Ident) -> Span {
    Span::mixed_site().located_at(name.span())
}

/// How a run begins once the parameters are there: each is taken by itself, so that all missing ones are told.
fn prepare(function: &Function, parameters: &[Type]) -> TokenStream {
    let site = Span::mixed_site();
    let name = &function.sig.ident;
    let locals: Vec<Ident> =
        (0..parameters.len()).map(|index| format_ident!("__p{index}", span = site)).collect();
    // A wrong return type, or a future that is not `Send`, is a fault of the call: it underlines the name.
    let start = Ident::new(if function.sig.asyncness.is_some() { "future" } else { "blocking" }, at(name));
    let call = if locals.is_empty() {
        quote!(#name)
    } else {
        quote_spanned!(at(name)=> move || #name(#(#locals.give()),*))
    };
    let start = quote_spanned!(at(name)=> __healthsdk::Some(__healthsdk::Start::#start(#call)));
    match locals.as_slice() {
        [] => quote_spanned!(site=> |_| #start),
        [local] => quote_spanned! {site=> |__context| {
            let #local = __context.get::<#(#parameters)*>()?;
            #start
        }},
        _ => quote_spanned! {site=> |__context| {
            #(let #locals = __context.get::<#parameters>();)*
            let (#(#locals),*) = (#(#locals?),*);
            #start
        }},
    }
}

/// Attributes below this one that would take the function away from it, or check it twice.
fn neighbours(attrs: &[Attribute], errors: &mut Errors) {
    const HANDLERS: [&str; 8] = ["get", "post", "put", "delete", "head", "patch", "route", "routes"];
    for attr in attrs {
        let Some(name) = attr.path().segments.last().map(|segment| segment.ident.to_string()) else {
            continue;
        };
        if name == "health_check" {
            let wrong = "one function is one check: write all options into one `#[health_check(...)]`";
            errors.push(Error::new_spanned(attr, wrong));
        } else if HANDLERS.contains(&name.as_str()) {
            let wrong = format!("`#[{name}]` makes the function a type: write it above `#[health_check]`");
            errors.push(Error::new_spanned(attr, wrong));
        }
    }
}

/// Where no name was written, the function's must be one.
fn nameable(function: &Ident, errors: &mut Errors) {
    let written = function.unraw().to_string();
    if let Some(fault) = name::fault(&written) {
        let mended = name::mended(&written).unwrap_or_else(|| "...".to_owned());
        let wrong = format!(
            "the check cannot be named after this function, whose name {fault}: write `name = \"{mended}\"` in the \
             attribute; a name is {}",
            name::rule()
        );
        errors.push(Error::new(function.span(), wrong));
    }
}

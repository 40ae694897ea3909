use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Error, FnArg, Ident, Result, Safety, Signature, Type, spanned::Spanned as _};

use crate::errors::Errors;

/// The types of a check's parameters; everything that keeps the monitor from calling the function is an error.
pub(crate) fn parameters(sig: &Signature, errors: &mut Errors) -> Vec<Type> {
    let mut wrong = |tokens: &dyn ToTokens, message: &str| errors.push(Error::new_spanned(tokens, message));
    if let Some(constness) = &sig.constness {
        wrong(constness, "a check cannot be `const`: remove `const`");
    }
    if let Safety::Unsafe(unsafety) = &sig.safety {
        wrong(
            unsafety,
            "a check cannot be `unsafe`: remove `unsafe`, and write an `unsafe` block in the body",
        );
    }
    if let Some(abi) = &sig.abi {
        wrong(abi, "a check cannot be `extern`: remove `extern`");
    }
    if !sig.generics.params.is_empty() {
        wrong(&sig.generics, "a check cannot be generic: write concrete types, and one check for each");
    }
    if let Some(clause) = &sig.generics.where_clause {
        wrong(clause, "a check cannot have a `where` clause: remove it");
    }
    if let Some(variadic) = &sig.variadic {
        wrong(variadic, "a check cannot be variadic: remove `...`");
    }
    sig.inputs.iter().filter_map(|input| errors.take(parameter(input))).collect()
}

fn parameter(input: &FnArg) -> Result<Type> {
    let parameter = match input {
        FnArg::Typed(parameter) => parameter,
        FnArg::Receiver(receiver) => {
            let wrong = "a check cannot take `self`: write a function outside of the `impl`, \
                         and take what it needs as `web::Data<_>` or `Arc<_>`";
            return Err(Error::new_spanned(receiver, wrong));
        }
    };
    if let Some(cfg) = parameter.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        let wrong = "a parameter of a check cannot be conditional: write the function twice, each with its own `#[cfg]`";
        return Err(Error::new_spanned(cfg, wrong));
    }
    if let Type::Reference(reference) = bare(&parameter.ty) {
        let wrong = format!("a check owns what it is given: write {}", owned(&reference.elem));
        return Err(Error::new_spanned(&parameter.ty, wrong));
    }
    if has_impl(parameter.ty.to_token_stream()) {
        let wrong = "a check cannot be generic: write a concrete type, such as `Arc<dyn Trait>`";
        return Err(Error::new_spanned(&parameter.ty, wrong));
    }
    Ok((*parameter.ty).clone())
}

/// Without the wrapping of parentheses and of metavariables of `macro_rules!`.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// The last name in the path of a type: `Data` of `web::Data<PgPool>`.
pub(crate) fn last_name(ty: &Type) -> Option<&Ident> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Where the name of a type stands, for code of the expansion that is about the type.
pub(crate) fn location(ty: &Type) -> Span {
    last_name(ty).map_or_else(|| ty.span(), Ident::span).resolved_at(Span::mixed_site())
}

/// What to write in the place of a reference to this type.
fn owned(referenced: &Type) -> String {
    let text = text(referenced);
    match last_name(referenced) {
        Some(name) if name == "Data" || name == "Arc" => format!("`{text}`"),
        _ => format!("`web::Data<{text}>` or `Arc<{text}>`"),
    }
}

/// The type as a person would write it: printed tokens stand apart.
pub(crate) fn text(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (apart, together) in
        [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&"), ("' ", "'")]
    {
        text = text.replace(apart, together);
    }
    text
}

fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_impl(group.stream()),
        TokenTree::Ident(word) => word == "impl",
        _ => false,
    })
}

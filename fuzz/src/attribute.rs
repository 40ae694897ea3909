use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, ExprLit, File, Item, ItemFn, Lit, Macro, parse::Parse};

use crate::{check, reference, route};

/// Groups within groups; a compiler gives up before that.
const DEPTH: usize = 32;

/// The options in the first line, the function in the others: the expansion keeps the function token for token, and
/// is Rust where the function is, or errors that say what is wrong.
pub fn attribute(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let (args, item) = text.split_once('\n').unwrap_or((text, "async fn postgres() {}"));
    let (Some(args), Some(item)) = (tokens(args), tokens(item)) else { return };
    let checked = check::expand(args.clone(), item.clone());
    assert!(checked.to_string().contains(&item.to_string()), "the function is kept: {checked}");
    let is_function = syn::parse2::<ItemFn>(item.clone()).is_ok();
    if let Some(expansion) = legal(checked).filter(|_| is_function) {
        let items = rust::<File>(expansion).items;
        assert!(matches!(items[..], [Item::Fn(_), Item::Static(_)]), "a function and its record");
    }
    if let Some(expansion) = legal(route::expand(args.clone(), item.clone())).filter(|_| is_function) {
        assert!(matches!(rust::<File>(expansion).items[..], [Item::Fn(_)]), "a function");
    }
    legal(reference::expand(&args)).map(rust::<Expr>);
}

fn tokens(text: &str) -> Option<TokenStream> {
    let deepest = text.chars().scan(0_usize, |depth, c| {
        match c {
            '(' | '[' | '{' => *depth += 1,
            ')' | ']' | '}' => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    (deepest.max() <= Some(DEPTH)).then(|| text.parse().ok()).flatten()
}

/// The expansion, where it has no errors.
fn legal(expansion: TokenStream) -> Option<TokenStream> {
    let errors = errors(&expansion);
    for error in &errors {
        assert!(!error.is_empty() && !error.ends_with('.'), "{error}");
        assert!(!error.starts_with(char::is_uppercase), "{error}");
    }
    errors.is_empty().then_some(expansion)
}

fn rust<T: Parse>(expansion: TokenStream) -> T {
    let shown = expansion.to_string();
    syn::parse2(expansion).unwrap_or_else(|error| panic!("{error} in {shown}"))
}

/// The messages of each `compile_error!` outside of bodies.
fn errors(expansion: &TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = expansion.clone().into_iter().collect();
    let named = |tree: &TokenTree| matches!(tree, TokenTree::Ident(name) if name == "compile_error");
    let calls = (0..trees.len()).filter(|at| named(&trees[*at]));
    calls.filter_map(|at| message(trees[at..].iter().take(3).cloned().collect())).collect()
}

fn message(call: TokenStream) -> Option<String> {
    let call = syn::parse2::<Macro>(call).ok()?;
    match call.parse_body().ok()? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

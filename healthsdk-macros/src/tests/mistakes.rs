use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::expansion::errors;
use crate::{check, route};

/// What is told of a check with these options and parameters.
fn told(options: TokenStream, parameters: &TokenStream) -> Vec<String> {
    let expansion = check::expand(options, quote!(fn disk(#parameters) {})).to_string();
    errors(&expansion).into_iter().map(str::to_owned).collect()
}

/// As a metavariable of `macro_rules!` passes it on.
fn wrapped(tokens: TokenStream) -> TokenStream {
    TokenTree::from(Group::new(Delimiter::None, tokens)).into()
}

#[test]
fn a_type_is_no_path_of_the_crate() {
    let expected = "expected the path of a crate or module: write `crate = path::to::healthsdk`";
    for options in [quote!(crate = Self), quote!(crate = Self::health), quote!(crate = ::a::Self)] {
        assert_eq!(told(options.clone(), &quote!()), [expected], "{options}");
        let item = quote!(
            async fn route(health: Health) {}
        );
        let route = route::expand(options.clone(), item).to_string();
        assert_eq!(errors(&route), [expected], "{options}");
    }
    let quoted = "expected a path without quotes: write `crate = path::to::healthsdk`";
    assert_eq!(told(quote!(crate = "Self"), &quote!()), [quoted]);
}

#[test]
fn limits_may_be_as_long_as_what_they_limit() {
    for options in [
        quote!(timeout = "2s", cancel_after = "2s"),
        quote!(cancel_after = "1s"),
        quote!(interval = "2s", retry_interval = "2s"),
        quote!(retry_interval = "5s"),
    ] {
        assert_eq!(told(options.clone(), &quote!()), [""; 0], "{options}");
    }
}

#[test]
fn a_threshold_is_a_plain_number_within_its_range() {
    for (threshold, quotes_alone) in
        [(quote!(3u32), false), (quote!("0"), false), (quote!("1001"), false), (quote!("3"), true)]
    {
        let told = told(quote!(failure_threshold = #threshold), &quote!());
        assert_eq!(told.len(), 1, "{threshold}");
        assert_eq!(told[0].contains("without quotes"), quotes_alone, "{threshold}: {told:?}");
    }
}

#[test]
fn allowing_a_dependency_is_needless_where_no_kind_is_written() {
    assert_eq!(told(quote!(allow_dependency), &quote!(pool: Arc<Pool>)).len(), 1);
}

#[test]
fn wrappings_of_types_and_values_hide_nothing() {
    let (borrowed, list) = (wrapped(quote!(&Pool)), wrapped(quote!(["storage"])));
    for parameters in [quote!(pool: (&Pool)), quote!(pool: #borrowed), quote!(pool: Arc<(u8, impl Copy)>)] {
        assert_eq!(told(quote!(), &parameters).len(), 1, "{parameters}");
    }
    assert_eq!(told(quote!(tags = #list), &quote!()), [""; 0]);
}

#[test]
fn a_handler_may_take_references_to_anything_but_the_report() {
    let handler = quote!(
        async fn health(name: &'static str, health: Health) {}
    );
    assert_eq!(errors(&route::expand(quote!(), handler).to_string()), [""; 0]);
}

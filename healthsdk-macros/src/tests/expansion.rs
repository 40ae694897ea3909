use proc_macro2::TokenStream;
use quote::quote;

use crate::{check, reference, route};

fn checked(args: TokenStream, item: TokenStream) -> String {
    check::expand(args, item).to_string()
}

/// The messages of the errors in an expansion, in their order.
pub(super) fn errors(expansion: &str) -> Vec<&str> {
    expansion
        .split("compile_error")
        .skip(1)
        .map(|error| error.split('"').nth(1).unwrap_or_default())
        .collect()
}

#[test]
fn the_item_is_kept_token_for_token() {
    let item = quote! {
        /// Documented.
        #[inline]
        pub(crate) async fn postgres((mut pool): web::Data<Pool>) -> Result<(), Error> {
            #![allow(unused)]
            not::parsed! { at all $ [] } 1 2 3
        }
    };
    let written = item.to_string();
    assert!(checked(quote!(), item.clone()).contains(&written));
    assert!(checked(quote!(no_such_option), item).starts_with(&written), "an error leaves the item alone");
}

#[test]
fn only_options_that_were_written_appear() {
    let expansion = checked(
        quote!(timeout = "150ms"),
        quote!(
            fn disk() {}
        ),
    );
    assert_eq!(expansion.matches("timeout").count(), 1);
    for absent in [". kind", ". name", ". interval", ". tags", ". scope", ". allow_dependency"] {
        assert!(!expansion.contains(absent), "{absent}");
    }
}

#[test]
fn the_record_has_the_visibility_and_the_conditions_of_the_function() {
    let expansion = checked(
        quote!(),
        quote! {
            #[cfg(unix)]
            #[cfg_attr(debug_assertions, inline, cfg(feature = "x"))]
            #[inline]
            #[expect(deprecated)]
            pub(super) fn disk() {}
        },
    );
    let (_, record) = expansion.split_once("fn disk () { }").expect("the item comes first");
    assert!(record.contains("# [cfg (unix)]"));
    assert!(record.contains("# [cfg_attr (debug_assertions , cfg (feature = \"x\"))]"));
    assert!(record.contains("# [allow (deprecated)]"), "its types may be what the lint is about");
    assert!(!record.contains("inline"));
    assert!(record.contains("pub (super) static __health_check_disk"));
}

#[test]
fn raw_identifiers_lose_their_prefix_in_names_alone() {
    let expansion = checked(
        quote!(),
        quote!(
            async fn r#type() {}
        ),
    );
    assert!(expansion.contains("__health_check_type"));
    assert!(expansion.contains("new (\"type\""));
    assert!(expansion.contains("future (r#type)"));
    assert_eq!(reference::expand(&quote!(checks::r#type)).to_string(), "& checks :: __health_check_type");
}

#[test]
fn every_mistake_is_told_at_once() {
    let expansion = checked(
        quote!(kind = "life", timeout = 150, tags = [], retries = 3),
        quote!(
            unsafe fn _x(self, pool: &Pool) {}
        ),
    );
    assert_eq!(errors(&expansion).len(), 8, "{:#?}", errors(&expansion));
}

#[test]
fn messages_are_lower_case_without_a_full_stop() {
    let mistakes = [
        quote!(kind = "life"),
        quote!(timeout = "0s"),
        quote!(timeout),
        quote!(name = ""),
        quote!("x"),
        quote!(ttl = "1s", interval = "1s"),
        quote!(kind = "liveness"),
    ];
    for mistake in mistakes {
        let expansion = checked(
            mistake,
            quote!(
                fn f(a: Arc<u8>) {}
            ),
        );
        let errors = errors(&expansion);
        assert!(!errors.is_empty());
        for error in errors {
            assert!(!error.ends_with('.') && !error.starts_with(char::is_uppercase), "{error}");
        }
    }
}

#[test]
fn an_option_that_could_not_be_read_causes_no_second_error() {
    let item = quote!(
        fn disk(data: Arc<u8>) {}
    );
    for mistake in [
        quote!(timeout = "x", cancel_after = "10ms", degraded_above = "20s"),
        quote!(interval, retry_interval = "1h"),
        quote!(kind = "life", allow_dependency),
        quote!(kind = "liveness", allow_dependency = true),
    ] {
        let expansion = checked(mistake, item.clone());
        assert_eq!(errors(&expansion).len(), 1, "{:#?}", errors(&expansion));
    }
}

#[test]
fn a_handler_keeps_its_other_parameters_and_its_body() {
    let handler = quote! {
        pub async fn health(path: web::Path<u8>, mut health: healthsdk::Health, queue: Queue) -> impl Responder { unparsed ! }
    };
    let expansion = route::expand(quote!(kind = "startup", tags = "a"), handler).to_string();
    assert!(expansion.contains(
        "path : web :: Path < u8 > , __health_source : :: healthsdk :: __private :: Source , queue : Queue"
    ));
    assert!(expansion.contains("let mut health : healthsdk :: Health = __health_source . gather"));
    assert!(expansion.ends_with("{ unparsed ! } }"));
}

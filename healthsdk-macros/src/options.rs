use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{LitStr, Path, Result};

use crate::{
    args::{self, Arg, Spec},
    duration::Duration,
    errors::Errors,
    value,
};

/// Kinds by their word, and their variant in the runtime.
pub(crate) const KINDS: [(&str, &str); 3] =
    [("liveness", "Liveness"), ("readiness", "Readiness"), ("startup", "Startup")];
const STATUSES: [(&str, &str); 3] = [("error", "Error"), ("degraded", "Degraded"), ("ok", "Ok")];
const SCOPES: [(&str, &str); 2] = [("local", "Local"), ("shared", "Shared")];
const COMPONENTS: [(&str, &str); 3] =
    [("component", "Component"), ("datastore", "Datastore"), ("system", "System")];

const OPTIONS: &[Spec] = &[
    Spec { name: "kind", example: "\"readiness\"" },
    Spec { name: "name", example: "\"postgres\"" },
    Spec { name: "timeout", example: "\"150ms\"" },
    Spec { name: "cancel_after", example: "\"10s\"" },
    Spec { name: "interval", example: "\"5s\"" },
    Spec { name: "retry_interval", example: "\"1s\"" },
    Spec { name: "initial_delay", example: "\"5s\"" },
    Spec { name: "ttl", example: "\"10s\"" },
    Spec { name: "failure_threshold", example: "3" },
    Spec { name: "success_threshold", example: "2" },
    Spec { name: "failure_status", example: "\"degraded\"" },
    Spec { name: "scope", example: "\"shared\"" },
    Spec { name: "degraded_above", example: "\"100ms\"" },
    Spec { name: "tags", example: "[\"storage\"]" },
    Spec { name: "description", example: "\"the primary database\"" },
    Spec { name: "component", example: "\"datastore\"" },
    Spec { name: "allow_dependency", example: "" },
    Spec { name: "crate", example: "path::to::healthsdk" },
];

/// What `#[health_check(...)]` was given.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) krate: Option<Path>,
    pub(crate) named: bool,
    /// Variants of the runtime's `Kind`; `None` where they could not be read.
    pub(crate) kinds: Option<Vec<&'static str>>,
    pub(crate) durations: Vec<Written>,
    pub(crate) allow_dependency: Option<Ident>,
    /// The calls on the builder, in the order in which the options were written.
    pub(crate) calls: TokenStream,
}

/// A duration as it was written; without a value where that could not be read.
pub(crate) struct Written {
    pub(crate) name: Ident,
    pub(crate) value: Option<(Duration, LitStr)>,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self { kinds: Some(Vec::new()), ..Self::default() };
        for arg in args::parse(tokens, OPTIONS, errors) {
            let call = options.read(&arg);
            options.calls.extend(errors.take(call));
        }
        options
    }

    fn read(&mut self, arg: &Arg) -> Result<TokenStream> {
        match arg.spec.name {
            "crate" => {
                self.krate = Some(value::path(arg)?);
                Ok(TokenStream::new())
            }
            "kind" => {
                self.kinds = None;
                let kinds = value::words(arg, &KINDS)?;
                let calls = kinds.iter().map(|kind| call(arg, variant("Kind", kind))).collect();
                self.kinds = Some(kinds);
                Ok(calls)
            }
            "name" => {
                self.named = true;
                value::name(arg).map(|name| call(arg, placed(&name)))
            }
            "allow_dependency" => {
                self.allow_dependency = Some(arg.name.clone());
                arg.no_value()?;
                Ok(call(arg, TokenStream::new()))
            }
            "tags" => value::names(arg).map(|tags| call(arg, array(&tags))),
            "description" => value::string(arg).map(|description| call(arg, placed(&description))),
            "failure_threshold" | "success_threshold" => {
                value::count(arg, 1..=1000).map(|count| call(arg, count))
            }
            "failure_status" => {
                value::word(arg, &STATUSES).map(|status| call(arg, variant("Status", status)))
            }
            "scope" => value::word(arg, &SCOPES).map(|scope| call(arg, variant("Scope", scope))),
            "component" => {
                value::word(arg, &COMPONENTS).map(|component| call(arg, variant("Component", component)))
            }
            _ => {
                let value = value::duration(arg);
                self.durations.push(Written { name: arg.name.clone(), value: value.clone().ok() });
                value.map(|(duration, _)| call(arg, duration))
            }
        }
    }
}

/// `.timeout(...)`
fn call(arg: &Arg, value: impl ToTokens) -> TokenStream {
    let method = Ident::new(arg.spec.name, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> .#method(#value))
}

/// `__healthsdk::Kind::Readiness`
fn variant(of: &str, name: &str) -> TokenStream {
    let site = Span::mixed_site();
    let (of, name) = (Ident::new(of, site), Ident::new(name, site));
    quote_spanned!(site=> __healthsdk::#of::#name)
}

/// `&["db", "storage"]`
pub(crate) fn array(texts: &[LitStr]) -> TokenStream {
    let texts = texts.iter().map(placed);
    quote_spanned!(Span::mixed_site()=> &[#(#texts),*])
}

/// The text where it was written, but in the context of the expansion, so that lints do not take it for the user's.
fn placed(text: &LitStr) -> LitStr {
    LitStr::new(&text.value(), Span::mixed_site().located_at(text.span()))
}

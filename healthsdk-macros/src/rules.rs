//! What options mean for each other. Nothing here is about one option alone.

use quote::quote;
use syn::{Error, Ident, LitStr, Signature};

use crate::{
    duration::Duration,
    errors::Errors,
    options::{Options, Written},
};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

pub(crate) fn check(options: &Options, errors: &mut Errors) {
    on_demand(options, errors);
    let timeout = or_default(options, "timeout", DEFAULT_TIMEOUT, "1s");
    if let (Some((limit, stated)), Some((value, text))) = (&timeout, value(options, "cancel_after"))
        && value < *limit
    {
        let wrong =
            format!("`cancel_after` is shorter than {stated}: write a longer one, or a shorter `timeout`");
        errors.push(Error::new_spanned(text, wrong));
    }
    if let (Some((limit, stated)), Some((value, text))) = (&timeout, value(options, "degraded_above"))
        && value >= *limit
    {
        let wrong = format!(
            "a run longer than `degraded_above` has failed already at {stated}: write a shorter one, or a longer \
             `timeout`"
        );
        errors.push(Error::new_spanned(text, wrong));
    }
    let interval = or_default(options, "interval", DEFAULT_INTERVAL, "5s");
    if let (Some((limit, stated)), Some((value, text))) = (&interval, value(options, "retry_interval"))
        && value > *limit
        && written(options, "ttl").is_none()
    {
        let wrong =
            format!("`retry_interval` is longer than {stated}: write a shorter one, or a longer `interval`");
        errors.push(Error::new_spanned(text, wrong));
    }
}

/// A check with a `ttl` has no background period, nor a first wait.
fn on_demand(options: &Options, errors: &mut Errors) {
    if written(options, "ttl").is_none() {
        return;
    }
    for background in ["interval", "initial_delay"] {
        if let Some(name) = written(options, background).map(|written| &written.name) {
            let wrong = format!(
                "`{background}` is for background checks, and `ttl` makes this one on-demand: remove one of them"
            );
            errors.push(Error::new(name.span(), wrong));
        }
    }
}

/// A failed liveness or startup check gets the container killed, which mends nothing that other processes share.
pub(crate) fn guard(options: &Options, sig: &Signature, errors: &mut Errors) {
    let Some(kinds) = &options.kinds else { return };
    let fatal = kinds.iter().find_map(|kind| match *kind {
        "Liveness" => Some("liveness"),
        "Startup" => Some("startup"),
        _ => None,
    });
    let needless = |allow: &Ident, why: &str| {
        Error::new(allow.span(), format!("`allow_dependency` does nothing here, {why}: remove it"))
    };
    match (fatal, sig.inputs.first().zip(sig.inputs.last()), &options.allow_dependency) {
        (Some(fatal), Some((first, last)), None) => {
            let wrong = format!(
                "a {fatal} check takes no data: when what it looks at fails, this container gets killed for another's \
                 fault; write `kind = \"readiness\"`, or add `allow_dependency` if a restart does mend it"
            );
            errors.push(Error::new_spanned(quote!(#first #last), wrong));
        }
        (None, _, Some(allow)) => {
            errors.push(needless(allow, "where the kind is neither liveness nor startup"));
        }
        (_, None, Some(allow)) => errors.push(needless(allow, "where the function takes no data")),
        _ => {}
    }
}

fn written<'a>(options: &'a Options, name: &str) -> Option<&'a Written> {
    options.durations.iter().find(|written| written.name == name)
}

fn value<'a>(options: &'a Options, name: &str) -> Option<(Duration, &'a LitStr)> {
    written(options, name)?.value.as_ref().map(|(duration, text)| (*duration, text))
}

/// The duration that holds and how to speak of it; `None` where one was written that could not be read.
fn or_default(options: &Options, name: &str, default: Duration, text: &str) -> Option<(Duration, String)> {
    match written(options, name) {
        None => Some((default, format!("the default `{name}` of {text}"))),
        Some(_) => {
            value(options, name).map(|(duration, text)| (duration, format!("`{name} = {:?}`", text.value())))
        }
    }
}

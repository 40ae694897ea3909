//! The span of a run, for those who trace: `log` is told nothing of it.

use tracing::{Level, Span, field::Empty, span_enabled};

use super::seconds;
use crate::{
    info::Info,
    run::{Run, RunResult},
    text::plain,
};

pub(crate) fn run_began(info: &Info) -> Span {
    // A span which nobody takes would be a line in the log of those who have `log` alone.
    if !span_enabled!(target: "healthsdk::run", Level::INFO, check, kinds, outcome) {
        return Span::none();
    }
    tracing::info_span!(
        target: "healthsdk::run",
        parent: None,
        "health_check",
        check = &*info.name,
        kinds = %info.kinds,
        outcome = Empty,
        duration_seconds = Empty,
        reason = Empty,
        otel.status_code = Empty,
    )
}

pub(crate) fn run_ended(span: &Span, run: Option<&Run>) {
    let Some(run) = run else {
        span.record("outcome", RunResult::Void.as_str());
        return;
    };
    span.record("outcome", run.result.as_str());
    span.record("duration_seconds", seconds(run.duration));
    if let Some(reason) = run.entry.message().filter(|_| run.result.tells()) {
        span.record("reason", &*plain(reason));
    }
    if run.result.is_failure() {
        span.record("otel.status_code", "ERROR");
    }
}

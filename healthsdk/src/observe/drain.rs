//! What is told between the first signal and the end of the process.

use std::{fmt::Write, io, time::Duration};

use tracing::{error, info, warn};

use super::seconds;
use crate::{
    Lifecycle,
    drain::{Began, Cause},
};

pub(crate) fn draining(began: &Began, requests: usize, holds: &[String]) {
    let (cause, delay) = (began.cause, seconds(began.delay));
    info!(
        lifecycle = Lifecycle::Draining.as_str(),
        %cause,
        delay_seconds = delay,
        requests,
        holds = holds.len(),
        "the service is draining after {cause}: not ready from now on, stops in {delay} s; {}",
        listed(requests, holds)
    );
}

pub(crate) fn under_way(past: Duration, requests: usize, holds: &[String]) {
    let past = seconds(past);
    info!(
        past_seconds = past,
        requests,
        holds = holds.len(),
        "draining for {past:.0} s; {}",
        listed(requests, holds)
    );
}

pub(crate) fn hurried(cause: Cause) {
    warn!(%cause, "{cause} again: the drain delay and all holds are over");
}

pub(crate) fn ended_at_once(cause: Cause) {
    warn!(%cause, "{cause} again: the process ends at once");
}

pub(crate) fn stopping(past: Duration, requests: usize, holds: &[String]) {
    let past = seconds(past);
    if holds.is_empty() {
        info!(
            past_seconds = past,
            requests,
            "the server stops after {past:.1} s; {}",
            listed(requests, holds)
        );
    } else {
        warn!(
            past_seconds = past,
            requests,
            holds = holds.len(),
            "the server stops after {past:.1} s, and does not wait any longer for what is held; {}",
            listed(requests, holds)
        );
    }
}

pub(crate) fn stopped(took: Duration, requests: usize, holds: &[String]) {
    let (took, lifecycle) = (seconds(took), Lifecycle::Stopped.as_str());
    if requests == 0 && holds.is_empty() {
        info!(lifecycle, took_seconds = took, "the service has stopped after {took:.1} s; nothing was cut");
    } else {
        let cut = listed(requests, holds);
        warn!(
            lifecycle,
            took_seconds = took,
            requests,
            holds = holds.len(),
            "the service has stopped after {took:.1} s; cut: {cut}"
        );
    }
}

pub(crate) fn no_drain_thread(error: &io::Error) {
    error!(%error, "the drain has no thread, so the server stops at once: {error}");
}

pub(crate) fn no_signals(error: &io::Error) {
    error!(%error, "SIGTERM and SIGINT cannot be listened to, so only `Monitor::drain` drains: {error}");
}

fn listed(requests: usize, holds: &[String]) -> String {
    let plural = if requests == 1 { "" } else { "s" };
    let mut listed = format!("{requests} request{plural} under way");
    for (index, name) in holds.iter().enumerate() {
        let before = if index == 0 { "; held by" } else { "," };
        write!(listed, "{before} `{name}`").expect("a String takes all");
    }
    listed
}

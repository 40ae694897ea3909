//! What is told between the first signal and the end of the process.

use std::{fmt::Write, io, time::Duration};

use tracing::{error, info, warn};

use super::seconds;
use crate::{
    Lifecycle,
    drain::{Began, Cause},
};

/// How many holds are named in one line.
const NAMED: usize = 10;

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

/// `cut`: how many requests, where they are counted.
pub(crate) fn stopped(took: Duration, cut: Option<usize>, holds: &[String]) {
    let (took, lifecycle) = (seconds(took), Lifecycle::Stopped.as_str());
    let what = match cut {
        None => "requests are not counted without `drain_middleware`".to_owned(),
        Some(0) => "no request was cut".to_owned(),
        Some(1) => "1 request was cut".to_owned(),
        Some(cut) => format!("{cut} requests were cut"),
    };
    let unfinished = named("; not waited for to the end: ", holds);
    if cut.unwrap_or(0) == 0 && holds.is_empty() {
        info!(lifecycle, took_seconds = took, cut, "the service has stopped after {took:.1} s; {what}");
    } else {
        warn!(
            lifecycle,
            took_seconds = took,
            cut,
            holds = holds.len(),
            "the service has stopped after {took:.1} s; {what}{unfinished}"
        );
    }
}

pub(crate) fn forced() {
    warn!("the server has not ended in its grace period: its actix system is stopped");
}

pub(crate) fn no_drain_thread(error: &io::Error) {
    error!(%error, "the drain has no thread, so the server stops at once: {error}");
}

pub(crate) fn no_signals(error: &io::Error) {
    error!(%error, "SIGTERM and SIGINT cannot be listened to, so only `Monitor::drain` drains: {error}");
}

fn listed(requests: usize, holds: &[String]) -> String {
    let plural = if requests == 1 { "" } else { "s" };
    format!("{requests} request{plural} under way{}", named("; held by ", holds))
}

/// The first of them, and how many more.
fn named(before: &str, holds: &[String]) -> String {
    let mut text = String::new();
    for (index, name) in holds.iter().take(NAMED).enumerate() {
        write!(text, "{}`{name}`", if index == 0 { before } else { ", " }).expect("a String takes all");
    }
    if holds.len() > NAMED {
        write!(text, " and {} more", holds.len() - NAMED).expect("a String takes all");
    }
    text
}

use std::{fmt::Write, path::Path};

use humantime::format_rfc3339_seconds;
use tracing::{info, warn};

use super::seconds;
use crate::{Override, run::Adjusted, text::plain};

/// Settings have changed a check. A status that got worse was hidden before.
pub(super) fn adjusted(adjusted: &Adjusted) {
    let Adjusted { entry, changes, transition } = adjusted;
    let name = entry.name();
    let mut told = String::new();
    for (index, (option, from, to)) in changes.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(told, "{separator}{option} {from} -> {to}").expect("a String takes all");
    }
    told.push_str(&source(entry.overridden()));
    if let Some(moved) = transition {
        let (to, from, lasted) = (moved.to, moved.from, seconds(moved.lasted));
        write!(told, "; it is {to}, was {from} for {lasted:.0} s").expect("a String takes all");
    }
    let (from, to) = transition.as_ref().map(|moved| (moved.from.as_str(), moved.to.as_str())).unzip();
    let lasted_seconds = transition.as_ref().map(|moved| seconds(moved.lasted));
    let reason = entry.overridden().and_then(Override::reason).map(plain);
    let (reason, told) = (reason.as_deref(), plain(&told));
    if transition.as_ref().is_some_and(|moved| moved.to > moved.from) {
        warn!(
            name: "health_check_settings_changed",
            target: "healthsdk",
            check = name,
            from,
            to,
            lasted_seconds,
            reason,
            "settings of `{name}` changed: {told}"
        );
    } else {
        info!(
            name: "health_check_settings_changed",
            target: "healthsdk",
            check = name,
            from,
            to,
            lasted_seconds,
            reason,
            "settings of `{name}` changed: {told}"
        );
    }
}

/// An override, and what comes of it.
pub(crate) fn override_summary(name: &str, overridden: &Override) -> String {
    let until = overridden.until().map(|until| format!(" until {}", format_rfc3339_seconds(until)));
    format!("`{name}` {}{}", overridden.effect(), until.unwrap_or_default())
}

/// Told at the start.
pub(crate) fn no_settings_file(path: &Path) {
    info!(path = %path.display(), "settings file {} is not there, and sets nothing until it is", path.display());
}

/// Settings that ended before the start.
pub(crate) fn settings_over(over: &str) {
    info!("settings that are over change nothing: {over}");
}

pub(crate) fn settings_file_changed(path: &Path, removed: bool, later: Option<&str>) {
    let what = if removed { "is gone, and sets nothing any more" } else { "has changed" };
    let later = later.map(|later| format!("; {later}")).unwrap_or_default();
    info!(path = %path.display(), "settings file {} {what}{later}", path.display());
}

pub(crate) fn settings_file_wrong(path: &Path, wrong: &str) {
    let wrong = plain(wrong);
    warn!(path = %path.display(), "settings file {} has changed, and is wrong: {wrong}", path.display());
}

fn source(overridden: Option<&Override>) -> String {
    let Some(overridden) = overridden else { return "; nothing is set any more".to_owned() };
    let reason = overridden.reason().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!(" (set by {}{reason})", overridden.source())
}

//! The fuzz targets, each with its seeds and a few changes of them.

#![allow(dead_code, unreachable_pub, reason = "the same files are modules of the fuzz crate")]

mod contexts;
#[path = "../../../fuzz/src/details.rs"]
mod details;
#[path = "../../../fuzz/src/durations.rs"]
mod durations;
#[path = "../../../fuzz/src/query_accept.rs"]
mod query_accept;
#[path = "../../../fuzz/src/redaction.rs"]
mod redaction;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;
#[path = "../../../fuzz/src/settings.rs"]
mod settings;
#[path = "../../../fuzz/src/text.rs"]
mod text;

use replay::replay;

#[test]
fn who_writes_headers_is_told_no_details_by_them() {
    replay("details", details::details);
}

#[test]
fn attributes_and_settings_read_durations_alike() {
    replay("durations", durations::durations);
}

#[test]
fn whoever_asks_however_is_answered_and_strangers_learn_and_cause_nothing() {
    replay("query_accept", query_accept::query_accept);
}

#[test]
fn a_planted_secret_is_in_nothing_that_is_told() {
    replay("redaction", redaction::redaction);
}

#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn a_secret_is_taken_out_behind_whatever_value_has_begun() {
    contexts::search();
}

#[test]
fn settings_are_set_as_a_whole_or_each_fault_says_what_to_write() {
    replay("settings", settings::settings);
}

#[test]
fn what_others_wrote_is_shown_on_one_line() {
    replay("text", text::text);
}

use std::fmt::Write;

use crate::{Entry, Lifecycle, Status};

/// The longest status, in bytes.
const LONGEST: usize = 200;
/// What ` and 1000000 more` may take of it.
const MORE: usize = 24;

/// One line about the process, with the entries that are not ok, the worst first.
pub(super) fn text<'a>(
    lifecycle: Lifecycle,
    live: Status,
    ready: Status,
    entries: impl Iterator<Item = &'a Entry>,
) -> String {
    let mut text = match lifecycle {
        Lifecycle::Draining | Lifecycle::Stopped => return lifecycle.to_string(),
        _ if live == Status::Error => "not live",
        Lifecycle::Starting => "starting",
        Lifecycle::Ready if ready == Status::Error => "not ready",
        Lifecycle::Ready => "ready",
    }
    .to_owned();
    let mut failing: Vec<_> = entries.filter(|entry| entry.status() > Status::Ok).collect();
    failing.sort_by_key(|entry| (std::cmp::Reverse(entry.status()), entry.is_pending()));
    for (told, entry) in failing.iter().enumerate() {
        let state = if entry.is_pending() { "pending" } else { entry.status().as_str() };
        let separator = if told == 0 { ":" } else { "," };
        let item = format!("{separator} {} {state}", line(entry.name()));
        if text.len() + item.len() > LONGEST - MORE {
            write!(text, " and {} more", failing.len() - told).expect("a String takes all");
            break;
        }
        text.push_str(&item);
    }
    text
}

/// A line's end would begin another variable.
fn line(name: &str) -> String {
    name.chars().map(|char| if char.is_control() { '?' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::Outcome;

    fn entry(name: &str, outcome: Outcome) -> Entry {
        Entry::own(name.to_owned(), outcome, SystemTime::UNIX_EPOCH)
    }

    fn ready(entries: &[Entry]) -> String {
        let worst = entries.iter().map(Entry::status).max().unwrap_or_default();
        text(Lifecycle::Ready, Status::Ok, worst, entries.iter())
    }

    #[test]
    fn it_names_what_is_not_ok_without_any_message() {
        assert_eq!(ready(&[entry("cache", Outcome::ok())]), "ready");
        let entries = [
            entry("cache", Outcome::degraded("slow")),
            entry("disk", Outcome::ok()),
            entry("postgres", Outcome::error("password refused for admin")),
        ];
        assert_eq!(ready(&entries), "not ready: postgres error, cache degraded");
        assert_eq!(ready(&entries[..2]), "ready: cache degraded");
        let process = |lifecycle, live| text(lifecycle, live, Status::Error, entries[..1].iter());
        assert_eq!(process(Lifecycle::Starting, Status::Ok), "starting: cache degraded");
        assert_eq!(process(Lifecycle::Ready, Status::Error), "not live: cache degraded");
        assert_eq!(process(Lifecycle::Draining, Status::Ok), "draining");
    }

    #[test]
    fn it_is_at_most_200_bytes_and_says_how_many_it_leaves_out() {
        let entries: Vec<_> =
            (0..1000).map(|number| entry(&format!("check-{number:03}"), Outcome::error("x"))).collect();
        let text = ready(&entries);
        assert!(text.len() <= LONGEST, "{} bytes", text.len());
        let told = text.matches("check-").count();
        assert!(told >= 8, "{text}");
        assert!(text.ends_with(&format!(" and {} more", 1000 - told)), "{text}");
        assert_eq!(ready(&[entry(&"é".repeat(500), Outcome::error("x"))]), "not ready and 1 more");
    }

    #[test]
    fn a_name_of_several_lines_sets_no_other_variable() {
        assert_eq!(ready(&[entry("a\nREADY=1", Outcome::error("x"))]), "not ready: a?READY=1 error");
    }
}

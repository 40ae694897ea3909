//! The maintenance file: who may write to a folder takes the service out of traffic.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Cause, Check, Component, Entry, Kind, Outcome, Status, redact::Redactor};

pub(crate) const NAME: &str = "process/maintenance";
const PERIOD: Duration = Duration::from_secs(1);
/// A file on a network may take its time.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of its first line that are told.
const LONGEST: usize = 200;
/// Bytes that are read: more, because of spaces before them, and of a last character that is cut.
const READ: u64 = 1024;

/// The built-in check of this file.
pub(crate) fn check(path: PathBuf, redactor: Redactor) -> Check {
    Check::blocking(NAME, move || look(&path, &redactor))
        .kind(Kind::Readiness)
        .component(Component::System)
        .description("nobody takes the service out of traffic by the maintenance file")
        .interval(PERIOD)
        .retry_interval(PERIOD)
        .timeout(TIMEOUT)
        .failure_threshold(1)
        .success_threshold(1)
}

/// Whether the file was there at the last look; `None` where that look took too long, which says nothing.
pub(crate) fn is_planned(entry: &Entry) -> Option<bool> {
    let looked = !entry.data().contains_key(Cause::KEY);
    looked.then(|| entry.status() == Status::Error && entry.failures() > 0)
}

fn look(path: &Path, redactor: &Redactor) -> Outcome {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Outcome::ok(),
        Err(error) => Outcome::degraded(format_args!("the maintenance file cannot be looked at: {error}")),
        // Opening a pipe would wait for who writes to it.
        Ok(found) if !found.is_file() => Outcome::error(message("")),
        // Before it is cut, or a secret were no longer to be recognised.
        Ok(_) => Outcome::error(message(&redactor.text(&start(path).unwrap_or_default()))),
    }
}

fn start(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(READ).read_to_end(&mut bytes)?;
    let cut = if bytes.len() as u64 == READ { "…" } else { "" };
    Ok(String::from_utf8_lossy(&bytes).into_owned() + cut)
}

fn message(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default().trim();
    let end = (0..=LONGEST.min(line.len())).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    if line.is_empty() { "maintenance" } else { line[..end].trim_end() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_the_first_line_without_spaces_around_it() {
        assert_eq!(message(" moving to zone b \r\nsecond\n"), "moving to zone b");
        assert_eq!(message(""), "maintenance");
        assert_eq!(message(" \nsecond"), "maintenance");
    }

    #[test]
    fn of_a_long_line_two_hundred_bytes_are_told_in_whole_characters() {
        assert_eq!(message(&"é".repeat(300)), "é".repeat(100));
        assert_eq!(message(&format!("x{}", "é".repeat(300))), format!("x{}", "é".repeat(99)));
    }
}

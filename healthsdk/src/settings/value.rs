//! Values as they are written in settings: typed, or all in quotes, as some formats have them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::grammar;
use crate::{Status, words};

/// Seconds of the Unix epoch at which the year 10000 begins, which cannot be written.
const YEAR_10000: u64 = 253_402_300_800;

const STATUSES: [Status; 3] = [Status::Ok, Status::Degraded, Status::Error];

pub(super) fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("is {}; write it in quotes", kind(value)))
}

pub(super) fn duration(value: &Value) -> Result<Duration, String> {
    let written = match value {
        Value::Number(number) => number.to_string(),
        value => text(value)?.to_owned(),
    };
    grammar::parse(&written).map(Duration::from_nanos)
}

/// One that may be zero.
pub(super) fn delay(value: &Value) -> Result<Duration, String> {
    match value.as_str() {
        Some("0s" | "0ms") => Ok(Duration::ZERO),
        _ => duration(value),
    }
}

pub(super) fn boolean(value: &Value) -> Result<bool, String> {
    match (value, value.as_str()) {
        (Value::Bool(boolean), _) => Ok(*boolean),
        (_, Some("true")) => Ok(true),
        (_, Some("false")) => Ok(false),
        _ => Err(format!("is {}; write true or false", shown(value))),
    }
}

pub(super) fn count(value: &Value) -> Result<u32, String> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .and_then(|number| u32::try_from(number).ok())
        .filter(|count| *count > 0)
        .ok_or_else(|| format!("is {}; write how many runs in a row, at least 1", shown(value)))
}

pub(super) fn status(value: &Value) -> Result<Status, String> {
    let legal = STATUSES.map(Status::as_str);
    let written = text(value)?;
    STATUSES
        .into_iter()
        .find(|status| status.as_str() == written)
        .ok_or_else(|| format!("is {}; {}", shown(value), meant(written, &legal)))
}

/// A duration as it is written.
pub(super) fn written(duration: Duration) -> String {
    const UNITS: [(&str, u128); 6] = [
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let nanoseconds = duration.as_nanos();
    let whole = UNITS.into_iter().find(|(_, scale)| nanoseconds > 0 && nanoseconds.is_multiple_of(*scale));
    whole.map_or_else(|| "0s".to_owned(), |(unit, scale)| format!("{}{unit}", nanoseconds / scale))
}

/// RFC 3339, with whatever offset.
pub(super) fn time(value: &Value) -> Result<SystemTime, String> {
    let written = text(value)?.trim().to_uppercase();
    parsed(&written)
        .filter(|time| time.duration_since(UNIX_EPOCH).is_ok_and(|since| since.as_secs() < YEAR_10000))
        .ok_or_else(|| format!("is {}; write a time as in \"2026-03-02T06:00:00Z\"", shown(value)))
}

/// What to write instead of a word.
pub(super) fn meant(written: &str, legal: &[&str]) -> String {
    let quoted: Vec<_> = legal.iter().map(|word| format!("\"{word}\"")).collect();
    match words::nearest(written, legal.iter().copied()) {
        Some(nearest) => format!("did you mean \"{nearest}\"? The words are {}", words::list(&quoted)),
        None => format!("write {}", words::list(&quoted)),
    }
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// Short, and on one line.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => kind(value).to_owned(),
        value => value.to_string().chars().take(64).collect(),
    }
}

fn parsed(text: &str) -> Option<SystemTime> {
    let zone = text.rfind(['Z', '+', '-']).filter(|zone| *zone > "YYYY-MM-DD".len())?;
    let (local, zone) = text.split_at(zone);
    let as_utc = humantime::parse_rfc3339(&format!("{local}Z")).ok()?;
    if zone == "Z" {
        return Some(as_utc);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let part = |text: &str, limit: u64| {
        let legal = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &u64| legal && *number <= limit)
    };
    let offset = Duration::from_secs(part(hours, 23)? * 3600 + part(minutes, 59)? * 60);
    if zone.starts_with('-') { as_utc.checked_add(offset) } else { as_utc.checked_sub(offset) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_in_quotes_are_what_they_are_without() {
        assert_eq!((boolean(&json!("false")), boolean(&json!(false))), (Ok(false), Ok(false)));
        assert_eq!((count(&json!("3")), count(&json!(3))), (Ok(3), Ok(3)));
        assert_eq!(duration(&json!("1.5s")), Ok(Duration::from_millis(1500)));
    }

    #[test]
    fn what_is_wrong_says_what_to_write() {
        assert_eq!(duration(&json!(150)), Err("a duration needs a unit: write \"150ms\"".to_owned()));
        assert_eq!(boolean(&json!("yes")), Err("is \"yes\"; write true or false".to_owned()));
        assert!(count(&json!(0)).is_err() && count(&json!(-1)).is_err() && count(&json!(1.5)).is_err());
        let wrong = status(&json!("degrade")).expect_err("it is no status");
        assert!(wrong.starts_with("is \"degrade\"; did you mean \"degraded\"?"), "{wrong}");
        assert_eq!(status(&json!(1)), Err("is a number; write it in quotes".to_owned()));
    }

    #[test]
    fn a_duration_is_shown_as_it_may_be_written() {
        for text in ["2h", "90s", "5m", "1500ms", "7us", "3ns"] {
            assert_eq!(duration(&json!(text)).map(written).as_deref(), Ok(text));
        }
        assert_eq!(duration(&json!("1.5s")).map(written).as_deref(), Ok("1500ms"));
    }

    #[test]
    fn a_time_may_have_any_offset() {
        let utc = time(&json!("2026-03-02T06:00:00Z")).expect("a time");
        for same in ["2026-03-02t06:00:00z", "2026-03-02T08:00:00+02:00", "2026-03-02T00:30:00-05:30"] {
            assert_eq!(time(&json!(same)), Ok(utc), "{same}");
        }
        for wrong in ["2026-03-02", "2026-03-02T06:00:00", "2026-03-02T06:00:00+2", "06:00", ""] {
            assert!(time(&json!(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_that_cannot_be_shown_is_wrong() {
        for wrong in ["9999-12-31T23:59:59-05:00", "1970-01-01T00:00:00+01:00"] {
            assert!(time(&json!(wrong)).is_err_and(|told| told.contains("write a time")), "{wrong}");
        }
        for legal in ["9999-12-31T23:59:59Z", "1970-01-01T01:00:00+01:00"] {
            let time = time(&json!(legal)).expect("a time");
            assert!(!humantime::format_rfc3339_millis(time).to_string().is_empty());
        }
    }
}

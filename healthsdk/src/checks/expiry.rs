use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::{IntoOutcome, Outcome};

const DAY: i64 = 24 * 60 * 60;
/// The last second of the year 9999, beyond which RFC 3339 has no name for a time.
const LAST_NAMED: u64 = 253_402_300_799;

/// When a credential begins and ceases to be valid. Degraded some time before its end, an error after it.
///
/// A check may return it as it is. Data: `expires_at`, `seconds_left`.
#[derive(Clone, Debug)]
#[must_use = "it is what a check returns"]
pub struct Expiry {
    what: &'static str,
    /// `Err` where it could not be told.
    valid: Result<Validity, Outcome>,
    degraded_before: Duration,
    in_days: bool,
    data: Vec<(&'static str, Value)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Validity {
    pub(super) begins: Option<SystemTime>,
    pub(super) ends: SystemTime,
}

impl Expiry {
    pub(super) fn new(what: &'static str, valid: Validity, degraded_before: Duration) -> Self {
        Self { what, valid: Ok(valid), degraded_before, in_days: false, data: Vec::new() }
    }

    pub(super) fn unknown(what: &'static str, outcome: Outcome) -> Self {
        Self { what, valid: Err(outcome), degraded_before: Duration::ZERO, in_days: false, data: Vec::new() }
    }

    /// So long before its end the check is degraded: less than what is left when it should have been replaced.
    pub fn degraded_before(mut self, left: Duration) -> Self {
        self.degraded_before = left;
        self
    }

    /// Tells `days_left` as well.
    #[cfg_attr(not(feature = "certificate"), allow(dead_code, reason = "tokens live for hours"))]
    pub(super) fn in_days(self) -> Self {
        Self { in_days: true, ..self }
    }

    #[cfg_attr(not(feature = "certificate"), allow(dead_code, reason = "only certificates tell more"))]
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.data.push((key, value.into()));
        self
    }

    fn at(self, now: SystemTime) -> Outcome {
        let outcome = match self.valid {
            Ok(valid) => {
                let left = seconds_until(valid.ends, now);
                let outcome = judge(self.what, valid, self.degraded_before, now).with("seconds_left", left);
                let outcome = if self.in_days { outcome.with("days_left", left / DAY) } else { outcome };
                named(valid.ends).into_iter().fold(outcome, |outcome, name| outcome.with("expires_at", name))
            }
            Err(outcome) => outcome,
        };
        self.data.into_iter().fold(outcome, |outcome, (key, value)| outcome.with(key, value))
    }
}

impl IntoOutcome for Expiry {
    fn into_outcome(self) -> Outcome {
        self.at(SystemTime::now())
    }
}

fn judge(what: &str, valid: Validity, degraded_before: Duration, now: SystemTime) -> Outcome {
    if let Some(wait) =
        valid.begins.and_then(|begins| begins.duration_since(now).ok()).filter(|wait| !wait.is_zero())
    {
        return Outcome::error(format_args!("the {what} is not valid for another {}", rough(wait)));
    }
    match valid.ends.duration_since(now) {
        Ok(left) if left > degraded_before => Outcome::ok(),
        Ok(left) if !left.is_zero() => {
            Outcome::degraded(format_args!("the {what} expires in {}", rough(left)))
        }
        _ => {
            let ago = now.duration_since(valid.ends).unwrap_or_default();
            Outcome::error(format_args!("the {what} expired {} ago", rough(ago)))
        }
    }
}

fn seconds_until(ends: SystemTime, now: SystemTime) -> i64 {
    match ends.duration_since(now) {
        Ok(left) => i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
        Err(past) => i64::try_from(past.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

fn named(time: SystemTime) -> Option<String> {
    let since = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (since <= LAST_NAMED).then(|| humantime::format_rfc3339_seconds(time).to_string())
}

/// In the largest unit of which there are two.
fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(DAY.unsigned_abs(), "days"), (60 * 60, "h"), (60, "min")];
    match units.into_iter().find(|(unit, _)| seconds >= 2 * unit) {
        Some((unit, name)) => format!("{} {name}", seconds / unit),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    const HOUR: Duration = Duration::from_secs(3600);

    fn seen(left_of: Validity, now: SystemTime) -> (Status, Option<String>) {
        let outcome = Expiry::new("token", left_of, HOUR).at(now);
        (outcome.status(), outcome.message().map(str::to_owned))
    }

    #[test]
    fn it_is_degraded_before_its_end_and_an_error_from_there_on() {
        let ends = UNIX_EPOCH + Duration::from_secs(1_728_000_000);
        let valid = Validity { begins: None, ends };
        let second = Duration::from_secs(1);
        assert_eq!(seen(valid, ends - HOUR - second), (Status::Ok, None));
        let (status, message) = seen(valid, ends - HOUR);
        assert_eq!((status, message.as_deref()), (Status::Degraded, Some("the token expires in 60 min")));
        assert_eq!(seen(valid, ends - second).0, Status::Degraded);
        let (status, message) = seen(valid, ends);
        assert_eq!((status, message.as_deref()), (Status::Error, Some("the token expired 0 s ago")));
        let (status, message) = seen(valid, ends + HOUR * 72);
        assert_eq!((status, message.as_deref()), (Status::Error, Some("the token expired 3 days ago")));
    }

    #[test]
    fn before_its_beginning_it_is_an_error() {
        let begins = UNIX_EPOCH + Duration::from_secs(1_728_000_000);
        let valid = Validity { begins: Some(begins), ends: begins + HOUR * 48 };
        let (status, message) = seen(valid, begins - HOUR * 5);
        assert_eq!(status, Status::Error);
        assert_eq!(message.as_deref(), Some("the token is not valid for another 5 h"));
        assert_eq!(seen(valid, begins).0, Status::Ok);
    }

    #[test]
    fn times_beyond_all_calendars_are_told_in_seconds() {
        let now = UNIX_EPOCH + Duration::from_secs(86_400);
        let ends = UNIX_EPOCH + Duration::from_secs(LAST_NAMED + 1);
        let outcome = Expiry::new("token", Validity { begins: None, ends }, HOUR).at(now);
        assert_eq!((outcome.status(), outcome.data().get("expires_at")), (Status::Ok, None));
        let past = Expiry::new("token", Validity { begins: None, ends: UNIX_EPOCH }, HOUR).at(now);
        assert_eq!(past.data()["seconds_left"], -86_400);
        assert_eq!(past.data()["expires_at"], "1970-01-01T00:00:00Z");
    }
}

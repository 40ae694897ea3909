use std::time::{Duration, SystemTime};

/// The pause after the first failure; doubled after each further one.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);
/// A target may ask for this much at most.
const LONGEST_ASKED: Duration = Duration::from_secs(10 * 60);

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Delivered,
    Again,
    /// It would be answered so again.
    Refused,
}

pub(super) fn verdict(status: u16) -> Verdict {
    match status {
        200..300 => Verdict::Delivered,
        408 | 429 | 500.. => Verdict::Again,
        _ => Verdict::Refused,
    }
}

/// How long to wait after so many failures, by a random number from 0 to 1.
pub(super) fn pause(failures: u32, asked: Option<Duration>, random: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let own = doubled.min(LONGEST).mul_f64(0.5 + random / 2.0);
    own.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// The header `Retry-After`: seconds, or a date.
pub(super) fn asked(retry_after: &str, now: SystemTime) -> Option<Duration> {
    let retry_after = retry_after.trim();
    let seconds = retry_after.parse().map(Duration::from_secs).ok();
    let date =
        || httpdate::parse_http_date(retry_after).ok().map(|at| at.duration_since(now).unwrap_or_default());
    seconds.or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_may_be_otherwise_later_is_tried_again_and_nothing_else() {
        for again in [408, 429, 500, 502, 503, 504, 599] {
            assert_eq!(verdict(again), Verdict::Again, "{again}");
        }
        for refused in [301, 302, 307, 400, 401, 403, 404, 410, 413, 422] {
            assert_eq!(verdict(refused), Verdict::Refused, "{refused}");
        }
        assert!([200, 202, 204].iter().all(|done| verdict(*done) == Verdict::Delivered));
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_are_spread_over_half_of_themselves() {
        let longest = |failures| pause(failures, None, 1.0);
        assert_eq!([1, 2, 3].map(longest), [SECOND / 2, SECOND, SECOND * 2]);
        assert_eq!([8, 60, u32::MAX].map(longest), [LONGEST; 3]);
        assert_eq!(pause(3, None, 0.0), SECOND);
    }

    #[test]
    fn the_target_may_ask_for_more_in_seconds_or_by_a_date_but_not_for_ever() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(asked("30", now), Some(SECOND * 30));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:47 GMT", now), Some(SECOND * 10));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:07 GMT", now), Some(Duration::ZERO));
        assert_eq!(asked("soon", now), None);
        assert_eq!(pause(1, Some(SECOND * 30), 0.5), SECOND * 30);
        assert_eq!(pause(1, Some(Duration::from_secs(24 * 60 * 60)), 0.5), LONGEST_ASKED);
    }
}

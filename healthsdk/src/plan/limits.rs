use std::time::Duration;

use crate::{
    fault,
    options::Options,
    timing::{Defaults, Timing},
};

pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What contradicts itself in the options of one check.
pub(crate) fn option_faults(options: &Options, defaults: Defaults) -> Vec<String> {
    let mut faults = Vec::new();
    let durations = [
        ("timeout", options.timeout),
        ("cancel_after", options.cancel_after),
        ("interval", options.interval),
        ("retry_interval", options.retry_interval),
        ("ttl", options.ttl),
        ("degraded_above", options.degraded_above),
    ];
    for (option, value) in durations.into_iter().filter_map(|(option, value)| Some((option, value?))) {
        if value.is_zero() || value > LONGEST {
            faults.push(format!("`{option}` is {value:?}; it must be longer than zero and at most 24 h"));
        }
    }
    if options.initial_delay.is_some_and(|delay| delay > LONGEST) {
        faults.push("`initial_delay` must be at most 24 h".to_owned());
    }
    for (option, value) in
        [("failure_threshold", options.failure_threshold), ("success_threshold", options.success_threshold)]
    {
        if value == Some(0) {
            faults.push(format!("`{option}` is 0; write how many runs in a row, at least 1"));
        }
    }
    if options.ttl.is_some() && (options.interval.is_some() || options.initial_delay.is_some()) {
        faults.push("`ttl` makes a check on-demand, `interval` and `initial_delay` are for background checks; write one".to_owned());
    }
    if !faults.is_empty() {
        return faults;
    }
    let timing = Timing::new(options, defaults);
    if timing.cancel_after < timing.timeout {
        faults.push(fault::too_long("timeout", timing.timeout, "cancel_after", timing.cancel_after));
    }
    if let Some(above) = timing.degraded_above.filter(|above| *above >= timing.timeout) {
        faults.push(fault::too_long("degraded_above", above, "timeout", timing.timeout));
    }
    if timing.retry_interval > timing.period().unwrap_or(LONGEST) {
        faults.push(format!(
            "`retry_interval` ({:?}) must not be longer than `interval`",
            timing.retry_interval
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[track_caller]
    fn faulty(options: &Options, words: &[&str]) {
        let faults = option_faults(options, Defaults::default());
        assert_eq!(faults.len(), words.len(), "{faults:#?}");
        for (fault, words) in faults.iter().zip(words) {
            assert!(fault.contains(words), "{words}: {fault}");
        }
    }

    #[test]
    fn lengths_of_time_are_longer_than_zero_and_at_most_a_day() {
        let with = |interval, initial_delay| Options {
            interval: Some(interval),
            initial_delay: Some(initial_delay),
            ..Options::NONE
        };
        faulty(&with(LONGEST, LONGEST), &[]);
        faulty(&with(SECOND, Duration::ZERO), &[]);
        faulty(&with(Duration::ZERO, SECOND), &["`interval` is 0ns"]);
        faulty(&with(LONGEST + SECOND, LONGEST + SECOND), &["`interval` is 86401s", "`initial_delay` must"]);
    }

    #[test]
    fn what_is_run_when_asked_has_no_period_and_no_first_wait() {
        let on_demand = Options { ttl: Some(SECOND), ..Options::NONE };
        faulty(&on_demand, &[]);
        faulty(&Options { interval: Some(SECOND), ..on_demand }, &["`ttl` makes a check on-demand"]);
        faulty(&Options { initial_delay: Some(SECOND), ..on_demand }, &["`ttl` makes a check on-demand"]);
    }

    #[test]
    fn limits_are_at_least_what_they_limit() {
        let with = |cancel_after, degraded_above| Options {
            timeout: Some(2 * SECOND),
            cancel_after: Some(cancel_after),
            degraded_above: Some(degraded_above),
            ..Options::NONE
        };
        faulty(&with(2 * SECOND, SECOND), &[]);
        faulty(&with(SECOND, SECOND), &["`timeout` (2s) must be shorter than `cancel_after` (1s)"]);
        faulty(&with(2 * SECOND, 2 * SECOND), &["`degraded_above` (2s) must be shorter than `timeout` (2s)"]);
        faulty(&Options { retry_interval: Some(5 * SECOND), ..Options::NONE }, &[]);
        faulty(&Options { retry_interval: Some(6 * SECOND), ..Options::NONE }, &["`retry_interval` (6s)"]);
    }

    #[test]
    fn a_threshold_counts_at_least_one_run() {
        let with = |failure, success| Options {
            failure_threshold: Some(failure),
            success_threshold: Some(success),
            ..Options::NONE
        };
        faulty(&with(1, 1), &[]);
        faulty(&with(0, 0), &["`failure_threshold` is 0", "`success_threshold` is 0"]);
    }
}

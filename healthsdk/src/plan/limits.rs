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

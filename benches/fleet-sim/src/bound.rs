use crate::{
    settings::Check,
    time::{Micros, part},
};

/// The longest time from a fault until it is published, as healthsdk states it at the start. It comes just after a good run has
/// looked, which still takes its whole timeout; afterwards no run ends before it is dropped, but for silence that makes the check
/// stale before.
pub(crate) fn detection(check: &Check) -> Micros {
    let stale = check.stale_after();
    let first = check.interval + part(check.interval, check.jitter);
    (1..=check.failure_threshold).fold(0, |sum, run| {
        let (wait, completed) = match run {
            1 => (first.max(check.timeout + check.retry_interval), check.timeout),
            _ => (check.retry_interval, 0),
        };
        let takes = if run == check.failure_threshold { check.timeout } else { check.cancel_after };
        sum + (wait + takes).min(completed + stale)
    })
}

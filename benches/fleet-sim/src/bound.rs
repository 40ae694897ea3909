use crate::{
    settings::Check,
    time::{Micros, part},
};

/// The longest time from a fault until it is published, as healthsdk states it at the start: no run ends before it is dropped,
/// but for silence that makes the check stale before.
pub(crate) fn detection(check: &Check) -> Micros {
    let stale = check.stale_after();
    let first = check.interval + part(check.interval, check.jitter);
    (1..=check.failure_threshold).fold(0, |sum, run| {
        let wait = if run == 1 { first } else { check.retry_interval };
        let takes = if run == check.failure_threshold { check.timeout } else { check.cancel_after };
        sum + (wait + takes).min(stale)
    })
}

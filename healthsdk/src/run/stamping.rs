use std::sync::Arc;

use tokio::{
    runtime::Handle,
    time::{MissedTickBehavior, interval},
};

use crate::watchdog::{PERIOD, Workers};

/// Has the event loop of this thread stamp the time, as long as it turns. Outside of one, nothing.
pub(crate) fn stamp(workers: &Arc<Workers>) {
    let Ok(runtime) = Handle::try_current() else { return };
    let Some(stamp) = workers.register() else { return };
    // Not a local task: not every runtime has those. A worker's runtime has its own thread alone.
    runtime.spawn(async move {
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            stamp.set();
        }
    });
}

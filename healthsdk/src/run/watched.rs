use std::time::Instant;

use super::engine::Engine;

impl Engine {
    /// Whether the engine's own clock is on time.
    pub(crate) fn is_on_time(&self) -> bool {
        !self.clock.is_late(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant, SystemTime},
    };

    use super::*;
    use crate::{
        BuildInfo,
        about::About,
        plan::{Draft, Plan},
    };

    fn turns(engine: &Engine, on_time: bool) -> bool {
        let began = Instant::now();
        while engine.is_on_time() != on_time && began.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(5));
        }
        engine.is_on_time() == on_time
    }

    #[test]
    fn an_engine_that_is_stuck_is_not_on_time() {
        let plan = Plan::new(Draft { allow_empty: true, ..Draft::default() }).expect("it is legal");
        let about = About { build: BuildInfo::default(), started_at: SystemTime::now() };
        let engine = Engine::start(plan, Duration::from_millis(200), about, Vec::new())
            .expect("threads can be started");
        assert!(turns(&engine, true));
        let held = engine.table();
        assert!(turns(&engine, false), "its clock waits for the lock");
        drop(held);
        assert!(turns(&engine, true));
        engine.close();
    }
}

//! The simulation beside healthsdk itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use healthsdk::{Check, Monitor};
use serde_json::Value;

use crate::{
    bound,
    chance::Chance,
    counts::Counts,
    instance::Instance,
    settings, time,
    world::{Counted, Outage},
};

const INTERVAL: Duration = Duration::from_millis(200);

fn micros(time: Duration) -> time::Micros {
    time::Micros::try_from(time.as_micros()).expect("a short time")
}

#[test]
fn the_seconds_to_detect_are_those_that_healthsdk_states() {
    let default = settings::Check::DEFAULT;
    let second = time::SECOND;
    let cases = [
        default,
        default.thresholds(1, 1),
        default.thresholds(5, 2).timeout(second / 4),
        default.interval(30 * second).timeout(3 * second),
        default.interval(second).timeout(3 * second),
        default.interval(second).timeout(30 * second).thresholds(1, 1),
    ];
    for case in cases {
        let duration = |time: time::Micros| Duration::from_micros(time);
        let check = Check::new("x", || async {})
            .interval(duration(case.interval))
            .retry_interval(duration(case.retry_interval))
            .timeout(duration(case.timeout))
            .failure_threshold(case.failure_threshold);
        let monitor = Monitor::builder().linked(false).check(check).build().expect("the check is legal");
        let contract: Value = serde_json::from_str(&monitor.describe().json()).expect("it is JSON");
        let stated = format!("{:?}", duration(bound::detection(&case)));
        assert_eq!(contract["checks"][0]["detected_within"], stated, "{case:?}");
    }
}

/// A fleet of one process, with a check for each instance.
#[test]
fn the_engine_asks_as_often_as_the_simulation() {
    const INSTANCES: u32 = 50;
    let runs = Arc::new(AtomicU32::new(0));
    let checks = (0..INSTANCES).map(|instance| {
        let runs = Arc::clone(&runs);
        let check = move || {
            runs.fetch_add(1, Ordering::Relaxed);
            std::future::ready(())
        };
        Check::new(format!("instance-{instance}"), check).interval(INTERVAL)
    });
    let builder = checks.fold(Monitor::builder().linked(false), healthsdk::MonitorBuilder::check);
    let monitor = builder.build().expect("the checks are legal");
    let (began, before) = (Instant::now(), runs.load(Ordering::Relaxed));
    thread::sleep(15 * INTERVAL);
    let (took, asked) = (began.elapsed(), runs.load(Ordering::Relaxed) - before);
    drop(monitor);

    let length = micros(took);
    let mut counts = Counts::new(length, length);
    for instance in 0..INSTANCES {
        let chance = &mut Chance::new(1, u64::from(instance));
        let mut one =
            Instance::first_run_at(micros(INTERVAL), settings::Check::DEFAULT.interval(micros(INTERVAL)));
        let mut world = Counted { world: Outage::NONE, asked: &mut counts };
        while one.wake() < length {
            one.advance(one.wake(), &mut world, chance);
        }
    }
    let simulated = counts.mean(0, length) * took.as_secs_f64();
    // A busy machine runs late, and never early.
    let ratio = f64::from(asked) / simulated;
    assert!((0.7..=1.1).contains(&ratio), "{asked} runs where {simulated} are simulated");
}

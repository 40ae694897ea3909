//! The state of a check against the model of it, after each step of sequences that nobody would write down.

use std::time::Duration;

use healthsdk_model::{Ended, Options, Scope, Status};
use proptest::{collection::vec, prelude::*, sample::select};

mod both;
mod settings;

use crate::run::cases::config;
use both::Both;
use settings::Setting;

const SECOND: Duration = Duration::from_secs(1);

/// What happens to a check.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So much time passes.
    Wait(Duration),
    /// Time passes until it changes something.
    Next,
    /// Somebody asks, where it is on-demand.
    Ask,
    /// The run under way ends.
    End(Ended, f64),
    /// The run under way ends before the clock has seen that the process did not run for so long.
    EndFrozen(Ended, Duration),
    /// The process does not run for so long.
    Freeze(Duration),
    /// The settings file says something else.
    Set { setting: Setting, starting: bool },
    /// The process drains.
    Drain,
}

fn duration(of: &'static [u64]) -> impl Strategy<Value = Duration> {
    select(of).prop_map(Duration::from_millis)
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![3 => Just(Status::Error), 1 => Just(Status::Degraded), 1 => Just(Status::Ok)]
}

fn ended() -> impl Strategy<Value = Ended> {
    prop_oneof![
        4 => Just(Ended::Passed),
        1 => Just(Ended::Degraded),
        1 => Just(Ended::Inconclusive),
        4 => Just(Ended::Failed),
    ]
}

prop_compose! {
    fn options()(
        interval in duration(&[1_000, 2_000, 5_000, 60_000]),
        initial_delay in duration(&[0, 3_000]),
        retry_interval in duration(&[100, 500, 1_000]),
        timeout in duration(&[200, 1_000, 3_000, 20_000]),
        until_dropped in select(&[1, 2, 10][..]),
        failure_threshold in 1_u32..=4,
        success_threshold in 1_u32..=4,
        failure_status in status(),
        shared in any::<bool>(),
        slow in any::<bool>(),
        on_demand in proptest::option::weighted(0.3, duration(&[500, 2_000, 30_000])),
        strangers in any::<bool>(),
    ) -> Options {
        Options {
            interval,
            initial_delay: if on_demand.is_some() { Duration::ZERO } else { initial_delay },
            retry_interval,
            timeout,
            cancel_after: timeout * until_dropped,
            failure_threshold,
            success_threshold,
            failure_status,
            scope: if shared { Scope::Shared } else { Scope::Local },
            degraded_above: slow.then_some(timeout / 2),
            ttl: on_demand,
            refresh: on_demand.filter(|_| strangers).map(|ttl| ttl.max(5 * SECOND)),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let while_settings = (Setting::any(), any::<bool>());
    prop_oneof![
        4 => duration(&[0, 50, 100, 500, 900, 1_000, 3_000, 20_000, 400_000]).prop_map(Step::Wait),
        8 => Just(Step::Next),
        2 => Just(Step::Ask),
        10 => (ended(), select(&[0.0, 0.5, 0.999][..])).prop_map(|(ended, spread)| Step::End(ended, spread)),
        1 => (ended(), duration(&[1_001, 30_000])).prop_map(|(ended, time)| Step::EndFrozen(ended, time)),
        1 => duration(&[1_001, 30_000, 600_000]).prop_map(Step::Freeze),
        2 => while_settings.prop_map(|(setting, starting)| Step::Set { setting, starting }),
    ]
}

/// Mostly without the end of the process, after which little happens.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let drain = proptest::option::weighted(0.2, vec(step(), 0..6));
    (vec(step(), 1..60), drain).prop_map(|(mut steps, after)| {
        if let Some(after) = after {
            steps.push(Step::Drain);
            steps.extend(after);
        }
        steps
    })
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn what_is_published_told_and_due_is_what_the_table_of_states_says(
        options in options(),
        steps in steps(),
    ) {
        let mut both = Both::new(options);
        for step in steps {
            both.step(step);
            both.compare()?;
        }
    }
}

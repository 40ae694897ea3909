//! Every order in which readers, pollers, the clock and the end of the process can come to the engine's lock.
//!
//! What each of them does is one step under that lock: what holds in every order of the steps holds in every schedule of the threads,
//! as far as they meet there. A reader looks late at what woke it, as a step of its own. Where threads meet elsewhere, in runs, the
//! pool and the wake-ups of a round, `tests/schedules` plays them.

use proptest::{collection::vec, prelude::*, sample::select};

mod expected;
mod stage;

use crate::{Kind, run::cases::config};
use stage::{Sort, Stage};

/// What one of those who come to the engine does.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A reader asks for the checks of a kind, or for all; one who waits already does not.
    Ask { reader: usize, kind: Option<Kind> },
    /// A reader that was woken looks whether what it waits for is over.
    Look { reader: usize },
    /// The deadline of a reader that waits is over.
    Deadline { reader: usize },
    /// A reader that waits goes away.
    Disconnect { reader: usize },
    /// The run of a check ends.
    End { check: usize },
    /// The engine's clock looks at what is due.
    Tick,
    /// The process drains.
    Drain,
}

/// Plays every order of the steps in which those of each actor stay in their own order. Returns how many there are.
fn every_order(sorts: &[Sort], actors: &[&[Step]]) -> usize {
    fn go(sorts: &[Sort], actors: &[&[Step]], at: &mut [usize], order: &mut Vec<Step>) -> usize {
        let mut orders = 0;
        for actor in 0..actors.len() {
            if let Some(step) = actors[actor].get(at[actor]) {
                at[actor] += 1;
                order.push(*step);
                orders += go(sorts, actors, at, order);
                order.pop();
                at[actor] -= 1;
            }
        }
        if orders > 0 {
            return orders;
        }
        Stage::new(sorts).play(order).unwrap_or_else(|error| panic!("{error}\nin {sorts:?}: {order:?}"));
        1
    }
    go(sorts, actors, &mut vec![0; actors.len()], &mut Vec::new())
}

const ALL: Option<Kind> = None;
const READY: Option<Kind> = Some(Kind::Readiness);
const LIVE: Option<Kind> = Some(Kind::Liveness);

fn ask(reader: usize, kind: Option<Kind>, then: fn(usize) -> Step) -> [Step; 2] {
    [Step::Ask { reader, kind }, then(reader)]
}

/// What a reader does that has asked.
const ENDS: [fn(usize) -> Step; 3] = [
    |reader| Step::Look { reader },
    |reader| Step::Deadline { reader },
    |reader| Step::Disconnect { reader },
];

const END: Step = Step::End { check: 0 };

#[test]
fn two_readers_and_a_run_agree_in_every_order_with_timeouts_and_the_drop() {
    let mut orders = 0;
    for sort in [Sort::Background, Sort::Kept, Sort::Asked, Sort::Late, Sort::Dropped] {
        for (first, second) in ENDS.iter().flat_map(|first| ENDS.iter().map(move |second| (*first, *second)))
        {
            let readers = [ask(0, READY, first), ask(1, ALL, second)];
            orders += every_order(&[sort], &[&readers[0], &readers[1], &[END, END], &[Step::Tick]]);
        }
    }
    assert_eq!(orders, 5 * 9 * 630);
}

#[test]
fn a_drain_between_any_two_steps_leaves_nobody_waiting() {
    let mut orders = 0;
    for sort in [Sort::Asked, Sort::Late] {
        for then in ENDS {
            let readers = [ask(0, READY, ENDS[0]), ask(1, READY, then)];
            let others: [&[Step]; 3] = [&[END], &[Step::Tick], &[Step::Drain]];
            orders += every_order(&[sort], &[&readers[0], &readers[1], others[0], others[1], others[2]]);
        }
    }
    assert_eq!(orders, 2 * 3 * 1260);
}

#[test]
fn readers_of_one_kind_wait_for_no_run_of_another_in_any_order() {
    let sorts = [Sort::Asked, Sort::AskedForLiveness];
    let mut orders = 0;
    for kind in [ALL, LIVE] {
        let readers = [ask(0, READY, ENDS[0]), ask(1, kind, ENDS[0])];
        let ends = [[END], [Step::End { check: 1 }]];
        orders += every_order(&sorts, &[&readers[0], &readers[1], &ends[0], &ends[1], &[Step::Tick]]);
    }
    assert_eq!(orders, 2 * 1260);
}

fn step() -> impl Strategy<Value = Step> {
    let (reader, check) = (0..4_usize, 0..3_usize);
    prop_oneof![
        6 => (reader.clone(), select(&[ALL, READY, LIVE][..])).prop_map(|(reader, kind)| Step::Ask { reader, kind }),
        6 => reader.clone().prop_map(|reader| Step::Look { reader }),
        1 => reader.clone().prop_map(|reader| Step::Deadline { reader }),
        1 => reader.prop_map(|reader| Step::Disconnect { reader }),
        6 => check.prop_map(|check| Step::End { check }),
        2 => Just(Step::Tick),
    ]
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn runs_are_shared_kept_and_waited_for_as_promised(
        sorts in vec(select(Sort::ALL), 3),
        mut steps in vec(step(), 1..80),
        drains in proptest::bool::weighted(0.2),
    ) {
        if drains {
            steps.insert(steps.len() / 2, Step::Drain);
        }
        Stage::new(&sorts).play(&steps)?;
    }
}

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Bench, Outcome, SECOND};
use crate::{process::Holding, run::cases::config};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A look at the maintenance file finds it, or not; `slow`: after its timeout.
    Look { finds: bool, slow: bool },
    /// The service says that it is not ready, or that it is.
    Hold(bool),
    /// The process drains.
    Drain,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (any::<bool>(), any::<bool>()).prop_map(|(finds, slow)| Step::Look { finds, slow }),
        4 => select(&[true, false][..]).prop_map(Step::Hold),
        1 => Just(Step::Drain),
    ]
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn planned_maintenance_is_what_the_file_or_the_service_says_and_is_told_once_each_time(
        steps in vec(step(), 1..20),
    ) {
        let mut bench = Bench::new();
        let (mut found, mut held, mut drained, mut planned) = (false, false, false, false);
        for step in steps {
            let told = match step {
                Step::Look { .. } if drained => None,
                Step::Look { finds, slow } => {
                    let outcome = if finds { Outcome::error("moving") } else { Outcome::ok() };
                    found = if slow { found } else { finds };
                    bench.look(if slow { 6 * SECOND } else { SECOND }, outcome)
                }
                Step::Hold(holds) => {
                    let reason = holds.then(|| "moving".to_owned());
                    bench.table.process.hold(Holding::Service, reason, bench.now);
                    held = holds;
                    bench.table.takes_planned()
                }
                Step::Drain => {
                    bench.table.freeze();
                    drained = true;
                    bench.table.takes_planned()
                }
            };
            let now = found || held;
            let expected = (!drained && now != planned).then_some(now);
            planned = expected.unwrap_or(planned);
            prop_assert_eq!(told, expected, "{:?}", step);
        }
    }
}

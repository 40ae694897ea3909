//! What is done to whom and when, decided before it begins.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::layout::Layout;
use crate::mode::Mode;
use crate::seed::Seed;
use crate::spec::{Body, Spec};
use crate::verdict::Verdict;

/// Who freezes the service.
pub(crate) const FREEZER: &str = "service";
/// So long after the beginning of a calm the service is frozen, when all checks are well again.
const SETTLED: Duration = Duration::from_secs(14);
/// For how long, in seconds.
const FROZEN: (f64, f64) = (2.0, 4.0);

/// What can be wrong with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its processes are killed, and started again at the end.
    Kill,
    /// Its processes stand still.
    Pause,
    /// Its answers come so much later.
    Slow(Duration),
    /// Nothing comes through, and connections stay.
    Swallow,
    /// Connections are refused.
    Refuse,
    /// Answers end in their midst.
    Cut,
}

/// What an actor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Break(Fault),
    Mend,
    Switch(Mode),
    Freeze(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) at: Duration,
    pub(crate) actor: &'static str,
    pub(crate) what: What,
}

impl Fault {
    /// A delay that no timeout of a check is near to.
    const SHORT: Duration = Duration::from_millis(40);
    const LONG: Duration = Duration::from_secs(3);

    const ALL: [Self; 7] = [
        Self::Kill,
        Self::Pause,
        Self::Slow(Self::SHORT),
        Self::Slow(Self::LONG),
        Self::Swallow,
        Self::Refuse,
        Self::Cut,
    ];

    pub(crate) fn verdict(self) -> Verdict {
        if self == Self::Slow(Self::SHORT) { Verdict::Pass } else { Verdict::Fail }
    }
}

/// The steps of every actor, each by its own chances.
pub(crate) fn plan(seed: Seed, layout: &Layout, specs: &[Spec]) -> Vec<Step> {
    let troubled = specs.iter().filter(|spec| spec.troubled);
    let mut steps: Vec<_> = troubled.flat_map(|spec| troubles(seed, layout, spec)).collect();
    steps.extend(freezes(seed, layout));
    steps.sort_by_key(|step| step.at);
    steps
}

/// One fault after another in every storm; all is well again at its end.
fn troubles(seed: Seed, layout: &Layout, spec: &Spec) -> Vec<Step> {
    let mut rng = seed.of(spec.name);
    let mut steps = Vec::new();
    for storm in layout.storms() {
        let mut at = storm.start + between(&mut rng, 0.0, 8.0);
        while at < storm.end {
            let ends = (at + lasts(&mut rng, spec)).min(storm.end);
            let (broken, mended) = match spec.body {
                Body::Server(_) => (What::Break(pick(&mut rng, &Fault::ALL)), What::Mend),
                Body::Switched(_) if spec.degraded_above.is_some() && rng.bool() => {
                    (What::Switch(Mode::Dawdle), What::Switch(Mode::Pass))
                }
                Body::Switched(_) => (What::Switch(pick(&mut rng, &Mode::FAULTS)), What::Switch(Mode::Pass)),
            };
            steps.push(Step { at, actor: spec.name, what: broken });
            steps.push(Step { at: ends, actor: spec.name, what: mended });
            at = ends + between(&mut rng, 1.0, 12.0);
        }
    }
    steps
}

/// Every third is a blip, the others last until they have to be seen.
fn lasts(rng: &mut Rng, spec: &Spec) -> Duration {
    if rng.u8(..3) == 0 {
        between(rng, 0.5, 4.0)
    } else {
        spec.within(Verdict::Fail) + between(rng, 1.0, 5.0)
    }
}

/// Now and then in a storm, and once in every calm, when a check that is blamed for it can be seen.
fn freezes(seed: Seed, layout: &Layout) -> Vec<Step> {
    let mut rng = seed.of(FREEZER);
    let mut steps = Vec::new();
    let mut freeze = |at| {
        let what = What::Freeze(between(&mut rng, FROZEN.0, FROZEN.1));
        steps.push(Step { at, actor: FREEZER, what });
    };
    let mut when = seed.of("when the service is frozen");
    for (storm, calm) in layout.storms().zip(layout.calms()) {
        if when.bool() {
            freeze(storm.start + storm.end.saturating_sub(storm.start).mul_f64(when.f64()));
        }
        if calm.end > calm.start + SETTLED + Duration::from_secs(8) {
            freeze(calm.start + SETTLED);
        }
    }
    steps
}

fn between(rng: &mut Rng, from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(from + (to - from) * rng.f64())
}

fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Break(Fault::Slow(delay)) => write!(f, "slow by {delay:?}"),
            Self::Break(fault) => write!(f, "{}", format!("{fault:?}").to_lowercase()),
            Self::Mend => f.write_str("mended"),
            Self::Switch(mode) => write!(f, "{mode}"),
            Self::Freeze(length) => write!(f, "frozen for {length:.1?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::SPECS;
    use crate::watch::MEASURED;

    fn of(seed: u64) -> Vec<Step> {
        plan(Seed(seed), &Layout::of(Duration::from_mins(5)), &SPECS)
    }

    #[test]
    fn the_seed_decides_every_step() {
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn an_actor_does_the_same_whoever_else_acts() {
        let layout = Layout::of(Duration::from_mins(5));
        let alone: Vec<_> = SPECS.into_iter().filter(|spec| spec.name == "redis").collect();
        let of_redis =
            |steps: Vec<Step>| steps.into_iter().filter(|step| step.actor == "redis").collect::<Vec<_>>();
        assert_eq!(of_redis(plan(Seed(7), &layout, &alone)), of_redis(of(7)));
    }

    #[test]
    fn in_a_calm_the_service_is_frozen_when_all_checks_are_well_and_before_it_is_measured() {
        for spec in SPECS {
            assert!(spec.within(Verdict::Pass) <= SETTLED, "{} is not well yet", spec.name);
        }
        for minutes in [5, 30] {
            let layout = Layout::of(Duration::from_mins(minutes));
            let steps = plan(Seed(7), &layout, &SPECS);
            for calm in layout.calms() {
                let frozen = |step: &&Step| matches!(step.what, What::Freeze(_)) && calm.contains(&step.at);
                let frozen = steps.iter().find(frozen).expect("it is frozen");
                assert!(frozen.at + Duration::from_secs_f64(FROZEN.1) <= calm.end.saturating_sub(MEASURED));
            }
        }
    }

    #[test]
    fn all_is_mended_in_a_calm() {
        let layout = Layout::of(Duration::from_mins(5));
        for spec in SPECS.into_iter().filter(|spec| spec.troubled) {
            let steps: Vec<_> = of(7).into_iter().filter(|step| step.actor == spec.name).collect();
            assert!(steps.len().is_multiple_of(2));
            for pair in steps.chunks(2) {
                let storm = layout.storms().find(|storm| storm.contains(&pair[0].at));
                assert!(storm.is_some_and(|storm| pair[1].at <= storm.end), "{pair:?}");
            }
        }
    }
}

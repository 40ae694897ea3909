//! What the service holds in one calm, against what it held in another.

use std::fmt;

use crate::process::Holds;

/// Calms until what the process holds is what it needs: the first fills pools, arenas and caches.
const WARM: usize = 1;
/// From the base to both of the last two calms, at most.
const MEMORY: u64 = 4 << 10;
const THREADS: u64 = 12;
const SOCKETS: u64 = 16;
const TASKS: u64 = 16;

/// What was held at the end of one calm: the median of its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plateau {
    pub(crate) holds: Holds,
    pub(crate) tasks: u64,
}

/// One of the things that must not grow.
struct Measure {
    what: &'static str,
    of: fn(&Plateau) -> u64,
    most: u64,
}

const MEASURES: [Measure; 4] = [
    Measure { what: "KiB of memory", of: |plateau| plateau.holds.memory, most: MEMORY },
    Measure { what: "threads", of: |plateau| plateau.holds.threads, most: THREADS },
    Measure { what: "descriptors", of: |plateau| plateau.holds.sockets, most: SOCKETS },
    Measure { what: "tasks", of: |plateau| plateau.tasks, most: TASKS },
];

impl Plateau {
    pub(crate) fn of(samples: &[Self]) -> Option<Self> {
        let median = |of: fn(&Self) -> u64| {
            let mut values: Vec<_> = samples.iter().map(of).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied()
        };
        let memory = median(|sample| sample.holds.memory)?;
        let threads = median(|sample| sample.holds.threads)?;
        let sockets = median(|sample| sample.holds.sockets)?;
        Some(Self { holds: Holds { memory, threads, sockets }, tasks: median(|sample| sample.tasks)? })
    }
}

/// What has grown, and how far it may: more than a step in the last two calms, and on a line through all that rises as far.
pub(crate) fn grown(plateaus: &[Plateau]) -> Vec<(String, String)> {
    let Some((base, [.., before, last])) = plateaus.get(WARM).zip(plateaus.get(WARM + 1..)) else {
        return Vec::new();
    };
    let mut grown = Vec::new();
    for Measure { what, of, most } in MEASURES {
        let most = most + of(base) / 10;
        let values: Vec<_> = plateaus[WARM..].iter().map(of).collect();
        if of(before).min(of(last)) > of(base) + most && rise(&values) > i128::from(most / 2) {
            grown.push((format!("{what} in calms: {values:?}"), format!("at most {most} more")));
        }
    }
    grown
}

/// How far the line of least squares rises from the first to the last.
fn rise(values: &[u64]) -> i128 {
    let last = values.len() as i128 - 1;
    // Twice the distance from the middle, which is a whole number.
    let off = |nth: usize| 2 * nth as i128 - last;
    let above: i128 = values.iter().enumerate().map(|(nth, value)| off(nth) * i128::from(*value)).sum();
    let below: i128 = (0..values.len()).map(|nth| off(nth) * off(nth)).sum();
    2 * last * above / below.max(1)
}

impl fmt::Display for Plateau {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holds { memory, threads, sockets } = self.holds;
        write!(f, "{memory} KiB, {threads} threads, {sockets} descriptors, {} tasks", self.tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plateaus(memory: impl IntoIterator<Item = u64>) -> Vec<Plateau> {
        let plateau = |memory| Plateau { holds: Holds { memory, threads: 9, sockets: 40 }, tasks: 3 };
        memory.into_iter().map(plateau).collect()
    }

    #[test]
    fn what_rises_from_calm_to_calm_has_grown() {
        assert_eq!(grown(&plateaus([20_000, 30_000, 40_000, 50_000, 60_000])).len(), 1);
    }

    #[test]
    fn a_step_while_it_warms_up_and_noise_are_no_growth() {
        assert_eq!(grown(&plateaus([20_000, 40_000, 41_000, 39_000, 42_000])), []);
        assert_eq!(grown(&plateaus([40_000, 40_000, 90_000, 41_000, 40_000])), []);
        assert_eq!(grown(&plateaus([20_000, 40_000])), []);
    }

    #[test]
    fn the_median_of_the_samples_stands_for_a_calm() {
        let samples = plateaus([30_000, 99_000, 31_000]);
        assert_eq!(Plateau::of(&samples).map(|plateau| plateau.holds.memory), Some(31_000));
        assert_eq!(Plateau::of(&[]), None);
    }
}

//! What the service holds and uses in one calm, against another.

use std::fmt;
use std::time::Instant;

use crate::process::Holds;

/// Calms until what the process holds is what it needs: the first fills pools, arenas and caches.
const WARM: usize = 1;
/// Calms from which on it is compared.
pub(crate) const ENOUGH: usize = WARM + 3;
/// From the base to both of the last two calms, at most.
const MEMORY: u64 = 2 << 10;
const THREADS: u64 = 12;
const SOCKETS: u64 = 16;
const TASKS: u64 = 16;
const PROCESSOR: u64 = 50;
/// Of the processors' milliseconds in a second, in any calm: several times what it needs.
const BUSY: u64 = 500;

/// One look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) at: Instant,
    pub(crate) holds: Holds,
    pub(crate) tasks: u64,
}

/// What was held at the end of one calm, the median of its samples; and what was used from the first of them to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plateau {
    pub(crate) memory: u64,
    pub(crate) threads: u64,
    pub(crate) sockets: u64,
    pub(crate) tasks: u64,
    /// Milliseconds of processors in a second.
    pub(crate) processor: u64,
}

/// One of the things that must not grow.
struct Measure {
    what: &'static str,
    of: fn(&Plateau) -> u64,
    most: u64,
}

const MEASURES: [Measure; 5] = [
    Measure { what: "KiB of memory", of: |plateau| plateau.memory, most: MEMORY },
    Measure { what: "threads", of: |plateau| plateau.threads, most: THREADS },
    Measure { what: "descriptors", of: |plateau| plateau.sockets, most: SOCKETS },
    Measure { what: "tasks", of: |plateau| plateau.tasks, most: TASKS },
    Measure { what: "ms of processors a second", of: |plateau| plateau.processor, most: PROCESSOR },
];

impl Plateau {
    /// None of less than two.
    pub(crate) fn of(samples: &[Sample]) -> Option<Self> {
        let [first, .., last] = samples else { return None };
        let median = |of: fn(&Sample) -> u64| {
            let mut values: Vec<_> = samples.iter().map(of).collect();
            values.sort_unstable();
            values[values.len() / 2]
        };
        let used = last.holds.processor.saturating_sub(first.holds.processor);
        let took = (last.at - first.at).as_millis().max(1);
        Some(Self {
            memory: median(|sample| sample.holds.memory),
            threads: median(|sample| sample.holds.threads),
            sockets: median(|sample| sample.holds.sockets),
            tasks: median(|sample| sample.tasks),
            processor: u64::try_from(used.as_millis() * 1000 / took).unwrap_or(u64::MAX),
        })
    }
}

/// What has grown, and how far it may: more than a step in the last two calms, and on a line through all that rises as far. Nothing
/// can be said of fewer calms than [`ENOUGH`].
pub(crate) fn grown(plateaus: &[Plateau]) -> Option<Vec<(String, String)>> {
    let (base, [.., before, last]) = plateaus.get(WARM).zip(plateaus.get(WARM + 1..))? else { return None };
    let mut grown = Vec::new();
    for Measure { what, of, most } in MEASURES {
        let most = most + of(base) / 10;
        let values: Vec<_> = plateaus[WARM..].iter().map(of).collect();
        if of(before).min(of(last)) > of(base) + most && rise(&values) > i128::from(most / 2) {
            grown.push((format!("{what} in calms: {values:?}"), format!("at most {most} more")));
        }
    }
    Some(grown)
}

/// What is too much even where it does not grow.
pub(crate) fn busy(plateau: &Plateau) -> Option<(String, String)> {
    let Plateau { processor, .. } = plateau;
    (*processor > BUSY).then(|| (format!("{processor} ms of processors a second"), format!("at most {BUSY}")))
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
        let Self { memory, threads, sockets, tasks, processor } = self;
        write!(f, "{memory} KiB, {threads} threads, {sockets} descriptors, {tasks} tasks, {processor} ms/s")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PLAIN: Plateau = Plateau { memory: 40_000, threads: 9, sockets: 40, tasks: 3, processor: 150 };

    fn memory(of: impl IntoIterator<Item = u64>) -> Option<usize> {
        let plateaus: Vec<_> = of.into_iter().map(|memory| Plateau { memory, ..PLAIN }).collect();
        grown(&plateaus).map(|grown| grown.len())
    }

    #[test]
    fn what_rises_from_calm_to_calm_has_grown() {
        assert_eq!(memory([20_000, 30_000, 40_000, 50_000, 60_000]), Some(1));
    }

    #[test]
    fn a_leak_of_six_mebibytes_a_minute_is_found_at_the_fourth_calm() {
        assert_eq!(memory([20_000, 25_600, 31_600, 37_300]), Some(1));
        assert_eq!(memory([15_100, 16_000, 18_400, 17_900]), Some(0), "what threads and arenas take");
    }

    #[test]
    fn a_step_while_it_warms_up_and_noise_are_no_growth() {
        assert_eq!(memory([20_000, 40_000, 41_000, 39_000, 42_000]), Some(0));
        assert_eq!(memory([40_000, 40_000, 90_000, 41_000, 40_000]), Some(0));
    }

    #[test]
    fn of_few_calms_nothing_can_be_said() {
        assert_eq!(memory(vec![40_000; ENOUGH - 1]), None);
        assert_eq!(memory(vec![40_000; ENOUGH]), Some(0));
    }

    #[test]
    fn a_service_that_works_more_and_more_has_grown() {
        let busy = [150, 150, 400, 650, 900].map(|processor| Plateau { processor, ..PLAIN });
        assert_eq!(grown(&busy).map(|grown| grown.len()), Some(1));
    }

    #[test]
    fn a_service_that_is_busy_from_the_start_is_seen_in_any_calm() {
        assert_eq!(busy(&Plateau { processor: BUSY, ..PLAIN }), None);
        assert!(busy(&Plateau { processor: BUSY + 1, ..PLAIN }).is_some());
    }

    #[test]
    fn the_median_of_the_samples_stands_for_a_calm_and_processors_for_its_time() {
        let began = Instant::now();
        let samples: Vec<_> = [(0, 30_000, 1000), (1000, 99_000, 1100), (2000, 31_000, 1500)]
            .into_iter()
            .map(|(at, memory, processor)| Sample {
                at: began + Duration::from_millis(at),
                holds: Holds { memory, threads: 9, sockets: 40, processor: Duration::from_millis(processor) },
                tasks: 3,
            })
            .collect();
        let plateau = Plateau::of(&samples).expect("there are samples");
        assert_eq!((plateau.memory, plateau.processor), (31_000, 250));
        assert_eq!(Plateau::of(&samples[..1]), None);
    }
}

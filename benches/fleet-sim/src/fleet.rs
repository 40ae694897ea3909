use std::thread;

use crate::chance::Chance;

/// Simulates instances that do not touch each other, on all processors, and joins what they add up. The order is always the
/// same, and so is the result.
pub(crate) fn fold<T: Send>(
    instances: u64,
    seed: u64,
    empty: impl Fn() -> T + Sync,
    each: impl Fn(&mut T, &mut Chance) + Sync,
    join: impl Fn(&mut T, T),
) -> T {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let part = instances.div_ceil(threads);
    let simulate = |thread: u64| {
        let mut sum = empty();
        for instance in thread * part..((thread + 1) * part).min(instances) {
            each(&mut sum, &mut Chance::new(seed, instance));
        }
        sum
    };
    thread::scope(|scope| {
        let simulate = &simulate;
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || simulate(thread))).collect();
        let mut sum = empty();
        for thread in running {
            join(&mut sum, thread.join().expect("a simulation does not panic"));
        }
        sum
    })
}

/// The same, of a list of what each instance yields.
pub(crate) fn list<T: Send>(instances: u64, seed: u64, each: impl Fn(&mut Chance) -> T + Sync) -> Vec<T> {
    fold(instances, seed, Vec::new, |list, chance| list.push(each(chance)), Vec::extend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_does_not_depend_on_the_number_of_processors() {
        let each = |chance: &mut Chance| chance.below(1_000_000);
        for instances in [0, 1, 7, 100] {
            let alone: Vec<_> = (0..instances).map(|instance| each(&mut Chance::new(3, instance))).collect();
            assert_eq!(list(instances, 3, each), alone);
        }
    }
}

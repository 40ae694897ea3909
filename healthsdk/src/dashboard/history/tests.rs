use std::time::SystemTime;

use super::*;
use crate::Outcome;

fn entry(name: &str, status: Status) -> Entry {
    let outcome = match status {
        Status::Ok => Outcome::ok(),
        Status::Degraded => Outcome::degraded("slow"),
        Status::Error => Outcome::error("gone"),
    };
    Entry::own(name.to_owned(), outcome, SystemTime::UNIX_EPOCH)
}

/// A history, and a clock for it in slots.
fn history() -> (History, impl Fn(f64) -> Instant) {
    let began = Instant::now();
    (History::new(began), move |slots| began + SLOT.mul_f64(slots))
}

fn shown(history: &History, until: Slot, slots: usize) -> Vec<Shown> {
    history.last("a", until, slots).expect("it has run").iter().map(|bucket| bucket.shown).collect()
}

#[test]
fn a_slot_has_the_worst_of_what_was_published_and_every_run() {
    let (mut history, at) = history();
    history.ran(&entry("a", Status::Ok), false, Duration::from_millis(2), at(3.1));
    history.ran(&entry("a", Status::Error), true, Duration::from_millis(6), at(3.2));
    history.ran(&entry("a", Status::Ok), false, Duration::from_millis(4), at(3.3));
    let buckets = history.last("a", 3, 2).expect("it has run");
    assert_eq!(buckets[0], Bucket::default());
    assert_eq!((buckets[1].shown, buckets[1].runs, buckets[1].failures), (Shown::Error, 3, 1));
    assert_eq!(buckets[1].mean(), Some(Duration::from_millis(4)));
    assert_eq!(buckets[1].longest(), Some(Duration::from_millis(6)));
}

#[test]
fn what_is_published_goes_on_where_nothing_runs() {
    let (mut history, at) = history();
    history.ran(&entry("a", Status::Error), true, Duration::ZERO, at(0.5));
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(3.5));
    let expected = [Shown::Nothing, Shown::Error, Shown::Error, Shown::Error, Shown::Error, Shown::Ok];
    assert_eq!(shown(&history, 4, 6), expected, "until slot 3, where it began as an error");
}

#[test]
fn while_the_process_was_frozen_nothing_is_known() {
    let (mut history, at) = history();
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(0.5));
    history.froze(SLOT * 3, at(4.5));
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(4.6));
    let expected = [Shown::Ok, Shown::Ok, Shown::Nothing, Shown::Nothing, Shown::Ok];
    assert_eq!(shown(&history, 4, 5), expected);
    history.froze(Duration::from_secs(24 * 3600), at(3000.0));
    assert_eq!(shown(&history, 3000, 3), [Shown::Nothing, Shown::Nothing, Shown::Ok]);
}

#[test]
fn what_is_older_than_an_hour_is_gone() {
    let (mut history, at) = history();
    history.ran(&entry("a", Status::Error), true, Duration::ZERO, at(0.0));
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(1.0));
    assert_eq!(shown(&history, 1, SLOTS)[SLOTS - 2..], [Shown::Error, Shown::Error]);
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(121.0));
    assert!(shown(&history, 121, SLOTS).iter().all(|shown| *shown == Shown::Ok));
    history.ran(&entry("a", Status::Ok), false, Duration::ZERO, at(100_000.0));
    assert_eq!(history.last("a", 100_000, SLOTS + 5).expect("it has run")[4], Bucket::default());
}

#[test]
fn one_hour_of_a_hundred_checks_takes_less_than_200_kilobytes() {
    assert_eq!(size_of::<Bucket>(), 16);
    let names: Vec<_> = (0..100).map(|number| entry(&format!("check-{number}"), Status::Ok)).collect();
    let (mut history, at) = history();
    let taken = allocation_counter::measure(|| {
        for slot in 0..2 * SLOTS {
            for entry in &names {
                #[allow(clippy::cast_precision_loss, reason = "a small number")]
                history.ran(entry, false, Duration::from_millis(1), at(slot as f64));
            }
        }
    });
    let each = SLOTS * size_of::<Bucket>() + size_of::<Track>();
    println!("100 checks: {} bytes at most; {each} a check", taken.bytes_max);
    // Room for more tracks than there are, as vectors keep it.
    assert!(taken.bytes_max < 200_000, "{taken:?}");
    assert!(each < 2_000, "{each}");
}

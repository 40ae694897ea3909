use crate::time::{Micros, SECOND, seconds};

/// Events by the time at which they happen.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    bin: Micros,
    counts: Vec<i64>,
}

impl Counts {
    pub(crate) fn new(bin: Micros, length: Micros) -> Self {
        Self { bin, counts: vec![0; usize::try_from(length.div_ceil(bin)).expect("few bins")] }
    }

    /// Those after the end are left out.
    pub(crate) fn add(&mut self, at: Micros, number: i64) {
        let bin = usize::try_from(at / self.bin).expect("few bins");
        if let Some(count) = self.counts.get_mut(bin) {
            *count += number;
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
    }

    /// Begin in seconds, and events a second, of each bin.
    pub(crate) fn rates(&self) -> impl Iterator<Item = (f64, f64)> {
        let bin = seconds(self.bin);
        self.counts.iter().enumerate().map(move |(at, count)| (at as f64 * bin, *count as f64 / bin))
    }

    /// End in seconds, and sum so far, of each bin.
    pub(crate) fn sums(&self) -> impl Iterator<Item = (f64, i64)> {
        let bin = seconds(self.bin);
        self.counts.iter().enumerate().scan(0, move |sum, (at, count)| {
            *sum += count;
            Some(((at + 1) as f64 * bin, *sum))
        })
    }

    /// Events a second, over the bins of a stretch of time.
    pub(crate) fn mean(&self, from: Micros, to: Micros) -> f64 {
        let stretch = self.between(from, to);
        stretch.iter().sum::<i64>() as f64 / (stretch.len() as f64 * seconds(self.bin))
    }

    /// The most events in a second, or in a bin where that is longer, of a stretch of time.
    pub(crate) fn peak(&self, from: Micros, to: Micros) -> f64 {
        let bins = usize::try_from((SECOND / self.bin).max(1)).expect("few bins");
        let windows = self.between(from, to).windows(bins).map(|window| window.iter().sum::<i64>());
        windows.max().unwrap_or_default() as f64 / (bins as f64 * seconds(self.bin))
    }

    /// The most in one bin.
    pub(crate) fn largest(&self, from: Micros, to: Micros) -> i64 {
        self.between(from, to).iter().copied().max().unwrap_or_default()
    }

    fn between(&self, from: Micros, to: Micros) -> &[i64] {
        let index = |at: Micros| usize::try_from(at / self.bin).expect("few bins").min(self.counts.len());
        &self.counts[index(from)..index(to)]
    }
}

use std::collections::BTreeMap;

use super::servers::Peer;
use crate::spread::Spread;

/// One figure of each server that could be started, by its name and in the order of the rounds.
pub(crate) struct Figure {
    values: BTreeMap<&'static str, Vec<f64>>,
    unit: &'static str,
    digits: usize,
}

impl Figure {
    /// The rounds have the servers in this order.
    pub(crate) fn new<T>(
        unit: &'static str,
        digits: usize,
        peers: &[Peer],
        rounds: &[Vec<T>],
        of: fn(&T) -> f64,
    ) -> Self {
        let values = |index: usize| rounds.iter().map(|round| of(&round[index])).collect();
        let values = peers.iter().enumerate().map(|(index, peer)| (peer.name, values(index))).collect();
        Self { values, unit, digits }
    }

    pub(crate) fn median(&self, peer: Peer) -> Option<f64> {
        Some(Spread::new(self.values.get(peer.name)?.iter().copied()).median())
    }

    /// Of servers that were started, with what both medians are.
    pub(crate) fn ratio(&self, above: Peer, below: Peer) -> Option<(Spread, String)> {
        let pairs =
            self.values.get(above.name)?.iter().copied().zip(self.values.get(below.name)?.iter().copied());
        let ratios = Spread::of_ratios(&pairs.collect::<Vec<_>>());
        let (first, second, digits) = (self.median(above)?, self.median(below)?, self.digits);
        Some((ratios, format!("{first:.digits$} of {second:.digits$} {}", self.unit)))
    }
}

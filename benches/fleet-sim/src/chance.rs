use crate::time::{Micros, part};

/// Random numbers of one instance: the same for the same seed and instance, whatever the others draw.
#[derive(Debug)]
pub(crate) struct Chance(fastrand::Rng);

impl Chance {
    pub(crate) fn new(seed: u64, instance: u64) -> Self {
        Self(fastrand::Rng::with_seed(scatter(seed ^ scatter(instance))))
    }

    /// In 0.0..1.0.
    pub(crate) fn share(&mut self) -> f64 {
        self.0.f64()
    }

    pub(crate) fn below(&mut self, limit: Micros) -> Micros {
        if limit == 0 { 0 } else { self.0.u64(0..limit) }
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    pub(crate) fn exponential(&mut self, mean: Micros) -> Micros {
        part(mean, -(1.0 - self.share()).ln())
    }

    pub(crate) fn log_normal(&mut self, median: Micros, sigma: f64) -> Micros {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.share()).cos();
        part(median, (sigma * normal).exp())
    }

    pub(crate) fn pareto(&mut self, least: Micros, alpha: f64) -> Micros {
        part(least, (1.0 - self.share()).powf(-1.0 / alpha))
    }
}

/// Neighbouring seeds would begin with like numbers. The finaliser of splitmix64.
fn scatter(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

use std::fmt;

/// What was measured several times.
#[derive(Debug)]
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    /// # Panics
    /// Without any figure.
    pub(crate) fn new(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<_> = figures.into_iter().collect();
        assert!(!figures.is_empty(), "nothing was measured");
        figures.sort_by(f64::total_cmp);
        Self(figures)
    }

    /// The ratios of what was measured side by side.
    pub(crate) fn of_ratios(pairs: &[(f64, f64)]) -> Self {
        Self::new(pairs.iter().map(|(above, below)| above / below))
    }

    pub(crate) fn median(&self) -> f64 {
        let (low, high) = (self.0[(self.0.len() - 1) / 2], self.0[self.0.len() / 2]);
        f64::midpoint(low, high)
    }

    /// How far from 1 the median may be by chance alone, where these are ratios of the same to itself: the farther end of the
    /// interval that has the true median in 95 of 100 cases.
    pub(crate) fn noise(&self) -> f64 {
        let last = self.0.len() - 1;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let beside = (last as f64 / 2.0 - 0.98 * (self.0.len() as f64).sqrt()).max(0.0) as usize;
        (self.0[last - beside] - 1.0).max(1.0 - self.0[beside])
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        write!(
            f,
            "{:.digits$} ({:.digits$}..{:.digits$})",
            self.median(),
            self.0[0],
            self.0[self.0.len() - 1]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_was_measured_the_less_is_noise() {
        let ratios = |count: u32| {
            Spread::new((0..count).map(|number| 0.9 + 0.2 * f64::from(number) / f64::from(count - 1)))
        };
        assert!((ratios(3).noise() - 0.1).abs() < 1e-9, "of few, all");
        let noise = [10, 100, 1000].map(|count| ratios(count).noise());
        assert!(noise.is_sorted_by(|more, less| more > less), "{noise:?}");
        // Half of the interval is 0.98 roots of 1000 steps of 0.2 / 999.
        assert!((noise[2] - 0.98 * 1000_f64.sqrt() * 0.2 / 999.0).abs() < 0.001, "{noise:?}");
    }

    #[test]
    fn a_control_that_is_off_is_noise() {
        assert!((Spread::new([1.1; 100]).noise() - 0.1).abs() < 1e-9);
        assert!((Spread::new([0.9; 100]).noise() - 0.1).abs() < 1e-9);
    }
}

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

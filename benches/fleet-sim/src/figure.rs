//! What is drawn, before it is drawn.

/// One file: panels with a common legend.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) panels: Vec<Panel>,
}

#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) label: &'static str,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) scale: Scale,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Linear,
    /// What is below the axis is drawn on it.
    Log,
}

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) label: &'static str,
    pub(crate) look: Look,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Each is told from the others without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Circles,
    Triangles,
    Squares,
    Diamonds,
    Crosses,
    Pluses,
    Hollow,
    /// A bound, or a formula: dashed, without marks.
    Bound,
}

impl Look {
    /// In the order in which lines take them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Circles,
        Self::Triangles,
        Self::Squares,
        Self::Diamonds,
        Self::Crosses,
        Self::Pluses,
        Self::Hollow,
    ];
}

impl Axis {
    pub(crate) const fn linear(label: &'static str, from: f64, to: f64) -> Self {
        Self { label, from, to, scale: Scale::Linear }
    }

    /// From and to powers of ten.
    pub(crate) const fn log(label: &'static str, from: f64, to: f64) -> Self {
        Self { label, from, to, scale: Scale::Log }
    }

    /// Where a value is, from 0 at the beginning of the axis to 1 at its end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.from) / (self.to - self.from),
            Scale::Log => (value.max(self.from) / self.from).ln() / (self.to / self.from).ln(),
        }
    }

    /// The values with a label.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear => steps(self.from, self.to),
            Scale::Log => decades(self.from, self.to, &[1.0]),
        }
    }

    /// The values of the lines between.
    pub(crate) fn between(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear => Vec::new(),
            Scale::Log => decades(self.from, self.to, &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]),
        }
    }
}

/// Six steps or fewer, of 1, 2 or 5 times a power of ten.
fn steps(from: f64, to: f64) -> Vec<f64> {
    let raw = (to - from) / 6.0;
    let power = 10_f64.powf(raw.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= raw * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((from / step).ceil() as i64, (to / step + 0.001).floor() as i64);
    (first..=last).map(|at| at as f64 * step).collect()
}

fn decades(from: f64, to: f64, factors: &[f64]) -> Vec<f64> {
    let powers = from.log10().round() as i32..=to.log10().round() as i32;
    let values = powers.flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
    values.filter(|value| (from * 0.999..to * 1.001).contains(value)).collect()
}

/// As few digits as tell it, in groups of three.
pub(crate) fn number(value: f64) -> String {
    if value.abs() < 1_000.0 {
        let digits = if value == 0.0 { 0 } else { (2 - value.abs().log10().floor() as i32).clamp(0, 9) };
        let text = format!("{value:.*}", usize::try_from(digits).expect("not negative"));
        return if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        };
    }
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join("\u{2009}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_at_most_and_groups() {
        let told = [0.0, 0.001, 0.25, 1.0, 5.25, 16.04, 123.4, 1_000.0, 99_999.6].map(number);
        assert_eq!(told, ["0", "0.001", "0.25", "1", "5.25", "16", "123", "1\u{2009}000", "100\u{2009}000"]);
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(steps(0.0, 60.0), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
        assert_eq!(steps(0.0, 3.0), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
        assert_eq!(Axis::log("", 0.1, 100.0).ticks(), [0.1, 1.0, 10.0, 100.0]);
    }
}

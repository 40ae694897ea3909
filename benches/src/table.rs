use std::fmt;

use crate::spread::Spread;

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    about: &'static str,
}

#[derive(Debug)]
pub(crate) struct Row {
    /// What the rows that are measured with it are about.
    pub(crate) about: &'static str,
    /// Maybe with what it comes from, in parentheses.
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) bar: String,
    pub(crate) verdict: &'static str,
}

impl Row {
    /// The name, and what it comes from.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let (name, from) = self.name.split_once(" (").unwrap_or((&self.name, ""));
        (name, from.strip_suffix(')').unwrap_or(from))
    }
}

const OK: &str = "ok";
const SHORT: &str = "short";
/// What was measured is too near to the bar to tell.
const NOISE: &str = "noise";
const SKIPPED: &str = "skipped";
const FAILED: &str = "failed";
const NONE: &str = "-";

impl Table {
    /// What the rows that follow are about.
    pub(crate) fn begin(&mut self, about: &'static str) {
        self.about = about;
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The median must not be less.
    pub(crate) fn at_least(&mut self, name: impl Into<String>, measured: &Spread, bar: f64) {
        self.judge(name, measured, format!(">= {bar}"), measured.median() >= bar);
    }

    /// The median must not be more.
    pub(crate) fn at_most(&mut self, name: impl Into<String>, measured: &Spread, bar: f64) {
        self.judge(name, measured, format!("<= {bar}"), measured.median() <= bar);
    }

    /// The median must not be less, by more than the control is off: the same against itself.
    pub(crate) fn at_least_beside(
        &mut self,
        name: impl Into<String>,
        measured: &Spread,
        bar: f64,
        control: &Spread,
    ) {
        let (median, noise) = (measured.median(), control.noise());
        let verdict = beside(median - noise >= bar, median + noise < bar);
        self.push(name, &with_noise(measured, noise), format!(">= {bar}"), verdict);
    }

    /// The median must not be more, by more than the control is off: the same against itself.
    pub(crate) fn at_most_beside(
        &mut self,
        name: impl Into<String>,
        measured: &Spread,
        bar: f64,
        control: &Spread,
    ) {
        let (median, noise) = (measured.median(), control.noise());
        let verdict = beside(median + noise <= bar, median - noise > bar);
        self.push(name, &with_noise(measured, noise), format!("<= {bar}"), verdict);
    }

    pub(crate) fn judge(
        &mut self,
        name: impl Into<String>,
        value: impl fmt::Display,
        bar: impl Into<String>,
        is_ok: bool,
    ) {
        self.push(name, &value, bar, if is_ok { OK } else { SHORT });
    }

    /// A figure that no bar is set for.
    pub(crate) fn state(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        self.push(name, &value, NONE, NONE);
    }

    /// This machine lacks what it takes.
    pub(crate) fn skip(&mut self, name: impl Into<String>, why: impl fmt::Display) {
        self.push(name, &why, NONE, SKIPPED);
    }

    /// Nothing could be measured.
    pub(crate) fn fail(&mut self, name: impl Into<String>, why: impl fmt::Display) {
        self.push(name, &why, NONE, FAILED);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == FAILED)
    }

    /// How many are within their bars, and which are not, or could not be told of.
    pub(crate) fn summary(&self) -> String {
        let of = |verdict| self.rows.iter().filter(move |row| row.verdict == verdict);
        let named = [SHORT, NOISE, SKIPPED, FAILED].into_iter().filter_map(|verdict| {
            let names: Vec<_> = of(verdict).map(|row| format!("`{}`", row.parts().0)).collect();
            (!names.is_empty()).then(|| format!(", {} {verdict} ({})", names.len(), names.join(", ")))
        });
        format!("{} ok{}", of(OK).count(), named.collect::<String>())
    }

    fn push(
        &mut self,
        name: impl Into<String>,
        value: &dyn fmt::Display,
        bar: impl Into<String>,
        verdict: &'static str,
    ) {
        let (name, value) = (name.into(), value.to_string());
        eprintln!("  {name}  {value}");
        self.rows.push(Row { about: self.about, name, value, bar: bar.into(), verdict });
    }
}

fn beside(is_ok: bool, is_short: bool) -> &'static str {
    match (is_ok, is_short) {
        (true, _) => OK,
        (_, true) => SHORT,
        _ => NOISE,
    }
}

fn with_noise(measured: &Spread, noise: f64) -> String {
    format!("{measured:.3} ± {noise:.3}")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |cell: fn(&Row) -> &str| self.rows.iter().map(|row| cell(row).len()).max().unwrap_or_default();
        let (name, value, bar) = (width(|row| &row.name), width(|row| &row.value), width(|row| &row.bar));
        for row in &self.rows {
            writeln!(f, "{:name$}  {:value$}  {:bar$}  {}", row.name, row.value, row.bar, row.verdict)?;
        }
        writeln!(f, "{}", self.summary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(judge: impl FnOnce(&mut Table)) -> &'static str {
        let mut table = Table::default();
        judge(&mut table);
        table.rows()[0].verdict
    }

    #[test]
    fn what_is_nearer_to_the_bar_than_the_control_is_off_is_neither_ok_nor_short() {
        let (of, control) = (|ratio| Spread::new([ratio; 3]), Spread::new([0.98, 1.0, 1.01]));
        let most = |ratio| verdict(|table| table.at_most_beside("row", &of(ratio), 1.02, &control));
        assert_eq!([0.99, 1.01, 1.03, 1.05].map(most), [OK, NOISE, NOISE, SHORT]);
        let least = |ratio| verdict(|table| table.at_least_beside("row", &of(ratio), 1.5, &control));
        assert_eq!([1.47, 1.49, 1.51, 1.53].map(least), [SHORT, NOISE, NOISE, OK]);
    }

    #[test]
    fn the_summary_names_what_is_not_ok() {
        let mut table = Table::default();
        table.judge("read", 1, "<= 1", true);
        assert_eq!(table.summary(), "1 ok");
        table.judge("write (2 of 1 us)", 2, "<= 1", false);
        table.skip("node", "no npm");
        table.skip("instructions", "no valgrind");
        table.fail("load, storm", "no port");
        table.state("other", 3);
        let expected =
            "1 ok, 1 short (`write`), 2 skipped (`node`, `instructions`), 1 failed (`load, storm`)";
        assert_eq!(table.summary(), expected);
    }
}

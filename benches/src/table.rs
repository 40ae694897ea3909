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

const OK: &str = "ok";
const SHORT: &str = "short";
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

    pub(crate) fn judge(
        &mut self,
        name: impl Into<String>,
        value: impl fmt::Display,
        bar: impl Into<String>,
        is_ok: bool,
    ) {
        self.push(name, &value, bar, if is_ok { OK } else { SHORT });
    }

    /// A figure that no bar is set for, or the reason why there is none.
    pub(crate) fn state(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        self.push(name, &value, NONE, NONE);
    }

    /// Nothing could be measured.
    pub(crate) fn fail(&mut self, name: impl Into<String>, why: impl fmt::Display) {
        self.push(name, &why, NONE, FAILED);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == FAILED)
    }

    /// How many are within their bars, and how many are not.
    pub(crate) fn summary(&self) -> String {
        let count = |verdict| self.rows.iter().filter(|row| row.verdict == verdict).count();
        let failed = Some(count(FAILED)).filter(|failed| *failed > 0);
        let failed = failed.map(|failed| format!(", {failed} failed")).unwrap_or_default();
        format!("{} ok, {} short{failed}", count(OK), count(SHORT))
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

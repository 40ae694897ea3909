use std::fmt;

use crate::spread::Spread;

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

#[derive(Debug)]
struct Row {
    name: String,
    value: String,
    bar: String,
    verdict: &'static str,
}

const OK: &str = "ok";
const SHORT: &str = "short";
const NONE: &str = "-";

impl Table {
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

    fn push(
        &mut self,
        name: impl Into<String>,
        value: &dyn fmt::Display,
        bar: impl Into<String>,
        verdict: &'static str,
    ) {
        let row = Row { name: name.into(), value: value.to_string(), bar: bar.into(), verdict };
        eprintln!("  {}  {}", row.name, row.value);
        self.0.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |cell: fn(&Row) -> &str| self.0.iter().map(|row| cell(row).len()).max().unwrap_or_default();
        let (name, value, bar) = (width(|row| &row.name), width(|row| &row.value), width(|row| &row.bar));
        for row in &self.0 {
            writeln!(f, "{:name$}  {:value$}  {:bar$}  {}", row.name, row.value, row.bar, row.verdict)?;
        }
        let count = |verdict| self.0.iter().filter(|row| row.verdict == verdict).count();
        writeln!(f, "{} ok, {} short", count(OK), count(SHORT))
    }
}

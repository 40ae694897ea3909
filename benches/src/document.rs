//! `docs/benchmarks.md`: the table for people who choose.

use std::{
    fmt::{self, Write},
    fs,
};

use crate::{
    Result, machine,
    table::{Row, Table},
};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/benchmarks.md");
const EQUIPPED: &str = "\n## With every feature on\n";

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench`, which needs nothing but Rust; `benches/README.md` tells what more it measures where there is more. A
value without a unit is a ratio of two things that were measured in turn within one run, so that it says much the same on another
machine; so is one of instructions, which are counted. A value with a unit (ms, s, us, bytes) is this machine's. What a row comes from
stands beside it. A value is the median, with the smallest and the largest in parentheses.

`ok` and `short` tell whether it keeps to the bar, which is what the project promises itself; a row without a bar is there for
information. Behind ± is how far the same against itself, measured in turn with it, may be from 1 by chance (the interval that has
the true median in 95 of 100 cases): what is nearer to its bar than that is `noise`, neither the one nor the other. `skipped` is what
this machine lacks something for. `cargo xtask bench <part of a name>..` measures some rows and writes nothing.
";

/// What a whole run has measured.
pub(crate) fn write(table: &Table) -> Result {
    Ok(fs::write(PATH, whole(table, &machine::facts())?)?)
}

/// What a build with every feature has measured besides.
pub(crate) fn append(table: &Table) -> Result {
    Ok(fs::write(PATH, appended(&fs::read_to_string(PATH)?, table)?)?)
}

fn whole(table: &Table, facts: &[(String, String)]) -> std::result::Result<String, fmt::Error> {
    let mut text = String::from(HEAD);
    writeln!(text, "\n{}.\n\n## The machine\n\n| | |\n| --- | --- |", table.summary())?;
    for (name, value) in facts {
        writeln!(text, "| {name} | {value} |")?;
    }
    text.push_str("\n## As it is without any feature\n");
    sections(&mut text, table)?;
    Ok(text)
}

/// In the place of what was appended before, if anything.
fn appended(before: &str, table: &Table) -> std::result::Result<String, fmt::Error> {
    let mut text = before.split(EQUIPPED).next().unwrap_or_default().to_owned();
    text.push_str(EQUIPPED);
    writeln!(
        text,
        "\nAn exporter of metrics, a subscriber of tracing, a hook on transitions and the dashboard's history are at work. {}.",
        table.summary()
    )?;
    sections(&mut text, table)?;
    Ok(text)
}

fn sections(text: &mut String, table: &Table) -> fmt::Result {
    for rows in table.rows().chunk_by(|a, b| a.about == b.about) {
        writeln!(text, "\n{}\n\n| row | value | bar | verdict | from |", rows[0].about)?;
        writeln!(text, "| --- | --- | --- | --- | --- |")?;
        rows.iter().try_for_each(|row| writeln!(text, "{}", line(row)))?;
    }
    Ok(())
}

fn line(row: &Row) -> String {
    let (name, from) = row.parts();
    let cells = [&format!("`{name}`"), &row.value, &row.bar, row.verdict, from];
    let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
    format!("| {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURED: &str = "
1 ok, 1 short (`write`), 1 skipped (`other`).

## The machine

| | |
| --- | --- |
| cores | 2 |

## As it is without any feature

Of reads.

| row | value | bar | verdict | from |
| --- | --- | --- | --- | --- |
| `read` | 0.98 | >= 0.97 | ok | 98 of 100 requests/s |
| `write` | a \\| b | <= 1 | short |  |

Of others.

| row | value | bar | verdict | from |
| --- | --- | --- | --- | --- |
| `other` | no valgrind | - | skipped |  |
";

    const EVERYTHING: &str = "
## With every feature on

An exporter of metrics, a subscriber of tracing, a hook on transitions and the dashboard's history are at work. 1 ok.

Of reads.

| row | value | bar | verdict | from |
| --- | --- | --- | --- | --- |
| `read` | 0.97 | >= 0.97 | ok |  |
";

    #[test]
    fn a_whole_run_is_written_and_what_a_build_with_every_feature_measured_is_put_after_it_once() {
        let (mut table, mut equipped) = (Table::default(), Table::default());
        table.begin("Of reads.");
        table.judge("read (98 of 100 requests/s)", "0.98", ">= 0.97", true);
        table.judge("write", "a | b", "<= 1", false);
        table.begin("Of others.");
        table.skip("other", "no valgrind");
        equipped.begin("Of reads.");
        equipped.judge("read", "0.97", ">= 0.97", true);

        let text = whole(&table, &[("cores".to_owned(), "2".to_owned())]).expect("a string takes all");
        assert_eq!(text, format!("{HEAD}{MEASURED}"));
        let once = appended(&text, &equipped).expect("a string takes all");
        assert_eq!(once, format!("{text}{EVERYTHING}"));
        assert_eq!(appended(&once, &equipped), Ok(once));
    }
}

use super::{
    crates::Crates,
    sources::Functions::{self, Checks, Plain, Routes},
};
use crate::{Result, effort, spread::Spread, table::Table};

const COUNT: u32 = 1000;
const ROUNDS: u32 = 3;

/// What a check costs at compile time and in the binary, in crates that have nothing else.
pub(crate) fn run(table: &mut Table) -> Result {
    let crates = Crates::generate(&[effort::of(COUNT), 0])?;
    compile_time(table, &crates)?;
    binary_size(table, &crates)
}

/// What the build of one crate took: with all its functions, and with none.
struct Took {
    whole: f64,
    empty: f64,
}

impl Took {
    fn milliseconds_each(&self) -> f64 {
        (self.whole - self.empty) * 1e3 / f64::from(effort::of(COUNT))
    }
}

fn compile_time(table: &mut Table, crates: &Crates) -> Result {
    for functions in Functions::ALL {
        crates.build(functions, effort::of(COUNT))?;
        crates.build(functions, 0)?;
    }
    let mut rounds = Vec::new();
    for _ in 0..effort::of(ROUNDS) {
        let took = |functions| {
            let whole = crates.rebuild(functions, effort::of(COUNT))?;
            Result::Ok(Took { whole, empty: crates.rebuild(functions, 0)? })
        };
        rounds.push([took(Checks)?, took(Plain)?, took(Routes)?]);
    }
    let figures = |of: Functions, figure: fn(&Took) -> f64| {
        rounds.iter().map(move |round| figure(&round[of as usize])).collect::<Vec<_>>()
    };
    let mut row = |name: &str, of: Functions, figure: fn(&Took) -> f64, unit: &str, bar: Option<f64>| {
        let (checks, others) = (figures(Checks, figure), figures(of, figure));
        let pairs: Vec<_> = checks.iter().copied().zip(others.iter().copied()).collect();
        let name = format!(
            "{name} ({:.2} of {:.2} {unit})",
            Spread::new(checks).median(),
            Spread::new(others).median()
        );
        match bar {
            Some(bar) => table.at_most(name, &Spread::of_ratios(&pairs), bar),
            None => table.state(name, Spread::of_ratios(&pairs)),
        }
    };
    row("compile_time", Routes, |took| took.whole, "s", Some(1.0));
    row("compile_per_check", Routes, Took::milliseconds_each, "ms", Some(1.0));
    row("compile_vs_plain", Plain, Took::milliseconds_each, "ms", None);
    Ok(())
}

fn binary_size(table: &mut Table, crates: &Crates) -> Result {
    let rows = [(Checks, "binary_bytes_per_check", Some(2048.0)), (Plain, "binary_bytes_per_plain_fn", None)];
    for (functions, name, bar) in rows {
        let each = |stripped| {
            let (whole, empty) =
                (crates.size(functions, effort::of(COUNT), stripped)?, crates.size(functions, 0, stripped)?);
            Result::Ok((whole - empty) / f64::from(effort::of(COUNT)))
        };
        let (whole, stripped) = (each(false)?, each(true)?);
        let name = format!("{name} ({stripped:.0} stripped)");
        match bar {
            Some(bar) => table.judge(name, format!("{whole:.0}"), format!("<= {bar}"), whole <= bar),
            None => table.state(name, format!("{whole:.0}")),
        }
    }
    Ok(())
}

use std::time::Duration;

use healthsdk::Check;

use crate::{
    Result, effort,
    service::{InProcess, NO_TTL, READY, block_on, built},
    spread::Spread,
    table::Table,
};

const WAIT: Duration = Duration::from_millis(50);
const DEADLINE: Duration = Duration::from_secs(2);
const ROUNDS: u32 = 7;

/// Checks that wait do so side by side.
pub(crate) fn run(table: &mut Table) -> Result {
    let waiting = |checks: u32| {
        let wait = |number| Check::new(format!("check-{number}"), || tokio::time::sleep(WAIT)).ttl(NO_TTL);
        built((0..checks).map(wait), DEADLINE)
    };
    let (one, hundred) = (waiting(1)?, waiting(100)?);
    let pairs = block_on(async {
        let (one, hundred) = (InProcess::new(&one).await?, InProcess::new(&hundred).await?);
        let mut pairs = Vec::new();
        for _ in 0..effort::of(ROUNDS) {
            let alone = one.time(READY).await?.as_secs_f64();
            pairs.push((hundred.time(READY).await?.as_secs_f64(), alone));
        }
        Result::Ok(pairs)
    })?;
    let ratios = Spread::of_ratios(&pairs);
    let (hundred, one): (Vec<_>, Vec<_>) = pairs.into_iter().map(|(a, b)| (a * 1e3, b * 1e3)).unzip();
    let (hundred, one) = (Spread::new(hundred).median(), Spread::new(one).median());
    table.at_most(format!("parallel_100x50ms ({hundred:.1} of {one:.1} ms)"), &ratios, 1.2);
    Ok(())
}

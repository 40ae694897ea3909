use healthsdk::{Check, Details, Monitor, MonitorBuilder};

use crate::{
    Result, effort,
    service::{Answers, InProcess, NEVER_AGAIN, block_on},
    spread::Spread,
    table::Table,
};

const PAGE: &str = "/health?format=openmetrics";
const ROUNDS: u32 = 41;

/// What a check costs on a scraper's page as checks become more.
pub(crate) fn run(table: &mut Table) -> Result {
    let (hundred, thousand) = (monitor(100)?, monitor(1000)?);
    let costs = block_on(async {
        let (hundred, thousand) = (InProcess::new(&hundred).await?, InProcess::new(&thousand).await?);
        let mut costs = Vec::new();
        for _ in 0..effort::of(ROUNDS) {
            costs.push((cost(&hundred, 100).await?, cost(&thousand, 1000).await?));
        }
        Result::Ok(costs)
    })?;
    let ratios = Spread::new(costs.iter().map(|(few, many)| many / few));
    let (few, many): (Vec<_>, Vec<_>) = costs.into_iter().unzip();
    let (few, many) = (Spread::new(few).median(), Spread::new(many).median());
    table.at_most(format!("scrape_growth_1000 ({many:.2} of {few:.2} us a check)"), &ratios, 1.5);
    Ok(())
}

fn monitor(checks: u32) -> Result<Monitor> {
    let checks =
        (0..checks).map(|number| Check::new(format!("check-{number}"), || async {}).interval(NEVER_AGAIN));
    let builder = Monitor::builder().linked(false).details(Details::Always);
    Ok(checks.fold(builder, MonitorBuilder::check).build()?)
}

/// Microseconds a check.
async fn cost(service: &InProcess<impl Answers>, checks: u32) -> Result<f64> {
    Ok(service.time(PAGE).await?.as_secs_f64() * 1e6 / f64::from(checks))
}

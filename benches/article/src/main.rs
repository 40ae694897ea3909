//! Ten dependencies of 20 to 120 ms each, which are asked on demand: five connections to PostgreSQL and five to Redis, each through
//! a proxy that delays the answers, with the ready-made checks.
//!
//! Prints a line an answer of `/readyz`, with the milliseconds that it took and its code; or why a server is not there.

mod dependency;

use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

use dependency::Dependency;
use healthsdk::{Check, Monitor, MonitorBuilder};
use healthsdk_tests::{
    Service, eventually, http,
    servers::{Missing, Postgres, Redis},
};
use tokio::runtime::{Builder, Runtime};

const ROUNDS: u32 = 40;
/// The smallest there is: each answer is of a new round.
const NO_TTL: Duration = Duration::from_nanos(1);
/// Longer than any dependency takes, as sqlx asks once more when it has the connection back.
const BETWEEN: Duration = Duration::from_millis(400);
const SOON: Duration = Duration::from_secs(10);

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result {
    match servers() {
        Ok((postgres, redis)) => rounds(&postgres, &redis),
        Err(missing) => {
            println!("skipped: {missing}");
            Ok(())
        }
    }
}

fn servers() -> std::result::Result<(Postgres, Redis), Missing> {
    Ok((Postgres::start()?, Redis::start()?))
}

fn rounds(postgres: &Postgres, redis: &Redis) -> Result {
    let clients = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (dependencies, checks) = dependencies(&clients, postgres, redis)?;
    let monitor = checks.into_iter().fold(Monitor::builder().linked(false), MonitorBuilder::check).build()?;
    let service = Service::start(monitor.probes());
    // All are connected and have been asked once, as in a service that has been up for a while.
    eventually("the service is ready", SOON, || http::get(service.addr(), "/readyz").status == 200);
    dependencies.iter().for_each(Dependency::delay);
    for _ in 0..ROUNDS {
        thread::sleep(BETWEEN);
        let before: Vec<_> = dependencies.iter().map(Dependency::answers).collect();
        let began = Instant::now();
        let code = http::get(service.addr(), "/readyz").status;
        let took = began.elapsed();
        if !dependencies.iter().zip(before).all(|(dependency, before)| dependency.answers() > before) {
            return Err(format!("not every dependency was asked within {took:?}").into());
        }
        println!("{:.3} {code}", took.as_secs_f64() * 1e3);
    }
    Ok(())
}

fn dependencies(
    clients: &Runtime,
    postgres: &Postgres,
    redis: &Redis,
) -> Result<(Vec<Dependency>, Vec<Check>)> {
    let (mut dependencies, mut checks) = (Vec::new(), Vec::new());
    for number in 0..dependency::COUNT {
        let server = if number % 2 == 0 { postgres.port() } else { redis.port() };
        let dependency = Dependency::new(number, server);
        let check = clients.block_on(dependency.check())?;
        // A single failure shows.
        checks.push(check.ttl(NO_TTL).failure_threshold(1));
        dependencies.push(dependency);
    }
    Ok((dependencies, checks))
}

//! healthsdk with its defaults: checks in the background, or on demand where the first argument is their `ttl` in nanoseconds. With
//! `details` after it, everybody is told of each check.

use std::{error::Error, time::Duration};

use actix_web::{App, HttpServer, rt::System};
use healthsdk::{Check, Details, Monitor, MonitorBuilder};
use healthsdk_peers::{args, check, names, serve_runs, set_up};

fn main() -> Result<(), Box<dyn Error>> {
    let args = args();
    let (ttl, first) = args.split_first().ok_or("`background`, or the ttl")?;
    let ttl = if ttl == "background" { None } else { Some(Duration::from_nanos(ttl.parse()?)) };
    let (details, first) = match first.split_first() {
        Some((details, first)) if details == "details" => (Details::Always, first),
        _ => (Details::Never, first),
    };
    set_up(first);
    let checks = names().map(|(number, name)| {
        let check = Check::new(name, move || check(number));
        ttl.into_iter().fold(check, Check::ttl)
    });
    let builder = Monitor::builder().linked(false).details(details);
    let monitor = checks.fold(builder, MonitorBuilder::check).build()?;
    let probes = monitor.probes();
    System::new().block_on(async {
        let server = HttpServer::new(move || App::new().configure(probes.clone()))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))?;
        serve_runs(server.addrs()[0].port());
        Ok(server.run().await?)
    })
}

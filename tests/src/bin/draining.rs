//! A service that drains, for tests that signal it. `DRAIN_DELAY` and `GRACE` in seconds leave the defaults where they are not
//! set; `GATE` closes a startup gate for ever; `UNGUARDED` leaves out the middleware; `PROBES` is a port of the probes' own, where
//! `DRAIN_TOKEN` drains.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use actix_web::error::ErrorImATeapot;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, rt, web};
use futures_util::stream::unfold;
use healthsdk::{Details, Monitor, health_check, probe};
use tokio::time::sleep;

#[health_check(kind = ["liveness", "readiness", "startup"])]
fn alive() {}

async fn slow(milliseconds: web::Path<u64>) -> &'static str {
    sleep(Duration::from_millis(*milliseconds)).await;
    "done"
}

async fn hang() -> &'static str {
    pending().await
}

/// A line every 50 ms until the service drains; then it ends.
async fn stream(monitor: web::Data<Monitor>) -> HttpResponse {
    let lines = unfold(monitor, |monitor| async move {
        let line = Ok::<_, Infallible>(Bytes::from_static(b"line\n"));
        let drains = rt::time::timeout(Duration::from_millis(50), monitor.draining()).await.is_ok();
        (!drains).then_some((line, monitor))
    });
    HttpResponse::Ok().streaming(lines)
}

/// Begins a job that the process must not be stopped amid.
async fn job(milliseconds: web::Path<u64>, monitor: web::Data<Monitor>) -> &'static str {
    let hold = monitor.hold("export");
    rt::spawn(async move {
        sleep(Duration::from_millis(*milliseconds)).await;
        drop(hold);
    });
    "begun"
}

async fn drain(monitor: web::Data<Monitor>) -> &'static str {
    monitor.drain();
    "draining"
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    probe::run_if_asked("http://127.0.0.1:1/readyz");
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).init();
    let mut builder = Monitor::builder().details(Details::Always);
    if let Some(delay) = seconds("DRAIN_DELAY")? {
        builder = builder.drain_delay(delay);
    }
    if let Some(grace) = seconds("GRACE")? {
        builder = builder.grace(grace);
    }
    if let Ok(token) = std::env::var("DRAIN_TOKEN") {
        builder = builder.drain_token(token);
    }
    let monitor = builder.build()?;
    if let Ok(address) = std::env::var("PROBES") {
        println!("probes at {:?}", monitor.serve(address)?.addrs());
    }
    let _gate = std::env::var_os("GATE").map(|_| monitor.startup_gate("closed"));
    let guarded = std::env::var_os("UNGUARDED").is_none();
    let (probes, middleware, data) =
        (monitor.probes(), monitor.drain_middleware(), web::Data::new(monitor.clone()));
    let app = move || {
        let refuse = from_fn(async |_, _: actix_web::middleware::Next<actix_web::body::BoxBody>| {
            Err::<actix_web::dev::ServiceResponse, _>(ErrorImATeapot("no"))
        });
        App::new()
            .configure(probes.clone())
            .app_data(data.clone())
            .route("/slow/{milliseconds}", web::get().to(slow))
            .route("/hang", web::get().to(hang))
            .route("/stream", web::get().to(stream))
            .route("/job/{milliseconds}", web::get().to(job))
            .route("/drain-by-code", web::post().to(drain))
            .service(web::scope("/refused").wrap(refuse))
            .wrap(Condition::new(guarded, middleware.clone()))
    };
    let server = HttpServer::new(app).workers(2);
    let server =
        server.shutdown_signal(monitor.shutdown_signal()).shutdown_timeout(monitor.shutdown_timeout());
    let server = server.bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await?;
    Ok(())
}

fn seconds(name: &str) -> Result<Option<Duration>, Box<dyn std::error::Error>> {
    Ok(std::env::var(name).ok().map(|value| value.parse().map(Duration::from_secs_f64)).transpose()?)
}

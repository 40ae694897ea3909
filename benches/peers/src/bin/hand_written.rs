//! What a careful user of actix-web writes instead of taking a library: all checks side by side, each with a timeout, and an
//! answer that names them.

use std::{pin::Pin, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, http::header::CACHE_CONTROL, rt::System, web};
use futures_util::future::join_all;
use healthsdk_peers::{PATH, args, check, names, serve_runs, set_up};
use serde::Serialize;

const TIMEOUT: Duration = Duration::from_secs(1);

struct Check {
    name: String,
    run: Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>,
}

#[derive(Serialize)]
struct Report<'a> {
    status: &'static str,
    checks: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    status: &'static str,
}

fn main() -> std::io::Result<()> {
    set_up(&args());
    let checks = names().map(|(number, name)| Check { name, run: Box::new(move || Box::pin(check(number))) });
    let checks = web::Data::new(checks.collect::<Vec<_>>());
    System::new().block_on(async {
        let server =
            HttpServer::new(move || App::new().app_data(checks.clone()).route(PATH, web::get().to(ready)))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))?;
        serve_runs(server.addrs()[0].port());
        server.run().await
    })
}

async fn ready(checks: web::Data<Vec<Check>>) -> HttpResponse {
    let entries = checks.iter().map(|check| async {
        let status = match tokio::time::timeout(TIMEOUT, (check.run)()).await {
            Ok(()) => "ok",
            Err(_) => "error",
        };
        Entry { name: &check.name, status }
    });
    let checks = join_all(entries).await;
    let (mut answer, status) = if checks.iter().all(|entry| entry.status == "ok") {
        (HttpResponse::Ok(), "ok")
    } else {
        (HttpResponse::ServiceUnavailable(), "error")
    };
    answer.insert_header((CACHE_CONTROL, "no-store")).json(Report { status, checks })
}

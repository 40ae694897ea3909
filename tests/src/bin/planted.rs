//! A service that has each of the known secrets wherever a text may come from. Those who send the token `friend` see details. `/own` is a handler
//! with entries of its own, and `/debug` prints everything that can be printed.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::{App, HttpServer, get, web};
use healthsdk::webhook::{Alertmanager, Webhook};
use healthsdk::{Check, Details, Health, Kind, Monitor, Outcome, Report, Transition, health_route};
use healthsdk_tests::secrets::SECRETS;
use serde_json::json;
use tracing_subscriber::fmt::format::FmtSpan;

type Printed = Arc<Mutex<String>>;

fn print(printed: &Printed, text: &str) {
    printed.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
}

/// In an error with data, in half of one, in a panic, and in a late answer.
fn checks() -> Vec<Check> {
    let said = |number: usize, how: &str| format!("planted-{number:02}-{how}");
    let mut checks = Vec::new();
    for (number, secret) in SECRETS.iter().enumerate() {
        let error = move || async move {
            Outcome::error(secret.text)
                .with("said", secret.text)
                .with("list", json!([{"deep": [secret.text]}]))
                .with("password", secret.needle)
                .with(secret.text, 1)
        };
        checks.push(Check::new(said(number, "error"), error).description(secret.text).tags(["planted-tag"]));
        checks.push(Check::new(said(number, "cut"), move || async move { Err::<(), _>(secret.cut()) }));
        let panic = move || async move { assert!(secret.text.is_empty(), "{}", secret.text) };
        checks.push(Check::new(said(number, "panic"), panic).kind(Kind::Liveness));
    }
    let late = || {
        std::thread::sleep(Duration::from_millis(300));
        Err::<(), _>(SECRETS[0].text)
    };
    checks.push(Check::blocking("planted-late", late).timeout(Duration::from_millis(20)));
    checks
}

/// Entries as a handler adds them.
fn add(health: &mut Health) {
    for secret in &SECRETS {
        health.ok(format!("planted {}", secret.text));
        health.error(format!("planted {}", secret.kind), secret.text);
        let outcome = Outcome::degraded(secret.text).with("x", secret.text);
        health.record(format!("planted data {}", secret.kind), outcome);
    }
}

#[get("/own")]
#[health_route]
async fn own(mut health: Health) -> Report {
    add(&mut health);
    health.status()
}

#[get("/debug")]
async fn debug(monitor: web::Data<Monitor>, heard: web::Data<Mutex<String>>) -> String {
    let report = monitor.report(healthsdk::Selection::everything()).await;
    let mut health = Health::new();
    add(&mut health);
    let told =
        format!("{monitor:?} {report:?} {:?} {} {health:?}", monitor.describe(), monitor.kubernetes_probes());
    let closed = format!("{:?}", health.status());
    told + &closed + &heard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What std's own hook prints of a panic is not the library's to change.
    std::panic::set_hook(Box::new(|_| {}));
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_span_events(FmtSpan::FULL);
    log.with_ansi(false).with_writer(io::stderr).init();
    let printed = Printed::default();
    let (heard, panics) =
        (Arc::clone(&printed), |transition: &Transition| panic!("{}", secret_of(transition)));
    let mut builder = Monitor::builder()
        .linked(false)
        .details(Details::bearer("friend"))
        .service("planted-service")
        .version(SECRETS[0].text)
        .commit(SECRETS[1].text)
        .on_transition(move |transition| print(&heard, &format!("{transition:?} {:?}", transition.reason())))
        .on_transition(panics)
        .maintenance_file(std::env::current_dir()?.join("maintenance"))
        .drain_delay(Duration::from_secs(1));
    let settings = std::env::current_dir()?.join("settings.json");
    let reasons = SECRETS.iter().enumerate().map(|(number, secret)| {
        (format!("planted-{number:02}-cut"), json!({"failure_status": "error", "reason": secret.text}))
    });
    let reasons: serde_json::Map<_, _> = reasons.collect();
    std::fs::write(&settings, json!({"checks": reasons}).to_string())?;
    builder = builder.settings_file(settings);
    if let Ok(receiver) = std::env::var("RECEIVER") {
        builder = builder
            .webhook(Webhook::new(format!("{receiver}/hook"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        builder = builder.webhook(Alertmanager::new(receiver));
    }
    for check in checks() {
        builder = builder.check(check.interval(Duration::from_mins(1)).failure_threshold(1));
    }
    let monitor = builder.build()?;
    let _ = monitor.notify_systemd()?;
    let holds: Vec<_> = SECRETS.iter().map(|secret| monitor.hold(format!("job {}", secret.text))).collect();
    for secret in &SECRETS {
        monitor.set_ready(false, secret.text);
        monitor.set_ready(true, secret.text);
        monitor.startup_gate(format!("planted {}", secret.text)).failed(secret.text);
        monitor.startup_gate(format!("planted done {}", secret.text)).done();
    }
    monitor.set_ready(false, SECRETS[2].text);
    let own_port = monitor.serve("127.0.0.1:0")?;
    let grpc = monitor.serve_grpc((Ipv4Addr::LOCALHOST, 0))?;
    let (probes, shared) = (monitor.probes(), web::Data::from(Arc::clone(&printed)));
    let data = web::Data::new(monitor.clone());
    let server = HttpServer::new(move || {
        App::new()
            .configure(probes.clone())
            .app_data(shared.clone())
            .app_data(data.clone())
            .service(own)
            .service(debug)
    });
    let server =
        server.shutdown_signal(monitor.shutdown_signal()).workers(1).bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening on {}", server.addrs()[0]);
    println!("listening on {}", own_port.addrs()[0]);
    println!("listening on {grpc}");
    server.run().await?;
    drop(holds);
    Ok(())
}

/// The text that the check said which moved.
fn secret_of(transition: &Transition) -> &'static str {
    let number = transition.check().get(8..10).and_then(|number| number.parse::<usize>().ok());
    SECRETS[number.unwrap_or_default()].text
}

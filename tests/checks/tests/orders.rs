//! The service `orders` loses each of what it depends on, and gets it back.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use healthsdk::{Check, Monitor};
use healthsdk_tests::servers::{Postgres, Rabbitmq, Redis};
use healthsdk_tests::{Child, Service, built, eventually, http, need};
use serde_json::Value;
use tempfile::TempDir;

/// Three failures a second apart, each after a timeout of 3 s at most; an interval before.
const SOON: Duration = Duration::from_mins(1);

/// There is tea, and nothing else.
async fn item(item: web::Path<String>) -> HttpResponse {
    if *item == "tea" { HttpResponse::Ok().finish() } else { HttpResponse::NotFound().finish() }
}

/// A service with healthsdk's own probes, on a port of its own.
struct Stock {
    _service: Service,
    monitor: Monitor,
    addr: SocketAddr,
}

impl Stock {
    fn start() -> Self {
        let check = Check::new("shelves", || async {});
        let monitor = Monitor::builder().linked(false).check(check).build().expect("it is legal");
        let probes = monitor.probes();
        let service = Service::start(move |config| {
            config.configure(probes.clone()).route("/items/{item}", web::get().to(item));
        });
        let addr = service.addr();
        Self { _service: service, monitor, addr }
    }
}

/// The running service, and where its journal is.
struct Orders {
    addr: SocketAddr,
    folder: TempDir,
    _child: Child,
}

impl Orders {
    fn start(postgres: &Postgres, redis: &Redis, rabbitmq: &Rabbitmq, stock: &Stock) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("the folder can be written");
        let mut command = Command::new(built("orders"));
        command.env("DATABASE_URL", postgres.url()).env("REDIS_URL", redis.url());
        command.env("AMQP_URL", rabbitmq.url()).env("STOCK_URL", format!("http://{}", stock.addr));
        command.env("DATA_DIR", data).env("PORT", "0");
        let child = Child::start(&mut command);
        Self { addr: child.address(), folder, _child: child }
    }

    fn report(&self) -> (u16, Value) {
        let answer = http::get(self.addr, "/readyz");
        (answer.status, answer.json())
    }

    /// Waits until the check says this, and all others are well, and the probe answers so.
    fn says(&self, check: &str, code: u16, status: &str, cause: Option<&str>) {
        let mut seen = Value::Null;
        let said = || {
            let (answered, report) = self.report();
            let checks = report["checks"].as_object().expect("it has checks");
            let others = checks.iter().filter(|(name, _)| *name != check && *name != "queue_lag");
            let others_are_well = others.into_iter().all(|(name, entry)| is(name, entry, "ok"));
            let entry = &checks[check];
            let told = cause.is_none_or(|cause| entry["data"]["cause"] == cause);
            let met = answered == code && is(check, entry, status) && told && others_are_well;
            seen = report;
            met
        };
        eventually(&format!("{check} is {status}, {cause:?}, with {code}"), SOON, said);
        println!("{check}: {code}, {}", seen["checks"][check]);
    }

    /// Takes something away, awaits what is said of it, gives it back.
    fn misses<T>(
        &self,
        check: &str,
        said: (u16, &str, Option<&str>),
        thing: &mut T,
        take: fn(&mut T),
        give: fn(&mut T),
    ) {
        take(thing);
        let (code, status, cause) = said;
        self.says(check, code, status, cause);
        give(thing);
        self.says(check, 200, "ok", None);
    }

    fn order(&self, item: &str) -> u16 {
        let body = format!(r#"{{"item":"{item}","quantity":1}}"#);
        let head =
            "POST /orders HTTP/1.1\r\nHost: orders\r\nContent-Type: application/json\r\nConnection: close";
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        http::request(self.addr, request.as_bytes()).expect("an order is answered").status
    }
}

/// Whether it has this status, or is the disk of a machine that has little left, which is no fault here.
fn is(name: &str, entry: &Value, status: &str) -> bool {
    let percent = entry["data"]["percent"].as_f64().unwrap_or_default();
    let nearly_full = name == "disk" && entry["status"] == "degraded" && percent >= 90.0;
    entry["status"] == status || (nearly_full && status == "ok")
}

#[test]
fn each_dependency_that_goes_away_is_named_with_its_cause_and_forgotten_when_it_is_back() {
    let Some(mut postgres) = need!(Postgres::start()) else { return };
    let Some(mut redis) = need!(Redis::start()) else { return };
    let Some(mut rabbitmq) = need!(Rabbitmq::start()) else { return };
    let stock = Stock::start();
    let orders = Orders::start(&postgres, &redis, &rabbitmq, &stock);
    for check in ["postgres", "redis", "rabbitmq", "stock", "disk"] {
        orders.says(check, 200, "ok", None);
    }
    assert_eq!((orders.order("tea"), orders.order("stones")), (201, 422));

    let shared = (200, "degraded", Some("timed_out"));
    orders.misses("postgres", shared, &mut postgres, Postgres::pause, Postgres::resume);
    let refused = (200, "degraded", Some("refused"));
    orders.misses("redis", refused, &mut redis, Redis::kill, Redis::restart);
    orders.misses("rabbitmq", refused, &mut rabbitmq, Rabbitmq::kill, Rabbitmq::restart);

    let unavailable = (200, "degraded", Some("unavailable"));
    let mut monitor = stock.monitor.clone();
    let out = |monitor: &mut Monitor| monitor.set_ready(false, "taking stock");
    let back = |monitor: &mut Monitor| monitor.set_ready(true, "taken");
    orders.misses("stock", unavailable, &mut monitor, out, back);

    let mut data = orders.folder.path().join("data");
    let out = |data: &mut std::path::PathBuf| {
        fs::rename(&*data, data.with_extension("away")).expect("it is there");
    };
    let back = |data: &mut std::path::PathBuf| {
        fs::rename(data.with_extension("away"), &*data).expect("it was there");
    };
    orders.misses("disk", (503, "error", None), &mut data, out, back);
    assert_eq!(orders.order("tea"), 201);
    let journal = fs::read_to_string(data.join("orders.jsonl")).expect("orders are written down");
    assert_eq!(journal.lines().count(), 2);
}

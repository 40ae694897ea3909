//! A service that takes orders, on PostgreSQL, Redis, RabbitMQ, a disk and another service. Some of its health checks are
//! annotated functions in the library `orders-checks`; those of what is only known at run time are made here.
//!
//! | path | |
//! | --- | --- |
//! | `POST /orders` | places an order: `{"item": "tea", "quantity": 2}` |
//! | `GET /orders/{id}` | an order, from the cache where that has it |
//! | `/livez`, `/readyz`, `/startupz`, `/health` | the probes |
//! | `GET /internal/health` | the readiness checks and the length of the queue |
//!
//! | variable | default | |
//! | --- | --- | --- |
//! | `DATABASE_URL` | must be set | of the PostgreSQL database |
//! | `REDIS_URL` | must be set | of the cache |
//! | `AMQP_URL` | must be set | of RabbitMQ, where orders are announced; without it they wait |
//! | `STOCK_URL` | none | of a service that knows at `/items/{item}` what there is; it has healthsdk's probes, too |
//! | `DATA_DIR` | the temporary folder | for the journal of orders |
//! | `HOST` | 127.0.0.1 | the address to listen on; in a pod 0.0.0.0 |
//! | `PORT` | 8080 | to listen on; 0 takes a free one |
//! | `ORDERS_POOL` | 5 | connections to the database at most |
//! | `DRAIN_DELAY` | 10 | seconds from SIGTERM until the listener is closed |
//! | `GRACE` | 30 | seconds from SIGTERM until whatever runs this kills it |
//! | `PROBES` | none | a port of the probes' own, such as `0.0.0.0:9090` or `unix:/run/orders.sock`, where `orders drain` works |
//! | `DRAIN_TOKEN` | none | who sends it may drain at `PROBES` by TCP: `orders drain --token-env DRAIN_TOKEN`; a unix socket needs none |
//! | `SIGNALS` | healthsdk | `actix` leaves SIGTERM to actix-web alone, to see what that loses |
//! | `HEALTH_TOKEN` | none | who sends it (`Authorization: Bearer`) is told names, messages and durations |
//! | `HEALTHSDK_SETTINGS_FILE` | none | of settings, in JSON or YAML, which are read again when they change |
//! | `HEALTHSDK_...` | none | [settings](healthsdk::Settings::from_env): `HEALTHSDK_CHECK_REDIS_TIMEOUT=80ms`, `HEALTHSDK_DEADLINE=150ms` |
//!
//! Without `HEALTH_TOKEN`, callers from 127.0.0.1 are told, as long as `HOST` is a loopback address. The first line on standard output is
//! `listening on http://HOST:PORT`; the log goes to standard error.
//!
//! `orders kubernetes-probes` prints the probes on `PORT` that fit its checks and the variables that are set, and ends; it needs no database.
//! `orders describe` prints in the same way what healthy means for it: `CONTRACT.md` is a copy, which a test compares.
//!
//! `orders healthcheck` asks the one that runs already, at `PORT` unless told otherwise, and exits with 0 where it is ready; `orders drain` has it
//! drain, at `PROBES` unless told otherwise.

mod broker;
mod health;
mod journal;
mod orders;
mod publisher;
mod stock;
mod storage;

use std::{env, error::Error, path::PathBuf, str::FromStr, time::Duration};

use actix_web::{App, HttpServer, rt, web};
use broker::Broker;
use healthsdk::{Monitor, Settings, Status, build_info, checks, probe};
use journal::Journal;
use publisher::Publisher;
use stock::Stock;
use tokio::time::timeout;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut prober =
        probe::Prober::default().url(format!("http://127.0.0.1:{}/readyz", or::<u16>("PORT", 8080)?));
    if let Ok(address) = env::var("PROBES") {
        prober = prober.drain_url(address);
    }
    prober.run_if_asked();
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let asked = env::args().nth(1);
    let prints = asked.as_deref().filter(|asked| ["kubernetes-probes", "describe"].contains(asked));
    // All connect when first used; no server listens where a print sends them.
    let required =
        |name, nowhere: &str| if prints.is_some() { Ok(nowhere.to_owned()) } else { required(name) };
    let pool =
        storage::pool(&required("DATABASE_URL", "postgres://127.0.0.1:1/orders")?, or("ORDERS_POOL", 5)?)?;
    let cache = storage::cache(&required("REDIS_URL", "redis://127.0.0.1:1")?)?;

    let broker = web::Data::new(Broker::new(required("AMQP_URL", "amqp://127.0.0.1:1")?));
    let stock = env::var("STOCK_URL").ok().map(|url| Stock::new(&url)).transpose()?;
    let journal = web::Data::new(Journal::new(or::<PathBuf>("DATA_DIR", env::temp_dir())?));

    // A full disk is a matter of this replica, unlike the rest, without which all of them go on, with less.
    let disk = checks::disk::of("disk", journal.folder())
        .interval(Duration::from_secs(10))
        .description("the journal of orders can be written");
    let connected = broker.clone();
    let rabbitmq = checks::lapin::of_current("rabbitmq", move || connected.connection())
        .timeout(Duration::from_millis(500))
        .failure_status(Status::Degraded)
        .tags(["queue"])
        .description("orders are announced through it; they wait in the database meanwhile");

    let pool_data = web::Data::new(pool.clone());
    let cache_data = web::Data::new(cache.clone());
    let mut builder = Monitor::builder()
        .data(pool_data.clone())
        .data(cache_data.clone())
        .check(disk)
        .check(rabbitmq)
        .expect_checks(["descriptors", "migrations", "postgres", "publisher", "queue_lag", "redis"])
        .build_info(build_info!())
        .details(health::details(env::var("HEALTH_TOKEN").ok()))
        .drain_delay(Duration::from_secs(or("DRAIN_DELAY", 10)?))
        .grace(Duration::from_secs(or("GRACE", 30)?))
        .settings(Settings::from_env())
        .watch_workers();
    if let Some(stock) = &stock {
        let stock = checks::reqwest::of_health("stock", stock.client(), stock.readyz().as_str())
            .timeout(Duration::from_millis(500))
            .failure_status(Status::Degraded)
            .description("orders are taken unseen without it");
        builder = builder.check(stock);
    }
    if let Ok(token) = env::var("DRAIN_TOKEN") {
        builder = builder.drain_token(token);
    }
    let monitor = builder.build()?;
    match prints {
        Some("describe") => print!("{}", monitor.describe()),
        Some(_) => print!("{}", monitor.kubernetes_probes()),
        None => {}
    }
    if prints.is_some() {
        return Ok(());
    }

    if let Ok(address) = env::var("PROBES") {
        monitor.serve(address)?;
    }

    let publisher = web::Data::<Publisher>::default();
    rt::spawn(storage::migrate(pool.clone()));
    rt::spawn(Publisher::run(publisher.clone(), pool.clone(), broker));
    let stock = web::Data::new(stock);

    let (probes, drain) = (monitor.probes(), monitor.drain_middleware());
    let mut server = HttpServer::new(move || {
        App::new()
            .configure(probes.clone())
            .app_data(pool_data.clone())
            .app_data(cache_data.clone())
            .app_data(publisher.clone())
            .app_data(journal.clone())
            .app_data(stock.clone())
            .service(health::internal)
            .service(orders::place)
            .service(orders::find)
            .wrap(drain.clone())
    })
    .shutdown_timeout(monitor.shutdown_timeout())
    .bind((or("HOST", "127.0.0.1".to_owned())?, or("PORT", 8080)?))?;
    if or("SIGNALS", "healthsdk".to_owned())? != "actix" {
        server = server.shutdown_signal(monitor.shutdown_signal());
    }
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await?;
    // Bounded, as all that waits for the database.
    let _ = timeout(Duration::from_secs(2), pool.close()).await;
    Ok(())
}

fn required(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

fn or<T: FromStr<Err: std::fmt::Display>>(name: &str, default: T) -> Result<T, String> {
    env::var(name)
        .map_or(Ok(default), |value| value.parse().map_err(|error| format!("{name}={value}: {error}")))
}

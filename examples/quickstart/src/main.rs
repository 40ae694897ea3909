//! The smallest service with health checks: one dependency, an embedded SQLite file, and the four probes.

use actix_web::{App, HttpServer, web};
use healthsdk::{Details, Monitor, build_info, health_check};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

#[health_check(kind = "readiness", tags = "storage", component = "datastore")]
async fn sqlite(pool: web::Data<SqlitePool>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool.get_ref()).await.map(drop)
}

async fn index() -> &'static str {
    "hello\n"
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::var("PORT").ok().map_or(Ok(8080), |port| port.parse::<u16>())?;
    // `quickstart healthcheck` asks the one that runs already.
    healthsdk::probe::run_if_asked(format!("http://127.0.0.1:{port}/readyz"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let file = std::env::temp_dir().join(format!("healthsdk-quickstart-{}.sqlite", std::process::id()));
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let pool = web::Data::new(SqlitePool::connect_lazy_with(options));

    let monitor = Monitor::builder()
        .data(pool.clone())
        .build_info(build_info!())
        .details(Details::loopback())
        .build()?;
    let (probes, drain) = (monitor.probes(), monitor.drain_middleware());

    let server = HttpServer::new(move || {
        App::new()
            .configure(probes.clone())
            .app_data(pool.clone())
            .route("/", web::get().to(index))
            .wrap(drain.clone())
    })
    .shutdown_signal(monitor.shutdown_signal())
    .shutdown_timeout(monitor.shutdown_timeout())
    .bind(("127.0.0.1", port))?;
    for address in server.addrs() {
        println!("listening on http://{address}; try");
        for path in ["/livez", "/readyz", "/startupz", "/health"] {
            println!("  curl -i http://{address}{path}");
        }
    }
    server.run().await?;
    std::fs::remove_file(&file)?;
    Ok(())
}

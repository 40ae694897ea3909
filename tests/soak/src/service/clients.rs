use std::error::Error;
use std::time::Duration;

use memcache::{ConnectionManager, Pool, Url};
use redis::Client;
use redis::aio::ConnectionManagerConfig;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

/// Longer than the timeout of any check, so that it is healthsdk that gives up.
const PATIENCE: Duration = Duration::from_secs(3);

/// One client of each server that the service has, each lazy: the server may be down.
#[derive(Default)]
pub(super) struct Clients {
    pub(super) postgres: Option<PgPool>,
    pub(super) redis: Option<redis::aio::ConnectionManager>,
    pub(super) memcached: Option<Pool>,
    pub(super) nats: Option<async_nats::Client>,
}

impl Clients {
    pub(super) async fn connect(servers: &[(String, u16)]) -> Result<Self, Box<dyn Error>> {
        let mut clients = Self::default();
        for (name, port) in servers {
            match name.as_str() {
                "postgres" => clients.postgres = Some(postgres(*port)?),
                "redis" => clients.redis = Some(redis(*port)?),
                "memcached" => clients.memcached = Some(memcached(*port)?),
                "nats" => clients.nats = Some(nats(*port).await?),
                other => return Err(format!("no client for {other:?}").into()),
            }
        }
        Ok(clients)
    }
}

fn postgres(port: u16) -> Result<PgPool, sqlx::Error> {
    let options = PgPoolOptions::new().max_connections(3).acquire_timeout(PATIENCE);
    options.connect_lazy(&format!("postgres://test@127.0.0.1:{port}/postgres"))
}

fn redis(port: u16) -> Result<redis::aio::ConnectionManager, redis::RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(PATIENCE))
        .set_connection_timeout(Some(PATIENCE))
        .set_number_of_retries(0);
    Client::open(format!("redis://127.0.0.1:{port}"))?.get_connection_manager_lazy(config)
}

/// It blocks a thread until it gives up, so it gives up soon.
fn memcached(port: u16) -> Result<Pool, Box<dyn Error>> {
    let url = Url::parse(&format!("memcache://127.0.0.1:{port}?timeout=0.8&protocol=ascii"))?;
    let builder = Pool::builder().max_size(2).min_idle(Some(0)).connection_timeout(Duration::from_secs(1));
    Ok(builder.build_unchecked(ConnectionManager::new(url)))
}

async fn nats(port: u16) -> Result<async_nats::Client, async_nats::ConnectError> {
    let options = async_nats::ConnectOptions::new()
        .retry_on_initial_connect()
        .reconnect_delay_callback(|_| Duration::from_millis(50));
    options.connect(format!("127.0.0.1:{port}")).await
}

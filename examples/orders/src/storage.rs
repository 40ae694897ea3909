use std::{str::FromStr, time::Duration};

use redis::{
    Client,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{sleep, timeout};
use tracing::warn;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    placed_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
)";
const UNPUBLISHED: &str =
    "CREATE INDEX IF NOT EXISTS unpublished ON orders (placed_at) WHERE published_at IS NULL";

/// How long a released connection may take to prove that it can be used again.
const RELEASE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_secs(1);

/// Connects when first used, so that the service starts, and says what is wrong, without its database.
pub(crate) fn pool(url: &str, limit: u32) -> Result<PgPool, sqlx::Error> {
    let options =
        PgConnectOptions::from_str(url)?.application_name("orders").options([("statement_timeout", "5s")]);
    Ok(PgPoolOptions::new()
        .max_connections(limit)
        // Below the timeouts of the checks, so that they tell the reason instead of "no answer".
        .acquire_timeout(Duration::from_secs(2))
        // Whoever drops a connection amid a query (a handler whose client left, a check that ran too long)
        // has the pool ping it, without a limit in sqlx 0.9 (launchbadge/sqlx#4349): a peer that fell silent
        // would keep the permit for ever.
        .after_release(|connection, _| {
            Box::pin(async move { Ok(matches!(timeout(RELEASE, connection.ping()).await, Ok(Ok(())))) })
        })
        .connect_lazy_with(options))
}

/// Reconnects by itself. Each answer and each attempt ends within the timeout of the check.
pub(crate) fn cache(url: &str) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_millis(300)))
        .set_response_timeout(Some(Duration::from_millis(500)))
        .set_number_of_retries(1);
    ConnectionManager::new_lazy_with_config(Client::open(url)?, config)
}

/// Creates the table, however long that takes; the check `migrations` holds the startup probe until then.
pub(crate) async fn migrate(pool: PgPool) {
    while let Err(error) = timeout(PATIENCE, create(&pool)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
        warn!("the table cannot be created yet: {error}");
        sleep(PAUSE).await;
    }
}

async fn create(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    // Replicas start together, and `IF NOT EXISTS` alone fails where two create at once.
    sqlx::query("SELECT pg_advisory_xact_lock(7355608)").execute(&mut *transaction).await?;
    sqlx::query(TABLE).execute(&mut *transaction).await?;
    sqlx::query(UNPUBLISHED).execute(&mut *transaction).await?;
    transaction.commit().await
}

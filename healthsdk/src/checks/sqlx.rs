//! PostgreSQL, MySQL, MariaDB and SQLite through a pool of [`sqlx`](https://docs.rs/sqlx).
//!
//! - **Proves** that the pool has a connection to give, or can open one, and that the database behind it answers a
//!   statement: `SELECT version()`, which a pooler such as PgBouncer cannot answer for it. Of SQLite, that the file can
//!   be read.
//! - **Does not prove** that tables, rights or replication are as the service needs them, nor that it can write.
//! - **Kind**: readiness. `scope = "shared"` where all replicas use the same server.
//! - **Timeout**: the default, at the default interval of 5 s. sqlx tries again while a server refuses
//!   connections or starts, and tells only after `acquire_timeout`, by default 30 s: until the pool has a connection
//!   again, the check says that it timed out. An `acquire_timeout` of 1 to 3 s makes it recover sooner.
//! - **Permission**: to log in (`CONNECT` on the database of PostgreSQL, `USAGE` in MySQL), nothing else.
//! - **Cost**: one round trip and one connection of the pool while it takes. sqlx makes one more when the connection is
//!   given back, as after every use, which cannot be turned off; the check does not wait for it. It skips the ping that
//!   sqlx sends before most uses. A run that failed or was dropped closes its connection, and the pool opens another when
//!   it needs one.
//!
//! A pool all of whose connections are in use, with none free within 50 ms, is [`Cause::Exhausted`] and degraded. sqlx
//! counts those that are being opened as in use: while requests wait for a database that is gone, the pool looks full.

use std::{borrow::Cow, time::Duration};

use ::sqlx::{
    ColumnIndex, Database, Decode, Error, Executor, Pool, Row, error::DatabaseError, pool::PoolConnection,
};
use tokio::time::timeout;

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::{Loan, exhausted},
    sqlstate,
};
use crate::{Cause, Check, Component, Outcome};

/// How long sqlx may test a connection that is given back. It waits for ever by itself, and the pool is one short
/// meanwhile.
const RETURN: Duration = Duration::from_secs(5);

/// Asks the database for its version on a connection of the pool. Data: `latency_ms`, `version`, and of the pool
/// `connections`, `idle` and `limit`.
///
/// ```no_run
/// # use sqlx::{ColumnIndex, Database, Decode, Executor, Pool};
/// # async fn f<DB>(pool: Pool<DB>)
/// # where
/// #     DB: Database,
/// #     for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
/// #     for<'r> String: Decode<'r, DB>,
/// #     usize: ColumnIndex<DB::Row>,
/// # {
/// use healthsdk::checks;
///
/// // Of a `PgPool`, a `MySqlPool` or a `SqlitePool`.
/// let outcome = checks::sqlx::ping(&pool).await;
/// println!("{:?} {:?}", outcome.status(), outcome.data().get("version"));
/// # }
/// ```
pub async fn ping<DB>(pool: &Pool<DB>) -> Outcome
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> String: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let size = size(pool);
    size.on(ask(pool).await.unwrap_or_else(Outcome::from))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # use sqlx::{ColumnIndex, Database, Decode, Executor, Pool};
/// # fn f<DB>(pool: Pool<DB>) -> Result<(), healthsdk::BuildError>
/// # where
/// #     DB: Database,
/// #     for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
/// #     for<'r> String: Decode<'r, DB>,
/// #     usize: ColumnIndex<DB::Row>,
/// # {
/// use healthsdk::{Monitor, Scope, checks};
///
/// // Of a `PgPool`, a `MySqlPool` or a `SqlitePool`.
/// let monitor = Monitor::builder()
///     .check(checks::sqlx::of("postgres", pool).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<DB>(name: impl Into<Cow<'static, str>>, pool: Pool<DB>) -> Check
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> String: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let ping = move || {
        let pool = pool.clone();
        async move { ping(&pool).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

async fn ask<DB>(pool: &Pool<DB>) -> Result<Outcome, Failure>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> String: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    while let Some(connection) = pool.try_acquire() {
        let asked = query(connection).await;
        // One that died while it was idle says nothing of the database: `acquire` passes over it, too.
        if asked.as_ref().is_err_and(|error| has_ended(DB::NAME, error)) {
            continue;
        }
        return asked.map_err(|error| failure(DB::NAME, &error));
    }
    query(acquire(pool).await?).await.map_err(|error| failure(DB::NAME, &error))
}

async fn query<DB>(connection: PoolConnection<DB>) -> Result<Outcome, Error>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> String: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let mut connection = Loan::new(connection, |connection| drop(connection.detach()));
    let latency = Latency::start();
    let rows = (**connection).fetch_all(statement(DB::NAME)).await?;
    let row = rows.first().ok_or(Error::RowNotFound)?;
    let outcome = latency.on(Outcome::ok());
    let outcome = match row.try_get_unchecked::<String, _>(0) {
        Ok(version) => outcome.with("version", version),
        // Of another driver, whose answer has no version in it.
        Err(_) => outcome,
    };
    let mut connection = connection.give_back();
    tokio::spawn(timeout(RETURN, connection.return_to_pool()));
    Ok(outcome)
}

/// Without arguments, so that drivers use the simple protocol: nothing is prepared.
fn statement(database: &str) -> &'static str {
    match database {
        "PostgreSQL" | "MySQL" => "SELECT version()",
        // The version alone would be told without a look at the file.
        "SQLite" => "SELECT sqlite_version(), (SELECT count(*) FROM sqlite_master)",
        _ => "SELECT 1",
    }
}

/// Waits for a connection, or opens one.
async fn acquire<DB: Database>(pool: &Pool<DB>) -> Result<PoolConnection<DB>, Failure> {
    // Before it is asked, because a connection that it opens counts as in use.
    let acquired = if size(pool).is_exhausted() {
        match timeout(PATIENCE, pool.acquire()).await {
            Err(_) | Ok(Err(Error::PoolTimedOut)) if size(pool).is_exhausted() => {
                return Err(exhausted(size(pool)));
            }
            Err(_) => pool.acquire().await,
            Ok(acquired) => acquired,
        }
    } else {
        pool.acquire().await
    };
    acquired.map_err(|error| failure(DB::NAME, &error))
}

fn size<DB: Database>(pool: &Pool<DB>) -> PoolSize {
    PoolSize {
        connections: pool.size() as usize,
        idle: pool.num_idle(),
        limit: pool.options().get_max_connections() as usize,
    }
}

fn failure(database: &str, error: &Error) -> Failure {
    Failure::of(cause(database, error), error)
}

/// Whether the error is the end of one connection, and not of what the database can do.
fn has_ended(database: &str, error: &Error) -> bool {
    match error {
        Error::Io(_) => true,
        // Shut down by an administrator, or after a crash, not ready yet, and too long without use.
        Error::Database(error) if database == "PostgreSQL" => {
            matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03" | "57P05"))
        }
        error => cause(database, error) == Some(Cause::Disconnected),
    }
}

fn cause(database: &str, error: &Error) -> Option<Cause> {
    match error {
        Error::Database(error) if database == "SQLite" => of_sqlite(&error.code()?),
        Error::Database(error) if database == "MySQL" => {
            of_mysql(error.as_ref()).or_else(|| sqlstate::cause_of(&error.code()?))
        }
        Error::Database(error) => sqlstate::cause_of(&error.code()?),
        Error::PoolTimedOut => Some(Cause::TimedOut),
        Error::WorkerCrashed => Some(Cause::Disconnected),
        Error::Protocol(_) | Error::RowNotFound => Some(Cause::WrongAnswer),
        _ => None,
    }
}

/// What the SQLSTATE does not tell. The number is in the text alone, where the driver puts it first.
fn of_mysql(error: &dyn DatabaseError) -> Option<Cause> {
    let text = error.to_string();
    match text.split([' ', ':']).next()?.parse::<u16>().ok()? {
        // Too many connections, of the server and of the user; too many errors of this host.
        1040 | 1129 | 1203 | 1226 => Some(Cause::Unavailable),
        // Ended after a time without use, and by an administrator.
        1927 | 4031 => Some(Cause::Disconnected),
        // Denied to the database, no such database, and the host may not connect.
        1044 | 1049 | 1130 => Some(Cause::Unauthenticated),
        _ => None,
    }
}

/// The low byte is the primary code; see <https://www.sqlite.org/rescode.html>.
fn of_sqlite(code: &str) -> Option<Cause> {
    Some(match code.parse::<u32>().ok()? & 0xff {
        // PERM, AUTH.
        3 | 23 => Cause::Unauthenticated,
        // BUSY, LOCKED, FULL.
        5 | 6 | 13 => Cause::Unavailable,
        // CANTOPEN.
        14 => Cause::Refused,
        // CORRUPT, NOTADB.
        11 | 26 => Cause::WrongAnswer,
        _ => return None,
    })
}

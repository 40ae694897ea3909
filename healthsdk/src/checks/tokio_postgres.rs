use ::tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::{failure::Failure, sqlstate};
use crate::Cause;

/// Asks in one round trip, by the simple protocol: nothing is prepared, and a pooler on the way has to ask the server.
pub(super) async fn version(client: &Client) -> Result<String, Failure> {
    let messages = client.simple_query("SELECT version()").await.map_err(|error| failure(&error))?;
    let version = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    version
        .map(ToOwned::to_owned)
        .ok_or_else(|| Failure::new(Cause::WrongAnswer, "no row to SELECT version()"))
}

pub(super) fn failure(error: &Error) -> Failure {
    let cause = match error.code() {
        Some(state) => sqlstate::cause_of(state.code()),
        None => error.is_closed().then_some(Cause::Disconnected),
    };
    Failure::of(cause, error)
}

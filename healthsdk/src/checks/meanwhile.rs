//! For clients that connect again by themselves.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::{sleep, timeout};

use super::{failure::Failure, measure::PATIENCE};

/// How often a client is looked at while something is awaited.
const LOOK: Duration = Duration::from_millis(10);

/// Returns when the client has its connection: soon, or not at all.
///
/// A connection that was lost while nobody asked is often there again at once, as a pool would make another.
pub(super) async fn connected(lost: impl Fn() -> Option<Failure>) -> Result<(), Failure> {
    let back = async {
        while lost().is_some() {
            sleep(LOOK).await;
        }
    };
    match timeout(PATIENCE, back).await {
        Ok(()) => Ok(()),
        Err(_) => lost().map_or(Ok(()), Err),
    }
}

/// The answer, unless the client says before it that none can come any more.
///
/// These clients forget what they asked on a connection that was lost, or keep it until there is another. Whoever awaits the
/// answer would learn of it at `cancel_after`, and hold up the next run until then.
pub(super) async fn unless<T>(
    lost: impl Fn() -> Option<Failure>,
    answer: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut answer = pin!(answer);
    loop {
        if let Ok(answer) = timeout(LOOK, answer.as_mut()).await {
            return Ok(answer);
        }
        if let Some(failure) = lost() {
            return Err(failure);
        }
    }
}

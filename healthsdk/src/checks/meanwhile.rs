use std::{future::Future, pin::pin, time::Duration};

use tokio::time::timeout;

use super::failure::Failure;

/// How often a client is looked at while an answer is awaited.
const LOOK: Duration = Duration::from_millis(20);

/// The answer, unless the client says before it that none can come any more.
///
/// Clients that reconnect by themselves forget, or keep until then, what they asked on the connection that was lost.
/// Whoever awaits the answer would learn of it at `cancel_after`, and hold up the next run until then.
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

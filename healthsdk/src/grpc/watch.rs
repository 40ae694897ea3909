use std::{pin::Pin, time::Duration};

use futures_util::stream;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::source::Source;
use crate::{
    Lifecycle,
    proto::{HealthCheckResponse, health_check_response::ServingStatus},
};

/// A watch asks as often as a prober does, so that checks which run only when asked do.
const PERIOD: Duration = Duration::from_secs(5);
/// How long a watch stays that began amid the drain: a client may come back at once from one that has answered.
const LATE: Duration = Duration::from_secs(1);

pub(super) type Stream =
    Pin<Box<dyn futures_util::Stream<Item = Result<HealthCheckResponse, tonic::Status>> + Send>>;

/// Tells the status at once and each change. It looks when the client takes the next, so a slow one gets the newest.
pub(super) fn stream(source: Source, service: String) -> Option<Stream> {
    let publications = source.publications()?;
    let watch = Watch { source, service, publications, told: None, end: None };
    Some(Box::pin(stream::unfold(watch, Watch::next)))
}

/// The end of a watch, and the answer where the monitor is gone. Not `OK`: a call that was cut short is no success, and
/// clients try again, here or elsewhere, after either.
pub(super) fn ended() -> tonic::Status {
    tonic::Status::unavailable("the service stops")
}

struct Watch {
    source: Source,
    service: String,
    publications: watch::Receiver<Lifecycle>,
    told: Option<ServingStatus>,
    end: Option<End>,
}

enum End {
    /// After so long.
    Due(Duration),
    Told,
}

impl Watch {
    async fn next(mut self) -> Option<(Result<HealthCheckResponse, tonic::Status>, Self)> {
        while self.end.is_none() {
            // Before the look, which sees all that was published until now.
            self.publications.mark_unchanged();
            let Some((status, drains)) = self.source.look(&self.service).await else { break };
            let first = self.told.is_none();
            if drains {
                self.end = Some(End::Due(if first { LATE } else { Duration::ZERO }));
            }
            if self.told.replace(status) != Some(status) {
                return Some((Ok(status.into()), self));
            }
            if !drains && matches!(timeout(PERIOD, self.publications.changed()).await, Ok(Err(_))) {
                break;
            }
        }
        match self.end.replace(End::Told) {
            Some(End::Told) => None,
            Some(End::Due(late)) => {
                sleep(late).await;
                Some((Err(ended()), self))
            }
            None => Some((Err(ended()), self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};
    use tokio::runtime::Builder;

    use super::*;
    use crate::Monitor;

    /// The next status, if it is there already.
    fn next(stream: &mut Stream) -> Option<ServingStatus> {
        let next = stream.next().now_or_never()?.expect("the watch goes on");
        Some(next.expect("it is no error").status())
    }

    #[test]
    fn who_is_slow_gets_only_the_newest() {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
        let _context = runtime.enter();
        let monitor =
            Monitor::builder().linked(false).allow_empty().build().expect("there is nothing to check");
        monitor.engine().serving();
        let mut stream = stream(Source::new(&monitor), String::new()).expect("the monitor is there");
        assert_eq!(next(&mut stream), Some(ServingStatus::Serving));
        for ready in [false, true, false, true, false] {
            monitor.set_ready(ready, "the test says so");
        }
        assert_eq!(next(&mut stream), Some(ServingStatus::NotServing));
        assert_eq!(next(&mut stream), None);
        monitor.set_ready(true, "the test says so");
        monitor.set_ready(false, "the test says so");
        assert_eq!(next(&mut stream), None, "nothing is new");
    }
}

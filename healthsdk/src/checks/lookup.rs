use std::{
    collections::BTreeMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{net::lookup_host, sync::watch};

use super::failure::Failure;
use crate::Cause;

type Found = Result<Vec<IpAddr>, Arc<io::Error>>;
type Awaited = watch::Receiver<Option<Found>>;

/// The names that the operating system is looking up, each by a thread that cannot be stopped.
static UNDER_WAY: Mutex<BTreeMap<String, Awaited>> = Mutex::new(BTreeMap::new());

/// What the operating system knows as the addresses of the host. Joins the lookup that is under way, so that no name has more
/// than one, however long it takes.
pub(super) async fn addresses(host: &str) -> Result<Vec<IpAddr>, Failure> {
    let found = match join(host).wait_for(Option::is_some).await {
        Ok(found) => found.clone(),
        Err(_) => None,
    };
    match found {
        Some(Ok(addresses)) if addresses.is_empty() => {
            Err(Failure::new(Cause::Unresolved, "the name has no address"))
        }
        Some(Ok(addresses)) => Ok(addresses),
        Some(Err(error)) => Err(Failure::of(Some(Cause::Unresolved), &*error)),
        None => Err(Failure::new(Cause::Unresolved, "the lookup was given up")),
    }
}

fn join(host: &str) -> Awaited {
    let mut under_way = under_way();
    if let Some(awaited) = under_way.get(host) {
        return awaited.clone();
    }
    let (found, awaited) = watch::channel(None);
    under_way.insert(host.to_owned(), awaited.clone());
    let lookup = Lookup { host: host.to_owned(), found };
    tokio::spawn(lookup.run());
    awaited
}

/// One under way. Whatever becomes of it, it is not under way afterwards.
struct Lookup {
    host: String,
    found: watch::Sender<Option<Found>>,
}

impl Lookup {
    async fn run(self) {
        let found = lookup_host((self.host.as_str(), 0)).await;
        let found = found.map(|found| found.map(|address| address.ip()).collect()).map_err(Arc::new);
        self.found.send_replace(Some(found));
    }
}

impl Drop for Lookup {
    fn drop(&mut self) {
        under_way().remove(&self.host);
    }
}

fn under_way() -> MutexGuard<'static, BTreeMap<String, Awaited>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

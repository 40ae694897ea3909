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
    let found = match join(host, system).wait_for(Option::is_some).await {
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

async fn system(host: String) -> Found {
    let found = lookup_host((host, 0)).await.map_err(Arc::new)?;
    Ok(found.map(|address| address.ip()).collect())
}

fn join<F>(host: &str, lookup: fn(String) -> F) -> Awaited
where
    F: Future<Output = Found> + Send + 'static,
{
    let mut under_way = under_way();
    if let Some(awaited) = under_way.get(host) {
        return awaited.clone();
    }
    let (found, awaited) = watch::channel(None);
    under_way.insert(host.to_owned(), awaited.clone());
    // Where there is no runtime any more, the task is dropped at once, and takes its name back.
    drop(under_way);
    let begun = Begun { host: host.to_owned(), found };
    let lookup = lookup(host.to_owned());
    tokio::spawn(async move {
        let found = lookup.await;
        begun.found.send_replace(Some(found));
    });
    awaited
}

/// A lookup under way. Whatever becomes of it, it is not under way afterwards.
struct Begun {
    host: String,
    found: watch::Sender<Option<Found>>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        under_way().remove(&self.host);
    }
}

fn under_way() -> MutexGuard<'static, BTreeMap<String, Awaited>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering::SeqCst},
        time::Duration,
    };

    use tokio::runtime::Builder;

    use super::*;

    static BEGUN: AtomicU32 = AtomicU32::new(0);

    async fn slow(_: String) -> Found {
        BEGUN.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(Vec::new())
    }

    #[test]
    fn who_asks_for_a_name_that_is_being_looked_up_waits_for_that() {
        let runtime = || Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
        let first = runtime();
        first.block_on(async {
            for _ in 0..100 {
                drop(join("slow", slow));
            }
            let mut awaited = join("slow", slow);
            assert!(awaited.wait_for(Option::is_some).await.is_ok());
            assert_eq!(BEGUN.load(SeqCst), 1);
            while under_way().contains_key("slow") {
                tokio::task::yield_now().await;
            }
            drop(join("slow", slow));
            tokio::task::yield_now().await;
            assert_eq!(BEGUN.load(SeqCst), 2);
        });
        // The second lookup ends with its runtime, and is begun anew in another.
        drop(first);
        assert!(!under_way().contains_key("slow"));
        assert!(runtime().block_on(async { join("slow", slow).wait_for(Option::is_some).await.is_ok() }));
    }
}

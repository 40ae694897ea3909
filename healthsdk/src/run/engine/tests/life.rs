use std::sync::{Mutex, mpsc};

use tokio::sync::watch;

use super::*;
use crate::{Kind, Lifecycle, Scope, Status, run::Event};

const SECOND: Duration = Duration::from_secs(1);

/// What observers were told of the lifecycle.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<Lifecycle>>);

impl Observer for Told {
    fn see(&self, event: &Event) {
        if let Event::Lifecycle { lifecycle, .. } = event {
            self.0.lock().expect("nobody panicked with it").push(*lifecycle);
        }
    }
}

fn has_changed(told: &watch::Receiver<Lifecycle>) -> bool {
    told.has_changed().expect("the engine is there")
}

fn check(name: &'static str) -> Check {
    Check::new(name, || async {})
}

#[test]
fn the_lifecycle_is_told_of_as_it_moves() {
    let frequent = check("b").interval(Duration::from_millis(5));
    let told = Arc::new(Told::default());
    let observers: Vec<Arc<dyn Observer>> = vec![told.clone()];
    let engine = observed(vec![check("a").kind(Kind::Startup), frequent], observers);
    let mut reached = engine.transitions();
    assert_eq!(engine.lifecycle(), Lifecycle::Starting, "nothing serves yet");
    assert!(!engine.is_ready());
    engine.serving();
    eventually("it is ready", || engine.is_ready());
    assert_eq!(engine.lifecycle(), Lifecycle::Ready);
    eventually("that is told", || *reached.borrow() == Lifecycle::Ready);
    reached.mark_unchanged();
    let mut published = engine.publications();
    for _ in 0..3 {
        published.mark_unchanged();
        eventually("something is published", || has_changed(&published));
    }
    assert!(!has_changed(&reached), "it is where it was");
    engine.drain();
    assert!(has_changed(&reached));
    assert!(!engine.is_ready());
    assert_eq!(engine.lifecycle(), Lifecycle::Draining);
    assert_eq!(*reached.borrow(), Lifecycle::Draining);
    eventually("observers are told of each", || {
        *told.0.lock().expect("nobody panicked with it") == [Lifecycle::Ready, Lifecycle::Draining]
    });
    engine.close();
}

#[test]
fn a_run_that_waits_goes_on_when_it_is_woken() {
    let (wake, woken) = watch::channel(false);
    let (say, said) = mpsc::channel();
    let waits = Check::new("waits", move || {
        let (mut woken, say) = (woken.clone(), say.clone());
        async move {
            say.send("begun").expect("the test listens");
            woken.wait_for(|woken| *woken).await.expect("the sender is there");
            say.send("gone on").expect("the test listens");
        }
    });
    let engine = engine(vec![waits]);
    let hears = || said.recv_timeout(30 * SECOND);
    assert_eq!(hears(), Ok("begun"));
    wake.send_replace(true);
    assert_eq!(hears(), Ok("gone on"));
    engine.close();
}

#[test]
fn a_run_is_dropped_once_it_has_taken_too_long_for_good() {
    struct Tell(mpsc::Sender<()>);
    impl Drop for Tell {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (tell, told) = mpsc::channel();
    let hangs = Check::new("hangs", move || {
        let tell = Tell(tell.clone());
        async move {
            std::future::pending::<()>().await;
            drop(tell);
        }
    });
    let brief = Duration::from_millis(20);
    let engine = engine(vec![hangs.timeout(brief).cancel_after(2 * brief)]);
    told.recv_timeout(30 * SECOND).expect("it is dropped while the engine runs");
    engine.close();
}

#[test]
fn the_slowest_check_that_holds_the_start_says_how_long_it_takes() {
    let startup = |name, seconds: u32| check(name).kind(Kind::Startup).timeout(seconds * SECOND);
    let engine = engine(vec![
        startup("a", 2),
        startup("b", 3).interval(30 * SECOND),
        startup("c", 20).failure_status(Status::Degraded),
        check("d").timeout(20 * SECOND),
    ]);
    assert_eq!(engine.worst_start(), (24 + 1 + 3) * SECOND);
    engine.close();
    let engine = super::engine(vec![check("d")]);
    assert_eq!(engine.worst_start(), Duration::ZERO);
    engine.close();
}

#[test]
fn what_a_failure_leads_to_is_known_without_a_run() {
    let engine = engine(vec![
        check("local"),
        check("shared").scope(Scope::Shared),
        check("startup").kind(Kind::Startup),
    ]);
    let declared = engine.declared().into_iter().map(|check| {
        let later = check.consequence.later.map(|entry| entry.status());
        (check.info.name.to_string(), check.consequence.at_first.status(), later)
    });
    assert_eq!(
        declared.collect::<Vec<_>>(),
        [
            ("local".to_owned(), Status::Error, Some(Status::Error)),
            ("shared".to_owned(), Status::Error, Some(Status::Degraded)),
            ("startup".to_owned(), Status::Error, None),
        ]
    );
    engine.close();
}

#[test]
fn a_line_is_told_by_a_poller() {
    let engine = engine(vec![check("a")]);
    let (tell, told) = mpsc::channel();
    engine.tell(move || {
        let _ = tell.send(thread::current().name().map(str::to_owned));
    });
    assert_eq!(told.recv_timeout(30 * SECOND), Ok(Some("health-poll".to_owned())));
    engine.close();
}

use std::{
    collections::BTreeMap,
    env, fs,
    path::PathBuf,
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::{Engine, engine, eventually, observed};
use crate::{
    Check, Outcome, Settings, Status,
    process::Holding,
    redact::Redactor,
    run::{Event, News, Observer, cell::Cell},
    settings::{Live, Wanted},
};

const OFF: &str = r#"{"checks": {"x": {"enabled": false}}}"#;

fn checks(settings: &str) -> BTreeMap<String, Arc<Wanted>> {
    let settings: Settings = serde_json::from_str(settings).expect("a map");
    settings.read(&["x".to_owned()], &Redactor::default()).0.checks
}

fn one() -> Arc<Engine> {
    engine(vec![Check::new("x", || async {})])
}

fn is_enabled(engine: &Engine) -> bool {
    engine.table().cells[0].info.enabled
}

/// A running check, and the file that sets it.
struct Watched {
    path: PathBuf,
    live: Arc<Live>,
    engine: Arc<Engine>,
}

impl Watched {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("healthsdk-{name}-{}.json", process::id()));
        let _ = fs::remove_file(&path);
        let (live, ..) = Live::new(Some(path.clone()), vec!["x".to_owned()], Redactor::default());
        let engine = one();
        live.run(&engine);
        Self { path, live: Arc::new(live), engine }
    }

    /// Whether the check is enabled after so many looks at this.
    fn looks(&self, content: &str, looks: usize) -> bool {
        fs::write(&self.path, content).expect("the folder is there");
        (0..looks).for_each(|_| drop(self.live.look()));
        is_enabled(&self.engine)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        self.engine.close();
    }
}

#[test]
fn settings_change_nothing_while_the_process_drains() {
    let (draining, running) = (one(), one());
    draining.drain();
    for engine in [&draining, &running] {
        engine.adjust(&checks(OFF));
    }
    assert_eq!((is_enabled(&draining), is_enabled(&running)), (true, false));
}

#[test]
fn what_a_file_says_at_one_look_may_be_half_written_and_changes_nothing() {
    let watched = Watched::new("half-written");
    assert!(watched.looks(OFF, 1));
    assert!(!watched.looks(OFF, 1), "it stays, so it is meant");
    assert!(!watched.looks("{}", 1));
    assert!(!watched.looks(r#"{"checks": {}}"#, 1));
    assert!(!watched.looks("{}", 1), "not twice in a row");
    assert!(!watched.looks(OFF, 2));
    fs::remove_file(&watched.path).expect("it is there");
    watched.live.look();
    assert!(!is_enabled(&watched.engine), "perhaps it is replaced");
    watched.live.look();
    assert!(is_enabled(&watched.engine));
}

#[test]
fn a_look_that_finds_nothing_new_holds_up_no_check() {
    let watched = Watched::new("nothing-new");
    watched.looks(OFF, 2);
    let table = watched.engine.table();
    let (looked, done) = mpsc::channel();
    let live = Arc::clone(&watched.live);
    let look = thread::spawn(move || {
        live.look();
        let _ = looked.send(());
    });
    let waited = done.recv_timeout(Duration::from_secs(20));
    drop(table);
    look.join().expect("it does not panic");
    assert!(waited.is_ok(), "it waits for the engine");
}

/// What observers were told of a check, and whether it was planned.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<(&'static str, Status, bool)>>);

impl Observer for Told {
    fn see(&self, event: &Event) {
        let told = match event {
            Event::Adjusted(adjusted) => ("settings", adjusted.entry.status(), false),
            Event::News(News::Transition { entry, transition }) => {
                ("transition", entry.status(), transition.planned)
            }
            _ => return,
        };
        self.0.lock().expect("nobody panicked with it").push(told);
    }
}

#[test]
fn what_settings_move_is_told_as_their_doing_and_then_as_a_transition_which_a_hold_makes_a_planned_one() {
    let told = Arc::new(Told::default());
    let ran = AtomicBool::new(false);
    let check = Check::blocking("x", move || {
        if ran.swap(true, Ordering::SeqCst) { Outcome::error("down") } else { Outcome::ok() }
    });
    let check = check.interval(Duration::from_millis(5)).failure_threshold(1);
    let engine = observed(vec![check.failure_status(Status::Degraded)], vec![told.clone()]);
    let tells = |expected: &[_]| {
        eventually("it is told", || *told.0.lock().expect("nobody panicked with it") == expected);
    };
    let failed = ("transition", Status::Degraded, false);
    tells(&[failed]);
    assert!(engine.steer(|process, now| process.hold(Holding::Service, Some("repair".to_owned()), now)));
    engine.adjust(&checks(r#"{"checks": {"x": {"failure_status": "error"}}}"#));
    tells(&[failed, ("settings", Status::Error, false), ("transition", Status::Error, true)]);
    engine.close();
}

#[test]
fn what_no_settings_name_is_left_alone() {
    let engine = engine(vec![Check::new("x", || async {}), Check::new("y", || async {})]);
    engine.adjust(&checks(OFF));
    let bare = |engine: &Engine| engine.table().cells.iter().map(Cell::is_as_declared).collect::<Vec<_>>();
    assert_eq!(bare(&engine), [false, true]);
    engine.adjust(&checks("{}"));
    assert_eq!(bare(&engine), [true, true]);
    assert!(is_enabled(&engine), "what was set before is set back");
    engine.close();
}

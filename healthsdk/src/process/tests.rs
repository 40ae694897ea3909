use super::*;

fn served(now: Moment) -> Process {
    let mut process = Process::new(now);
    process.serve(now);
    process
}

fn names(process: &Process) -> Vec<&str> {
    process.entries().iter().map(|entry| entry.name()).collect()
}

#[test]
fn it_is_ready_once_it_serves_its_checks_have_passed_and_every_gate_is_released() {
    let now = Moment::now();
    let mut process = Process::new(now);
    let gate = process.gate("cache", now).expect("it is starting");
    process.start(true);
    assert_eq!(
        (process.progress().lifecycle, names(&process)),
        (Lifecycle::Starting, vec!["process/server", "startup/cache"])
    );
    process.serve(now);
    process.start(true);
    assert_eq!((process.progress().lifecycle, names(&process)), (Lifecycle::Starting, vec!["startup/cache"]));
    process.release(&gate, Release::Done, now);
    process.start(false);
    assert_eq!((process.progress().lifecycle, names(&process)), (Lifecycle::Starting, vec![]));
    process.start(true);
    assert_eq!(process.progress().lifecycle, Lifecycle::Ready);
}

#[test]
fn a_gate_that_failed_lets_the_service_start_and_says_so() {
    let now = Moment::now();
    let mut process = served(now);
    let gate = process.gate("cache", now).expect("it is starting");
    process.release(&gate, Release::Failed("no route".into()), now);
    process.start(true);
    assert_eq!(process.progress().lifecycle, Lifecycle::Ready);
    let entry = &process.entries()[0];
    assert_eq!((entry.status(), entry.message()), (Status::Degraded, Some("started without: no route")));
}

#[test]
fn a_gate_that_was_dropped_stays_closed_whatever_follows() {
    let now = Moment::now();
    let mut process = served(now);
    let gate = process.gate("cache", now).expect("it is starting");
    process.release(&gate, Release::Dropped, now);
    process.release(&gate, Release::Done, now);
    process.start(true);
    assert_eq!(process.progress().lifecycle, Lifecycle::Starting);
    assert!(process.entries()[0].message().is_some_and(|message| message.contains("dropped")));
}

#[test]
fn gates_of_one_name_are_told_apart() {
    let now = Moment::now();
    let mut process = served(now);
    assert_eq!(process.gate("shard", now).as_deref(), Some("shard"));
    assert_eq!(process.gate("shard", now).as_deref(), Some("shard-2"));
}

#[test]
fn a_gate_after_the_start_is_none() {
    let now = Moment::now();
    let mut process = served(now);
    process.start(true);
    assert_eq!(process.gate("late", now), None);
}

#[test]
fn a_hold_makes_it_unready_but_does_not_move_the_lifecycle() {
    let now = Moment::now();
    let mut process = served(now);
    process.start(true);
    assert!(process.hold(Holding::Service, Some("reindexing".into()), now));
    assert!(!process.hold(Holding::Service, Some("reindexing".into()), now), "nothing has changed");
    assert_eq!((process.progress().is_ready(), process.progress().lifecycle), (false, Lifecycle::Ready));
    assert_eq!(names(&process), ["process/ready"]);
    assert!(process.hold(Holding::Service, None, now));
    assert!(process.progress().is_ready());
}

#[test]
fn a_drain_is_irrevocable_and_what_had_started_stays_so() {
    let now = Moment::now();
    let mut process = served(now);
    process.start(true);
    assert!(process.drain(now) && !process.drain(now));
    process.start(true);
    let progress = process.progress();
    assert_eq!((progress.lifecycle, progress.started), (Lifecycle::Draining, true));
    process.stop();
    assert_eq!(process.progress().lifecycle, Lifecycle::Stopped);
}

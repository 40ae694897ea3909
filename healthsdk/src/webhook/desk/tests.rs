use std::{
    pin::pin,
    task::{Context, Waker},
    time::{Duration, SystemTime},
};

use super::*;
use crate::{Kind, Status};

fn rings(desk: &Desk, event: &Event) -> bool {
    desk.see(event);
    pin!(desk.rung()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn desk(kinds: Vec<Kind>) -> Desk {
    let rules = Rules { least: Status::Degraded, kinds, quiet: Duration::from_secs(60) };
    Desk::new("x".to_owned(), rules, 8, Deliveries::default())
}

fn moves(from: Status, to: Status) -> Event {
    Event::News(Transition::made("x", from, to, false).into_news())
}

#[test]
fn the_bell_rings_only_where_something_is_queued_or_held_or_nothing_comes_any_more() {
    let (ok, error) = (Status::Ok, Status::Error);
    let now_is = |lifecycle| Event::Lifecycle { lifecycle, at: SystemTime::UNIX_EPOCH };
    let some = desk(Vec::new());
    assert!(!rings(&some, &Event::Thawed { late: Duration::ZERO }));
    assert!(!rings(&some, &now_is(Lifecycle::Ready)));
    assert!(rings(&some, &moves(ok, error)) && rings(&some, &moves(error, ok)), "queued");
    assert!(rings(&some, &moves(ok, error)), "held, which time brings");
    assert!(!rings(&some, &moves(error, ok)), "nobody knows of it");
    assert!(rings(&some, &now_is(Lifecycle::Draining)) && rings(&some, &Event::Closed));
    assert!(!rings(&desk(vec![Kind::Liveness]), &moves(ok, error)), "nobody asked for it");
}

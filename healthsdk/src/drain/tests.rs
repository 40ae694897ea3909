use super::*;

const SECOND: Duration = Duration::from_secs(1);
const NOTHING: UnderWay = UnderWay { requests: 0, holds: 0 };

fn begun(cause: Cause, before: Lifecycle, now: Instant) -> Drain {
    let mut drain = Drain::new(Budget::default());
    drain.begin(cause, before, now);
    drain
}

/// Every step from `from` on, with its seconds after the start, asked for whenever time makes something due.
fn course(drain: &mut Drain, start: Instant, under_way: impl Fn(u64) -> UnderWay) -> Vec<(u64, Step)> {
    let mut steps = Vec::new();
    let mut now = start;
    loop {
        let seconds = (now - start).as_secs();
        while let Some(step) = drain.step(now, under_way(seconds)) {
            steps.push((seconds, step));
        }
        match drain.wake() {
            Some(at) => now = at.max(now),
            None => return steps,
        }
    }
}

#[test]
fn the_listener_stays_open_for_the_delay_and_people_hear_every_five_seconds() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let steps = course(&mut drain, start, |_| NOTHING);
    assert_eq!(
        steps,
        [(5, Step::Report), (10, Step::Stop), (10, Step::Idle), (27, Step::Cut), (28, Step::End)]
    );
}

#[test]
fn who_is_still_starting_stops_at_once() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Starting, start);
    assert_eq!(course(&mut drain, start, |_| NOTHING)[..2], [(0, Step::Stop), (0, Step::Idle)]);
}

#[test]
fn an_interrupt_on_a_terminal_stops_at_once_and_one_without_does_not() {
    let start = Instant::now();
    for (terminal, stops) in [(true, 0), (false, 10)] {
        let mut drain = begun(Cause::Interrupt { terminal }, Lifecycle::Ready, start);
        let steps = course(&mut drain, start, |_| NOTHING);
        assert!(steps.contains(&(stops, Step::Stop)), "{steps:?}");
    }
}

#[test]
fn a_hold_delays_the_stop_and_leaves_requests_their_time() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let released_at = |at| move |now: u64| UnderWay { requests: 0, holds: usize::from(now < at) };
    let steps = course(&mut drain, start, released_at(15));
    assert!(steps.contains(&(15, Step::Stop)), "{steps:?}");

    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let steps = course(&mut drain, start, released_at(u64::MAX));
    assert!(steps.contains(&(23, Step::Stop)), "28 s less 5 s for requests: {steps:?}");
}

#[test]
fn what_is_under_way_when_the_grace_period_ends_is_cut_before_it_and_then_the_server_is_ended() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let steps = course(&mut drain, start, |_| UnderWay { requests: 1, holds: 1 });
    assert_eq!(steps[steps.len() - 2..], [(27, Step::Cut), (28, Step::End)]);
}

#[test]
fn without_a_delay_requests_are_cut_before_the_servers_own_time_is_over() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Starting, start);
    let steps = course(&mut drain, start, |_| UnderWay { requests: 1, holds: 0 });
    assert!(steps.contains(&(17, Step::Cut)), "of 18 s: {steps:?}");
}

#[test]
fn the_end_comes_with_the_last_request() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let steps = course(&mut drain, start, |now| UnderWay { requests: usize::from(now < 15), holds: 0 });
    assert_eq!(steps[..4], [(5, Step::Report), (10, Step::Stop), (10, Step::Report), (15, Step::Idle)]);
}

#[test]
fn signals_within_a_second_and_further_terminations_change_nothing() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let interrupt = Cause::Interrupt { terminal: false };
    assert_eq!(drain.again(interrupt, start + SECOND / 2), Again::Nothing);
    assert_eq!(drain.again(Cause::Terminate, start + 3 * SECOND), Again::Nothing);
    assert_eq!(drain.again(Cause::Call, start + 3 * SECOND), Again::Nothing);
    assert_eq!(drain.wake(), Some(start + 5 * SECOND));
}

#[test]
fn a_later_interrupt_ends_the_delay_and_all_holds_and_one_more_ends_the_process() {
    let start = Instant::now();
    let mut drain = begun(Cause::Terminate, Lifecycle::Ready, start);
    let (interrupt, later) = (Cause::Interrupt { terminal: false }, start + 2 * SECOND);
    let under_way = UnderWay { requests: 1, holds: 1 };
    assert_eq!(drain.step(later, under_way), None);
    assert_eq!(drain.again(interrupt, later), Again::Hurries);
    assert_eq!(drain.step(later, under_way), Some(Step::Stop));
    assert_eq!(drain.again(interrupt, later + SECOND / 2), Again::Nothing, "who forwards signals sends two");
    assert_eq!(drain.again(interrupt, later + SECOND), Again::Ends);
}

#[test]
fn a_second_beginning_does_not_start_the_time_again() {
    let start = Instant::now();
    let mut drain = begun(Cause::Call, Lifecycle::Ready, start);
    drain.begin(Cause::Terminate, Lifecycle::Draining, start + 8 * SECOND);
    let steps = course(&mut drain, start, |_| NOTHING);
    assert!(steps.contains(&(10, Step::Stop)), "{steps:?}");
}

#[test]
fn the_shutdown_timeout_is_what_delay_and_margin_leave() {
    assert_eq!(Budget::default().shutdown_timeout(), 18);
    let budget = Budget { delay: Duration::ZERO, grace: 10 * SECOND };
    assert_eq!((budget.shutdown_timeout(), budget.fault()), (8, None));
    let budget = Budget { delay: 10 * SECOND, grace: 13 * SECOND };
    assert!(budget.fault().expect("no time is left").contains("at least 14s"));
    let budget = Budget { delay: Duration::MAX, grace: Duration::MAX };
    assert!(budget.fault().expect("no clock goes as far").contains("24 h"));
}

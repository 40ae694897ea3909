//! Promise 6: no flapping, and logs that tell each change once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use healthsdk::{Check, Details, Kind, Monitor, Scope, Status};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::{Logs, Service, eventually};
use tracing::Level;

const SOON: Duration = Duration::from_secs(20);

/// A dependency that the test switches.
#[derive(Clone, Default)]
struct Switch(Arc<(AtomicBool, AtomicU32)>);

impl Switch {
    fn check(&self, name: &'static str) -> Check {
        let switch = self.clone();
        let check = Check::new(name, move || {
            switch.0.1.fetch_add(1, Ordering::SeqCst);
            let down = switch.0.0.load(Ordering::SeqCst);
            async move { if down { Err("connection refused") } else { Ok(()) } }
        });
        check.interval(Duration::from_millis(40)).retry_interval(Duration::from_millis(20))
    }

    fn set_down(&self, down: bool) {
        self.0.0.store(down, Ordering::SeqCst);
    }

    fn runs(&self) -> u32 {
        self.0.1.load(Ordering::SeqCst)
    }

    /// Lets so many more runs be begun.
    fn let_run(&self, more: u32) {
        let until = self.runs() + more;
        eventually("it runs on", SOON, || self.runs() >= until);
    }
}

fn serve(check: Check) -> Service {
    let monitor = Monitor::builder().linked(false).details(Details::Always).check(check).build();
    Service::start(monitor.expect("the check is legal").probes())
}

fn ready(service: &Service) -> bool {
    http::get(service.addr(), "/readyz").status == 200
}

#[test]
fn a_failure_shows_at_the_failure_threshold_and_recovery_at_the_success_threshold() {
    let switch = Switch::default();
    let service = serve(switch.check("thresholds").failure_threshold(5).success_threshold(4));
    eventually("it passes", SOON, || ready(&service));
    switch.set_down(true);
    eventually("it is out", SOON, || {
        let answer = http::get(service.addr(), "/readyz");
        let failures = answer.json()["checks"]["thresholds"]["failures"].as_u64().expect("a number");
        assert_eq!(answer.status == 503, failures >= 5, "{}", answer.text());
        answer.status == 503
    });
    switch.set_down(false);
    let before = switch.runs();
    eventually("it is in again", SOON, || ready(&service));
    assert!(switch.runs() - before >= 4, "after {} runs", switch.runs() - before);
}

#[test]
fn each_change_is_logged_once_with_the_reason_and_never_a_line_a_probe() {
    let logs = Logs::of_process();
    let switch = Switch::default();
    let service = serve(switch.check("logged-once"));
    eventually("it passes", SOON, || ready(&service));
    let mut prober = Client::connect(service.addr(), SOON).expect("it listens");
    let mut probe = || {
        for _ in 0..50 {
            prober.get("/readyz").expect("it answers");
        }
    };

    switch.set_down(true);
    let failed = logs.logged(Level::WARN, "`logged-once` failed", SOON);
    assert_eq!(failed.fields["reason"], "connection refused");
    assert_eq!((&*failed.fields["from"], &*failed.fields["to"]), ("ok", "error"));
    probe();
    switch.let_run(10);

    switch.set_down(false);
    let recovered = logs.logged(Level::INFO, "`logged-once` recovered", SOON);
    let lasted: f64 = recovered.fields["lasted_seconds"].parse().expect("seconds");
    assert!(lasted > 0.0 && lasted < 60.0);
    assert!(recovered.fields["failures"].parse::<u32>().expect("a number") >= 3);
    probe();
    switch.let_run(10);

    let lines = logs.with("logged-once");
    assert_eq!(lines.len(), 3, "the start, the failure and the recovery: {lines:#?}");
}

#[test]
fn one_start_up_line_lists_the_checks_and_the_seconds_until_a_failure_shows_and_to_drain() {
    let logs = Logs::of_process();
    let monitor = Monitor::builder()
        .linked(false)
        .check(Check::new("line-a", || async {}).kind(Kind::Liveness).kind(Kind::Readiness))
        .check(Check::new("line-b", || async {}).scope(Scope::Shared).interval(Duration::from_mins(1)))
        .build()
        .expect("the checks are legal");
    drop(monitor);
    let line =
        logs.logged(Level::INFO, "line-a (liveness+readiness, local), line-b (readiness, shared)", SOON);
    let seconds = "a failure shows within 24.5 s, of `line-a` the latest; a stop takes 10 to 28 s";
    assert!(line.message.ends_with(seconds), "{line}");
    assert_eq!(logs.with("line-a").len(), 1);
}

#[test]
fn a_check_that_has_never_passed_is_told_of_once_with_the_reason() {
    let logs = Logs::of_process();
    let switch = Switch::default();
    switch.set_down(true);
    let service = serve(switch.check("never-passed"));
    let line = logs.logged(Level::WARN, "`never-passed` has not passed yet", SOON);
    assert_eq!(line.fields["reason"], "connection refused");
    switch.let_run(10);
    assert_eq!(logs.with("`never-passed` has").len(), 1);
    assert!(!ready(&service));
    switch.set_down(false);
    let recovered = logs.logged(Level::INFO, "`never-passed` recovered", SOON);
    assert_eq!((&*recovered.fields["from"], &*recovered.fields["to"]), ("error", "ok"));
    let lasted =
        |line: &healthsdk_tests::logs::Line| line.fields["lasted_seconds"].parse::<f64>().expect("seconds");
    assert!(lasted(&recovered) > lasted(&line), "both count from the start");
    assert!(!recovered.fields.contains_key("reason"), "nothing is wrong any more");
}

#[test]
fn what_all_replicas_share_takes_none_of_them_out_once_it_has_passed() {
    let switch = Switch::default();
    switch.set_down(true);
    let service = serve(switch.check("shared").scope(Scope::Shared));
    switch.let_run(10);
    assert!(!ready(&service), "it must pass once");
    switch.set_down(false);
    eventually("it passes", SOON, || ready(&service));
    switch.set_down(true);
    eventually("it is degraded", SOON, || {
        http::get(service.addr(), "/readyz").json()["status"] == "degraded"
    });
    assert!(ready(&service));
}

#[test]
fn a_failure_counts_as_what_failure_status_says() {
    for (status, word) in [(Status::Degraded, "degraded"), (Status::Ok, "ok")] {
        let switch = Switch::default();
        let service = serve(switch.check("counts-as").failure_status(status));
        assert!(ready(&service), "it holds nothing");
        switch.set_down(true);
        eventually("the failure is told", SOON, || {
            let body = http::get(service.addr(), "/readyz").json();
            body["checks"]["counts-as"]["failures"].as_u64() >= Some(3) && body["status"] == word
        });
        assert!(ready(&service));
    }
}

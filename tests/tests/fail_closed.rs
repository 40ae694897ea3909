//! Promise 3: what is wrong is told at the start, all of it, with the place and what to write instead, and an empty registry is
//! never healthy.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use healthsdk::{
    BuildError, Check, Details, Health, Kind, Monitor, Paths, Report, check, health_check, health_route,
};
use healthsdk_tests::{Logs, Service, http};
use tracing::Level;

struct Orders;
struct Mail;

#[health_check]
async fn takes_two(_orders: web::Data<Orders>, _mail: Arc<Mail>) {}

#[health_check(name = "takes-one")]
async fn takes_one(_mail: web::Data<Mail>) {}

#[health_check]
fn takes_none() {}

fn faults(result: Result<Monitor, BuildError>) -> Vec<String> {
    result.expect_err("it is refused").faults().map(str::to_owned).collect()
}

/// The only fault, which tells all of this.
#[track_caller]
fn one_fault(result: Result<Monitor, BuildError>, told: &[&str]) {
    let faults = faults(result);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for told in told {
        assert!(faults[0].contains(told), "{told:?} is not in: {}", faults[0]);
    }
}

fn noop(name: &'static str) -> Check {
    Check::new(name, || async {})
}

#[test]
fn every_missing_type_of_every_check_is_told_at_once() {
    let faults = faults(Monitor::builder().build());
    assert_eq!(faults.len(), 3, "{faults:#?}");
    let told = |name: &str, data: &str| {
        faults.iter().any(|fault| {
            fault.contains(&format!("check `{name}` at tests/tests/fail_closed.rs:"))
                && fault.contains(&format!("needs `fail_closed::{data}`"))
                && fault.contains(".data(web::Data::new(...))")
        })
    };
    assert!(
        told("takes-one", "Mail") && told("takes_two", "Orders") && told("takes_two", "Mail"),
        "{faults:#?}"
    );
}

#[test]
fn data_given_as_one_wrapper_is_taken_as_the_other() {
    let monitor = Monitor::builder().data(Arc::new(Orders)).data(web::Data::new(Mail)).build();
    assert!(monitor.is_ok(), "{monitor:?}");
}

#[test]
fn data_given_twice_is_told() {
    let builder =
        Monitor::builder().linked(false).allow_empty().data(Arc::new(Mail)).data(web::Data::new(Mail));
    one_fault(builder.build(), &["was given `fail_closed::Mail` twice", "give it once"]);
}

#[test]
fn two_checks_of_one_name_are_told_with_both_places() {
    let twin = Check::new("twin", || async {});
    let result = Monitor::builder().linked(false).check(noop("twin")).check(twin).build();
    one_fault(result, &["two checks are named `twin`", "tests/tests/fail_closed.rs:", "name = "]);
    let result = Monitor::builder().linked(false).check(noop("twin")).check(noop("twin")).build();
    one_fault(
        result,
        &["two checks made at tests/tests/fail_closed.rs:", "named `twin`", "a name of its own"],
    );
}

#[test]
fn registering_by_hand_what_is_linked_too_is_no_duplicate() {
    let monitor = Monitor::builder()
        .register(check!(takes_none))
        .register(check!(self::takes_none))
        .only(["takes_none"])
        .build();
    assert!(monitor.is_ok(), "{monitor:?}");
}

#[test]
fn an_expected_check_that_is_not_linked_is_told_with_how_to_link_it() {
    let result = Monitor::builder().only(["takes_none"]).expect_checks(["takes_none", "absent"]).build();
    one_fault(
        result,
        &["check `absent` is expected", "use my_checks as _;", "takes-one, takes_none, takes_two"],
    );
}

#[test]
fn an_empty_registry_is_an_error_and_never_healthy() {
    one_fault(
        Monitor::builder().linked(false).build(),
        &["no check is registered", "#[health_check]", ".allow_empty()"],
    );
    assert!(Monitor::builder().linked(false).allow_empty().build().is_ok());
}

#[test]
fn only_and_without_act_before_validation_and_know_their_names() {
    assert!(Monitor::builder().only(["takes_none"]).build().is_ok());
    assert!(Monitor::builder().without(["takes-one", "takes_two"]).build().is_ok());
    let result = Monitor::builder().only(["takes_none"]).without(["takes_nun"]).build();
    one_fault(result, &["`.without(..)` names `takes_nun`", "takes_none"]);
    let faults = faults(Monitor::builder().only(["takes_nun"]).build());
    assert!(faults[0].contains("`.only(..)` names `takes_nun`"), "{faults:#?}");
}

#[test]
fn ill_formed_names_and_tags_are_told_with_the_legal_characters() {
    let long = "x".repeat(65);
    for name in ["", " ", "a b", "_a", "-a", "ä", "a/b", "a:b", "a\n", &long] {
        let result = Monitor::builder().linked(false).check(Check::new(name.to_owned(), || async {})).build();
        one_fault(result, &["is not legal", "ASCII letters, digits"]);
    }
    let result = Monitor::builder().linked(false).check(noop("fine").tags(["not fine"])).build();
    one_fault(result, &["check `fine`", "tag `not fine`"]);
    for name in ["a", "A.b-c_d", "0", &long[1..]] {
        let result = Monitor::builder().linked(false).check(Check::new(name.to_owned(), || async {})).build();
        assert!(result.is_ok(), "{name}");
    }
}

#[test]
fn contradicting_options_of_a_run_time_check_are_told() {
    let second = Duration::from_secs(1);
    let cases: [(Check, &str); 12] = [
        (noop("x").ttl(second).interval(second), "write one"),
        (noop("x").ttl(second).initial_delay(second), "write one"),
        (noop("x").timeout(Duration::ZERO), "`timeout` is 0ns"),
        (noop("x").interval(Duration::MAX), "at most 24 h"),
        (noop("x").timeout(Duration::MAX), "at most 24 h"),
        (noop("x").ttl(Duration::MAX), "at most 24 h"),
        (noop("x").ttl(second).retry_interval(Duration::MAX), "at most 24 h"),
        (noop("x").failure_threshold(0), "`failure_threshold` is 0"),
        (noop("x").success_threshold(0), "`success_threshold` is 0"),
        (noop("x").cancel_after(second / 2), "must be shorter than `cancel_after`"),
        (noop("x").degraded_above(second), "must be shorter than `timeout`"),
        (noop("x").interval(second).retry_interval(second * 2), "must not be longer than `interval`"),
    ];
    for (check, told) in cases {
        one_fault(Monitor::builder().linked(false).check(check).build(), &["check `x` at tests/", told]);
    }
}

#[test]
fn a_deadline_a_ttl_and_paths_are_examined() {
    let empty = || Monitor::builder().linked(false).allow_empty();
    one_fault(empty().deadline(Duration::ZERO).build(), &[".deadline(0ns)", "longer than zero"]);
    one_fault(empty().ttl(Duration::ZERO).build(), &[".ttl(0ns)", "longer than zero"]);
    one_fault(empty().ttl(Duration::MAX).build(), &["at most 24 h"]);
    one_fault(empty().paths(Paths::default().liveness("livez")).build(), &["path `livez`", "like `/livez`"]);
    one_fault(empty().paths(Paths::default().liveness("/{x}")).build(), &["path `/{x}`"]);
    one_fault(empty().paths(Paths::default().everything("/health*")).build(), &["path `/health*`"]);
    one_fault(empty().paths(Paths::default().liveness("/readyz")).build(), &["path `/readyz`", "two probes"]);
}

#[test]
fn all_faults_come_in_one_error_which_reads_the_same_everywhere() {
    let result =
        Monitor::builder().check(noop("takes_none")).check(noop("a b")).expect_checks(["absent"]).build();
    let error = result.expect_err("it is refused");
    println!("{error}");
    assert_eq!(error.faults().count(), 6);
    assert_eq!(format!("{error:?}"), error.to_string());
    let text = error.to_string();
    let io = io::Error::from(error);
    assert_eq!((io.kind(), io.to_string()), (io::ErrorKind::InvalidInput, text));
}

#[actix_web::get("/own")]
#[health_route(kind = "readiness")]
async fn own(health: Health) -> Report {
    health.status()
}

#[test]
fn a_route_without_a_monitor_where_the_process_has_one_answers_503_and_logs_how_to_mend_it() {
    let logs = Logs::of_process();
    let _elsewhere = Monitor::builder().only(["takes_none"]).build().expect("it is legal");
    let service = Service::start(|config| {
        config.service(own);
    });
    for _ in 0..3 {
        assert_eq!(http::get(service.addr(), "/own").status, 503);
    }
    logs.logged(Level::ERROR, ".configure(monitor.probes())", Duration::from_secs(10));
    assert_eq!(logs.with("has no monitor").len(), 1, "once");
}

#[test]
fn readiness_waits_for_every_readiness_check_and_startup_for_every_startup_check() {
    let gate = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let gated = |name: &'static str| {
        let gate = Arc::clone(&gate);
        let check = Check::new(name, move || {
            let open = gate.load(std::sync::atomic::Ordering::SeqCst);
            async move { if open { Ok(()) } else { Err("not yet") } }
        });
        check.interval(Duration::from_millis(50)).retry_interval(Duration::from_millis(20))
    };
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .check(gated("migrations").kind(Kind::Startup))
        .check(noop("fine"))
        .build()
        .expect("the checks are legal");
    let service = Service::start(monitor.probes());
    let status = |path: &str| http::get(service.addr(), path).status;
    healthsdk_tests::eventually("the readiness check itself passes", Duration::from_secs(10), || {
        http::get(service.addr(), "/readyz").json()["checks"]["fine"]["status"] == "ok"
    });
    assert_eq!((status("/startupz"), status("/readyz"), status("/livez")), (503, 503, 200));
    assert_eq!(http::get(service.addr(), "/readyz").json()["lifecycle"], "starting");
    gate.store(true, std::sync::atomic::Ordering::SeqCst);
    healthsdk_tests::eventually("it has started", Duration::from_secs(10), || status("/startupz") == 200);
    assert_eq!(status("/readyz"), 200);
    gate.store(false, std::sync::atomic::Ordering::SeqCst);
    for _ in 0..50 {
        assert_eq!((status("/startupz"), status("/readyz")), (200, 200), "latched");
    }
}

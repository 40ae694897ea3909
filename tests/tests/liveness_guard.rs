//! Promise 4: nobody is restarted for another's fault. What the compiler refuses is in `ui/`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use healthsdk::{Check, Details, Kind, Monitor, check, health_check};
use healthsdk_tests::{Service, eventually, http};

struct Database;

#[health_check(kind = ["liveness", "startup"], allow_dependency)]
async fn allowed(_database: web::Data<Database>) {}

#[health_check(kind = "readiness")]
async fn readiness_may(_database: Arc<Database>) {}

/// As the attribute would write it, if it let one.
static SMUGGLED: healthsdk::Registration = healthsdk::Registration::new("smuggled", |context| {
    let database = context.get::<Arc<Database>>()?;
    Some(healthsdk::__private::Start::future(move || {
        let _database = database.give();
        async {}
    }))
})
.kind(Kind::Liveness);

#[test]
fn a_liveness_check_that_takes_data_must_say_so() {
    let with = |registration| {
        Monitor::builder().linked(false).data(Arc::new(Database)).register(registration).build()
    };
    assert!(with(check!(allowed)).is_ok());
    assert!(with(check!(readiness_may)).is_ok());
    let error = with(&SMUGGLED).expect_err("it is refused").to_string();
    assert!(error.contains("a liveness check takes injected data (`liveness_guard::Database`)"), "{error}");
    assert!(error.contains("allow_dependency"), "{error}");
}

#[test]
fn a_failing_dependency_never_fails_liveness() {
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .check(Check::new("database", || async { Err::<(), _>("connection refused") }).failure_threshold(1))
        .check(Check::new("migrations", || async { Err::<(), _>("missing") }).kind(Kind::Startup))
        .check(Check::new("process", || async {}).kind(Kind::Liveness))
        .build()
        .expect("the checks are legal");
    let service = Service::start(monitor.probes());
    eventually("both have failed", Duration::from_secs(10), || {
        let checks = http::get(service.addr(), "/health").json()["checks"].clone();
        checks["database"]["failures"].as_u64() >= Some(1)
            && checks["migrations"]["failures"].as_u64() >= Some(1)
    });
    assert_eq!(http::get(service.addr(), "/readyz").status, 503);
    assert_eq!(http::get(service.addr(), "/livez").status, 200);
}

#[test]
fn a_liveness_check_that_has_not_passed_yet_kills_nobody() {
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .check(
            Check::new("young", || async { Err::<(), _>("still loading") })
                .kind(Kind::Liveness)
                .kind(Kind::Readiness),
        )
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    eventually("it has failed more often than the threshold", Duration::from_secs(20), || {
        http::get(service.addr(), "/livez").json()["checks"]["young"]["failures"].as_u64() > Some(3)
    });
    assert_eq!(http::get(service.addr(), "/livez").status, 200);
    assert_eq!(http::get(service.addr(), "/readyz").status, 503);
}

#[test]
fn a_liveness_check_that_fails_after_it_passed_is_told_to_the_orchestrator() {
    let flag = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let alive = Arc::clone(&flag);
    let check = Check::new("wedged", move || {
        let alive = alive.load(std::sync::atomic::Ordering::SeqCst);
        async move { if alive { Ok(()) } else { Err("wedged") } }
    });
    let check = check
        .kind(Kind::Liveness)
        .interval(Duration::from_millis(50))
        .retry_interval(Duration::from_millis(20));
    let monitor =
        Monitor::builder().linked(false).details(Details::Always).check(check).build().expect("it is legal");
    let service = Service::start(monitor.probes());
    let answer = || http::get(service.addr(), "/livez");
    eventually("it passes", Duration::from_secs(10), || {
        answer().json()["checks"]["wedged"]["status"] == "ok"
    });
    flag.store(false, std::sync::atomic::Ordering::SeqCst);
    eventually("liveness fails", Duration::from_secs(10), || answer().status == 503);
}

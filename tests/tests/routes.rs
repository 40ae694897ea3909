//! Handlers of the user's own, in every way that actix-web mounts them, and probes beside what an `App` has besides.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use actix_web::{
    App, HttpRequest, HttpResponse, Responder, dev::Service as _, get, route, routes, test, web,
};
use healthsdk::{BuildInfo, Check, Details, Health, Kind, Monitor, Paths, Report, build_info, health_route};
use healthsdk_tests::{Service, eventually, http};
use serde_json::Value;

struct Queue(usize);

#[get("/below")]
#[health_route(kind = "readiness")]
async fn below(health: Health) -> Report {
    health.status()
}

#[health_route(kind = "readiness")]
#[get("/above")]
async fn above(health: Health) -> Report {
    health.status()
}

#[routes]
#[get("/several/a")]
#[get("/several/b")]
#[health_route]
async fn several(health: Health) -> Report {
    health.status()
}

#[route("/methods", method = "GET", method = "HEAD")]
#[health_route]
async fn methods(health: Health) -> Report {
    health.status()
}

#[health_route(tags = ["storage", "queue"])]
async fn by_hand(
    request: HttpRequest,
    path: web::Path<String>,
    mut health: Health,
    queue: web::Data<Queue>,
) -> impl Responder {
    assert_eq!(request.match_info().get("word"), Some(path.as_str()));
    health.degraded("queue", format!("{} waiting", queue.0));
    health.status()
}

#[get("/response")]
#[health_route(kind = ["liveness", "startup"])]
async fn response(health: Health) -> HttpResponse {
    let names: Vec<_> = health.status().entries().map(|entry| entry.name().to_owned()).collect();
    HttpResponse::Ok().json(names)
}

#[get("/result")]
#[health_route]
async fn result(Health { .. }: Health) -> actix_web::Result<(Report, StatusCode)> {
    Ok((Health::new().status(), StatusCode::IM_A_TEAPOT))
}

fn monitor(paths: Paths) -> Monitor {
    let builder = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .paths(paths)
        .build_info(build_info!())
        .commit("abc")
        .check(Check::new("database", || async {}).tags(["storage"]))
        .check(Check::new("mail", || async {}).tags(["other"]))
        .check(Check::new("process", || async {}).kind(Kind::Liveness))
        .check(Check::new("queue", || async {}).tags(["queue"]));
    builder.build().expect("the checks are legal")
}

fn service() -> Service {
    let probes = monitor(Paths::default()).probes();
    let service = Service::start(move |config: &mut ServiceConfig| {
        probes(config);
        config.app_data(web::Data::new(Queue(7)));
        config
            .service(below)
            .service(above)
            .service(several)
            .service(methods)
            .service(response)
            .service(result);
        config.route("/by-hand/{word}", web::get().to(by_hand));
    });
    eventually("all pass", Duration::from_secs(10), || {
        http::get(service.addr(), "/health").text().matches("pending").count() == 0
    });
    service
}

fn names(body: &Value) -> Vec<&str> {
    body["checks"].as_object().expect("there are checks").keys().map(String::as_str).collect()
}

#[std::prelude::v1::test]
fn a_route_works_wherever_it_is_mounted() {
    let service = service();
    for (path, expected) in [
        ("/below", &["database", "mail", "queue"][..]),
        ("/above", &["database", "mail", "queue"]),
        ("/several/a", &["database", "mail", "process", "queue"]),
        ("/several/b", &["database", "mail", "process", "queue"]),
        ("/methods", &["database", "mail", "process", "queue"]),
        ("/by-hand/word", &["database", "queue"]),
    ] {
        let answer = http::get(service.addr(), path);
        assert_eq!((answer.status, names(&answer.json())), (200, expected.to_vec()), "{path}");
    }
    let head =
        http::request(service.addr(), b"HEAD /methods HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(head.expect("it answers").status, 200);
}

#[std::prelude::v1::test]
fn a_route_returns_whatever_responds() {
    let service = service();
    assert_eq!(http::get(service.addr(), "/response").text(), r#"["process"]"#);
    assert_eq!(http::get(service.addr(), "/result").status, 418);
}

#[std::prelude::v1::test]
fn where_a_name_is_in_both_the_worse_counts() {
    let body = http::get(service().addr(), "/by-hand/word").json();
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["checks"]["queue"]["message"], "7 waiting");
}

#[std::prelude::v1::test]
fn the_service_is_told_of_to_whom_details_are_allowed() {
    let body = http::get(service().addr(), "/livez").json();
    assert_eq!((&body["service"], &body["commit"]), (&"healthsdk-tests".into(), &"abc".into()));
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert!(body["started_at"].is_string());
    let first = BuildInfo::new("a", "b", &[None, Some(""), Some("first"), Some("second")]);
    let monitor = Monitor::builder().linked(false).allow_empty().details(Details::Always).build_info(first);
    let service = Service::start(monitor.build().expect("it is legal").probes());
    assert_eq!(http::get(service.addr(), "/livez").json()["commit"], "first");
}

#[actix_web::test]
async fn paths_are_moved_and_left_out() {
    let paths =
        Paths::default().liveness("/internal/alive").readiness(String::from("/ready")).everything(None);
    let app = test::init_service(App::new().configure(monitor(paths).probes())).await;
    for (path, found) in [
        ("/internal/alive", true),
        ("/ready", true),
        ("/startupz", true),
        ("/livez", false),
        ("/readyz", false),
        ("/health", false),
    ] {
        let request = test::TestRequest::get().uri(path).to_request();
        let answer = test::call_service(&app, request).await;
        assert_eq!(answer.status() != StatusCode::NOT_FOUND, found, "{path}");
    }
}

#[actix_web::test]
async fn probes_below_each_other_keep_to_their_own_paths_in_a_scope_and_out_of_one() {
    let (ready, all) = (["database", "mail", "queue"].as_slice(), ["database", "mail", "process", "queue"]);
    let answers = [
        ("/health", Some(all.as_slice())),
        ("/health/", Some(&all)),
        ("/health/database", Some(&["database"])),
        ("/health/live", Some(&["process"])),
        ("/health/live/", Some(&["process"])),
        ("/health/live/process", Some(&["process"])),
        ("/health/live/database", None),
        ("/health/live/process/", None),
        ("/health/live/process/more", None),
        ("/health/livelier", None),
        ("/health/live/ready", None),
        ("/health/ready", Some(ready)),
        ("/health/ready/", Some(ready)),
        ("/health/ready/mail", Some(&["mail"])),
        ("/health/ready/process", None),
        ("/health//live", None),
        ("/healthy", None),
        ("/live", None),
    ];
    let paths = || Paths::default().liveness("/health/live").readiness("/health/ready/").startup(None);
    for scope in ["", "/internal", "/internal/deep"] {
        let probes = web::scope(scope).configure(monitor(paths()).probes());
        let app = test::init_service(App::new().service(probes)).await;
        for (path, expected) in answers {
            let path = format!("{scope}{path}");
            let answer = test::call_service(&app, test::TestRequest::get().uri(&path).to_request()).await;
            let found = answer.status() != StatusCode::NOT_FOUND;
            assert_eq!(found, expected.is_some(), "{path}: {}", answer.status());
            if let Some(expected) = expected {
                let body: Value = test::read_body_json(answer).await;
                assert_eq!(names(&body), expected, "{path}");
            }
        }
    }
}

#[actix_web::test]
async fn probes_come_before_a_scope_that_takes_everything() {
    let monitor = monitor(Paths::default());
    let login = || {
        web::scope("").wrap_fn(|request, service| {
            let _ = &service;
            let refused = HttpResponse::Unauthorized().finish();
            async move { Ok(request.into_response(refused)) }
        })
    };
    let app = test::init_service(App::new().configure(monitor.probes()).service(login())).await;
    for path in ["/livez", "/readyz", "/startupz", "/health"] {
        let answer = app.call(test::TestRequest::get().uri(path).to_request()).await.expect("it answers");
        assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let other = app.call(test::TestRequest::get().uri("/other").to_request()).await.expect("it answers");
    assert_eq!(other.status(), StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn a_monitor_given_as_app_data_serves_routes_without_probes() {
    for wrapped in [false, true] {
        let (monitor, mut app) = (monitor(Paths::default()), App::new().service(below));
        app = if wrapped { app.app_data(web::Data::new(monitor)) } else { app.app_data(monitor) };
        let app = test::init_service(app).await;
        let request = test::TestRequest::get().uri("/below").to_request();
        let body: Value = test::call_and_read_body_json(&app, request).await;
        assert_eq!(names(&body), ["database", "mail", "queue"]);
    }
}

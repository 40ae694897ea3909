//! The maintenance file takes the service out of traffic, and its removal brings it back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::{Logs, Service, eventually, http};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);
const NAME: &str = "process/maintenance";

fn service(file: &Path) -> (Monitor, Service) {
    let check = Check::new("fine", || async {}).interval(Duration::from_millis(200));
    let builder = Monitor::builder().linked(false).details(Details::Always).check(check);
    let monitor = builder.maintenance_file(file).build().expect("the check is legal");
    let service = Service::start(monitor.probes());
    eventually("it has begun", SOON, || status(&service, "/startupz") == 200);
    (monitor, service)
}

fn status(service: &Service, path: &str) -> u16 {
    http::get(service.addr(), path).status
}

fn entry(service: &Service) -> Value {
    http::get(service.addr(), "/readyz").json()["checks"][NAME].clone()
}

#[test]
fn while_the_file_exists_readiness_alone_is_out_with_its_first_line_and_nothing_more_is_logged() {
    let logs = Logs::of_process();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("maintenance");
    let (_monitor, service) = service(&file);
    eventually("it is ready", SOON, || status(&service, "/readyz") == 200);
    fs::write(&file, "  disk is replaced \nticket 7\n").expect("the folder is there");
    eventually("it is out", SOON, || status(&service, "/readyz") == 503);
    assert_eq!(entry(&service)["message"], "disk is replaced");
    assert_eq!((status(&service, "/livez"), status(&service, "/startupz")), (200, 200));
    let looked = entry(&service)["checked_at"].clone();
    eventually("it was looked for again", SOON, || entry(&service)["checked_at"] != looked);
    fs::remove_file(&file).expect("it is there");
    eventually("it is back", SOON, || status(&service, "/readyz") == 200);
    eventually("both are logged", SOON, || {
        logs.with("disk is replaced").len() + logs.with("recovered").len() == 2
    });
}

#[test]
fn a_file_that_is_there_from_the_start_holds_readiness_from_the_start() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("maintenance");
    fs::write(&file, "").expect("the folder is there");
    let (_monitor, service) = service(&file);
    eventually("it was looked for", SOON, || entry(&service)["message"] == "maintenance");
    assert_eq!(status(&service, "/readyz"), 503);
    fs::remove_file(&file).expect("it is there");
    eventually("it is ready", SOON, || status(&service, "/readyz") == 200);
}

#[test]
fn a_file_that_cannot_be_looked_for_is_degraded() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let no_folder = folder.path().join("file");
    fs::write(&no_folder, "").expect("the folder is there");
    let (_monitor, service) = service(&no_folder.join("maintenance"));
    eventually("it is told", SOON, || entry(&service)["status"] == "degraded");
    assert_eq!(status(&service, "/readyz"), 200);
    let message = entry(&service)["message"].as_str().expect("a reason").to_owned();
    assert!(message.contains("cannot be looked at"), "{message}");
}

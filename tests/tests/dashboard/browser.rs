use std::time::Duration;

use healthsdk_tests::servers::{Browser, Chromium};
use healthsdk_tests::{eventually_some, need};
use serde_json::{Value, json};

use crate::service::{OWN, SOON, Switch, all};

/// Within this the page follows.
const FOLLOWS: Duration = Duration::from_secs(2);

/// Keeps, in the page, when a check was first seen in each state, on the page's own clock.
const WATCH: &str = "
    window.seen = [];
    const row = document.querySelector(`[data-name='${arguments[0]}']`);
    const note = () => {
        const state = row.dataset.state;
        if (window.seen.at(-1)?.state !== state) window.seen.push({ state, at: Date.now() });
    };
    note();
    new MutationObserver(note).observe(row, { attributes: true });";

/// The state of a check when it was last seen to change, and when that was.
fn seen(browser: &Browser<'_>) -> Option<(String, u64)> {
    let last = browser.run("return window.seen.at(-1)", &[]);
    Some((last["state"].as_str()?.to_owned(), last["at"].as_u64()?))
}

fn now() -> u64 {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is later than 1970");
    now.as_millis().try_into().expect("it is not that late")
}

fn mode(browser: &Browser<'_>) -> String {
    let mode = browser.run("return document.getElementById('connection').dataset.mode", &[]);
    mode.as_str().unwrap_or_default().to_owned()
}

fn until_mode(browser: &Browser<'_>, wanted: &str) {
    eventually_some(&format!("the page is {wanted}"), SOON, || (mode(browser) == wanted).then_some(()));
}

/// Breaks and mends `redis`, and holds when the page shows it.
fn follows(browser: &Browser<'_>, switch: &Switch) {
    browser.run(WATCH, &[json!("redis")]);
    for (fails, expected) in [(true, "error"), (false, "ok")] {
        let began = now();
        switch.fail(fails);
        let at = eventually_some(&format!("the page shows {expected}"), SOON, || {
            seen(browser).filter(|(state, _)| state == expected).map(|(_, at)| at)
        });
        println!("{expected} was shown after {} ms", at.saturating_sub(began));
        assert!(
            u128::from(at.saturating_sub(began)) < FOLLOWS.as_millis(),
            "{expected} came after {} ms",
            at - began
        );
    }
}

/// What a person would see in the developer tools: no complaint, and no request to another host.
fn is_quiet(browser: &Browser<'_>, origin: &str) {
    let complaints = browser.log("browser");
    assert!(complaints.is_empty(), "{complaints:#?}");
    let mut requests = 0;
    for entry in browser.log("performance") {
        let event: Value =
            serde_json::from_str(entry["message"].as_str().unwrap_or_default()).expect("it is JSON");
        if event["message"]["method"] == "Network.requestWillBeSent" {
            let url = event["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned();
            let own = url.starts_with(&format!("{origin}/")) || url.starts_with("data:");
            assert!(own, "{url}");
            requests += 1;
        }
    }
    assert!(requests > 0, "the page itself was asked for");
}

fn origin(service: &healthsdk_tests::Service) -> String {
    format!("http://{}", service.addr())
}

#[test]
fn the_page_follows_within_two_seconds() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    until_mode(&browser, "live");
    follows(&browser, &switch);
    let told = browser.run("return document.getElementById('news').textContent", &[]);
    assert!(
        told.as_str().is_some_and(|told| told.is_empty() || told.contains("redis is ok, was error")),
        "{told}"
    );
    is_quiet(&browser, &origin(&service));
}

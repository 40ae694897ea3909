use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use healthsdk::Details;
use healthsdk_tests::servers::{Browser, Chromium, module};
use healthsdk_tests::{eventually_some, need};
use serde_json::{Value, json};

use crate::service::{OWN, SCRIPT, SOON, Switch, TOKEN, all, builder, serve};
use crate::streams::Events;

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

#[test]
fn a_page_without_a_stream_asks_each_second() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let mut taken: Vec<_> = (0..16).map(|_| Events::open(&service)).collect();
    for events in &mut taken {
        events.next().expect("it begins");
    }
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    until_mode(&browser, "polling");
    follows(&browser, &switch);
    drop(service);
    until_mode(&browser, "lost");
    let told = browser.run("return document.getElementById('connection').textContent", &[]);
    assert!(told.as_str().is_some_and(|told| told.contains("not reached since ")), "{told}");
}

#[test]
fn what_checks_say_stays_text() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let switch = Switch::default();
    switch.fail(true);
    let (_monitor, service) = all(&switch);
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    until_mode(&browser, "live");
    let told = browser.run(
        "document.querySelector(`[data-name='redis'] details`).open = true;
         return document.querySelector(`[data-name='redis']`).innerText",
        &[],
    );
    let told = told.as_str().unwrap_or_default();
    assert!(told.matches(SCRIPT).count() >= 4, "message, description, and data with its key: {told}");
    let scripts = browser
        .run("return [document.scripts.length, document.querySelectorAll('#rows script').length]", &[]);
    assert_eq!(scripts, json!([1, 0]));
    is_quiet(&browser, &origin(&service));
}

#[test]
fn a_browser_asks_for_the_token_as_a_password() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let switch = Switch::default();
    let monitor = builder(&switch).details(Details::bearer(TOKEN)).build().expect("it is legal");
    let service = serve(&monitor);
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    let told = browser.run("return document.documentElement.innerText", &[]);
    assert!(!told.as_str().unwrap_or_default().contains("redis"), "{told}");
    browser.open(&format!("http://somebody:{TOKEN}@{}{OWN}", service.addr()));
    until_mode(&browser, "live");
    follows(&browser, &switch);
}

#[test]
fn filters_choose_what_is_shown_and_stay_in_the_address() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let (_monitor, service) = all(&Switch::default());
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    until_mode(&browser, "live");
    let shown = || {
        let names =
            "return [...document.querySelectorAll('.check:not([hidden])')].map((row) => row.dataset.name)";
        browser.run(names, &[])
    };
    browser.press("/");
    browser.press("broker");
    assert_eq!(shown(), json!(["kafka", "rabbitmq"]));
    assert_eq!(
        browser.run("return [document.activeElement.id, location.hash]", &[]),
        json!(["text", "#text=broker"])
    );
    assert_eq!(browser.run("return document.getElementById('shown').textContent", &[]), "2 of 12 checks");
    // Another page of the same address, as whoever is sent it sees it.
    browser.open("about:blank");
    browser.open(&service.url(&format!("{OWN}#state=degraded&state=error&kind=readiness&tag=upstream")));
    until_mode(&browser, "live");
    assert_eq!(shown(), json!(["payments", "catalogue-api", "mail-relay"]), "the worst first");
    browser.run("document.querySelector('#filter [type=reset]').click()", &[]);
    eventually_some("all are shown", SOON, || (shown().as_array().map(Vec::len) == Some(12)).then_some(()));
    assert_eq!(browser.run("return location.hash", &[]), "");
}

#[test]
fn focus_stays_and_changes_are_announced() {
    let Some(driver) = need!(Chromium::start()) else { return };
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let browser = driver.browser();
    browser.open(&service.url(OWN));
    until_mode(&browser, "live");
    browser.run(
        "document.querySelector(`[data-name='redis'] summary`).focus();
         window.told = [];
         new MutationObserver(() => window.told.push(document.getElementById('news').textContent))
             .observe(document.getElementById('news'), { childList: true })",
        &[],
    );
    switch.fail(true);
    eventually_some("it is told, and the row moves up", SOON, || {
        let told = browser.run("return window.told.join()", &[]);
        told.as_str()?.contains("redis is error, was ok").then_some(())
    });
    let focus = "const focused = document.activeElement;
        return [focused.tagName, focused.closest('.check')?.dataset.name, document.querySelector('.check').dataset.state]";
    assert_eq!(browser.run(focus, &[]), json!(["SUMMARY", "redis", "error"]));
}

/// A look of the page: the name of its picture, the width, the theme, and what is done before.
const LOOKS: [(&str, u32, &str, &str); 6] = [
    ("light", 1440, "light", ""),
    ("dark", 1440, "dark", ""),
    ("phone", 390, "light", ""),
    ("phone-dark", 390, "dark", ""),
    (
        "open",
        1024,
        "light",
        "document.querySelectorAll('.check details').forEach((more) => more.open = true)",
    ),
    ("filtered", 320, "dark", "document.querySelector('[value=error]').click()"),
];

#[test]
fn it_is_accessible_in_both_themes_and_at_every_width() {
    let Some(axe) = need!(module("axe-core/axe.min.js")) else { return };
    let Some(driver) = need!(Chromium::start()) else { return };
    let axe = fs::read_to_string(axe).expect("it can be read");
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let browser = driver.browser();
    switch.fail(true);
    for (name, width, theme, before) in LOOKS {
        let height = if width < 600 { 844 } else { 900 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.command("Emulation.setDeviceMetricsOverride", &size);
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        browser.command("Emulation.setEmulatedMedia", &media);
        browser.open(&service.url(OWN));
        until_mode(&browser, "live");
        browser.run(before, &[]);
        let back = browser.run("return getComputedStyle(document.body).backgroundColor", &[]);
        assert_eq!(back, if theme == "dark" { "rgb(18, 21, 24)" } else { "rgb(246, 246, 243)" });
        let room = browser.run("return [document.documentElement.scrollWidth, innerWidth]", &[]);
        assert!(room[0].as_u64() <= room[1].as_u64(), "{name} scrolls sideways: {room}");
        picture(&browser, name);
        browser.run(&axe, &[]);
        let found = browser.run_async(
            "axe.run(document, { resultTypes: ['violations'] }).then((found) => arguments[0](found.violations.map(
                 ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((node) => node.html + node.failureSummary) }))))",
            &[],
        );
        println!("{name}: {found:#}");
        let serious = |violation: &&Value| {
            ["serious", "critical"].contains(&violation["impact"].as_str().unwrap_or("serious"))
        };
        let serious: Vec<_> = found.as_array().expect("a list").iter().filter(serious).collect();
        assert!(serious.is_empty(), "{name}: {serious:#?}");
    }
    is_quiet(&browser, &origin(&service));
}

/// Kept where `HEALTHSDK_SCREENSHOTS` names a folder, for people.
fn picture(browser: &Browser<'_>, name: &str) {
    let Some(folder) = env::var_os("HEALTHSDK_SCREENSHOTS").map(PathBuf::from) else { return };
    let whole = browser.command("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
    let png = STANDARD.decode(whole["data"].as_str().unwrap_or_default()).expect("a picture is base64");
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join(format!("{name}.png")), png).expect("the folder can be written");
}

//! By what each form is asked for.

use healthsdk::Check;

use super::{ENDPOINTS, ask, builder, friend, service};

#[test]
fn an_unknown_format_is_406_with_the_words_that_there_are() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for word in ["", "nonsense", "JSON", "%FF", "html&format=nonsense", "x&verbose", "x&exclude=ping"] {
        let query = format!("?format={word}");
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping", "/readyz/none", "/readyz/"]) {
            let answer = friend(&service, &format!("{path}{query}"), "Accept: application/json\r\n");
            assert_eq!(answer.status, 406, "{path}{query}");
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("vary"), None, "whatever is accepted");
            let words = answer.text();
            assert!(words.contains("one of json, ") && words.ends_with('\n'), "{words}");
            let expected = if path == "/readyz/none" { 404 } else { 200 };
            for word in words.trim_end().split("one of ").last().expect("words").split(", ") {
                let answer = friend(&service, &format!("{path}?format={word}"), "");
                assert_eq!(answer.status, expected, "{path} {word}");
            }
        }
        for path in ENDPOINTS.into_iter().chain(["/own"]) {
            let (stranger, friend) = (
                ask(&service, &format!("{path}{query}"), ""),
                friend(&service, &format!("{path}{query}"), ""),
            );
            assert_eq!((stranger.status, stranger.text()), (406, friend.text()), "{path}{query}");
        }
        assert_eq!(ask(&service, &format!("/readyz/ping{query}"), "").status, 404, "whatever is asked");
    }
}

#[test]
fn accept_is_never_a_reason_to_refuse() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for accept in ["image/png", "application/json;q=0", "*/*;q=0", "application/xml", "no/such+json"] {
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping"]) {
            let answer = friend(&service, path, &format!("Accept: {accept}\r\n"));
            assert_eq!((answer.status, &answer.json()["status"]), (200, &"ok".into()), "{path} {accept}");
            assert_eq!(answer.header("vary"), Some("Accept"), "{path} {accept}");
        }
    }
}

#[test]
fn the_query_goes_before_accept_and_of_several_words_the_last_counts() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for (query, json) in [
        ("format=json", true),
        ("format=x&format=json", true),
        ("format=json&format=text", false),
        ("format=kubernetes", false),
        ("format=json&verbose", false),
    ] {
        for accept in ["text/plain", "application/json"] {
            let answer = friend(&service, &format!("/readyz?{query}"), &format!("Accept: {accept}\r\n"));
            let told = answer.header("content-type").expect("there is one");
            assert_eq!(told.starts_with("application/json"), json, "{query} {accept}");
            assert_eq!(answer.header("vary"), None, "{query} {accept}");
        }
    }
}

#[test]
fn accept_names_every_form_that_has_a_medium() {
    let service = service(builder().check(Check::new("ping", || async {})));
    let (health, v3) = ("application/health+json", "application/vnd.spring-boot.actuator.v3+json");
    let v2 = "application/vnd.spring-boot.actuator.v2+json";
    for (accept, told) in [
        ("application/health+json", health),
        ("Application/Health+JSON;charset=utf-8", health),
        ("application/health+json, application/json", health),
        ("application/json, application/health+json, */*", health),
        ("application/health+json;q=0.9, application/json", "application/json"),
        ("application/health+json;q=0.5, */*;q=0.1", health),
        ("application/health+json;q=0, application/*", "application/json"),
        ("application/*", "application/json"),
        ("text/plain, application/health+json", health),
        ("text/plain, application/health+json;q=0.9", "text/plain; charset=utf-8"),
        (v3, v3),
        (v2, v2),
        (&format!("{v3}, {v2}, application/json"), v3),
        (&format!("{v2}, {v3}, application/json"), v3),
        (&format!("{v2}, application/json"), v2),
        // Nothing is wrong, so there is no problem to detail.
        ("application/problem+json", "application/json"),
        ("application/problem+json, application/json", "application/json"),
    ] {
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping"]) {
            for caller in [ask, friend] {
                let answer = caller(&service, path, &format!("Accept: {accept}\r\n"));
                let expected = if answer.status == 404 { "text/plain; charset=utf-8" } else { told };
                assert_eq!(answer.header("content-type"), Some(expected), "{path} {accept}");
                assert_eq!(answer.header("vary").is_some(), answer.status != 404, "{path} {accept}");
            }
        }
    }
}

#[test]
fn every_word_names_its_form_for_whoever_asks() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for (word, content_type) in [
        ("json", "application/json"),
        ("health-json", "application/health+json"),
        ("health+json", "application/health+json"),
        ("health%2Bjson", "application/health+json"),
        ("spring", "application/vnd.spring-boot.actuator.v3+json"),
        ("spring-v2", "application/vnd.spring-boot.actuator.v2+json"),
        ("microprofile", "application/json; charset=UTF-8"),
        ("xabaril", "application/json"),
        ("problem", "application/json"),
        ("kubernetes", "text/plain; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
    ] {
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping"]) {
            for caller in [ask, friend] {
                let answer = caller(&service, &format!("{path}?format={word}"), "Accept: text/plain\r\n");
                if answer.status != 404 {
                    let told = (answer.status, answer.header("content-type"), answer.header("vary"));
                    assert_eq!(told, (200, Some(content_type), None), "{path} {word}");
                    assert_eq!(answer.header("cache-control"), Some("no-store"));
                    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
                }
            }
        }
    }
}

use std::sync::Arc;

use super::*;

static LINKED: Registration = Registration::new("linked", |_| Some(Start::blocking(|| ())));
static TAKES: Registration = Registration::new("takes", |context| {
    let (number, text) = (context.get::<Arc<u8>>(), context.get::<Arc<str>>());
    number.zip(text).map(|_| Start::blocking(|| ()))
});

fn check(name: &'static str) -> Check {
    Check::new(name, || async {})
}

fn named(names: &[&'static str]) -> Draft {
    Draft { checks: names.iter().map(|name| check(name)).collect(), ..Draft::default() }
}

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[track_caller]
fn planned(draft: Draft) -> Vec<String> {
    let plan = Plan::new(draft).expect("it is legal");
    plan.checks.iter().map(|check| check.info.name.to_string()).collect()
}

/// In each fault the words that are given for it, and no fault beside these.
#[track_caller]
fn faulty(draft: Draft, expected: &[&str]) {
    let faults = Plan::new(draft).expect_err("something is wrong with it");
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, words) in faults.iter().zip(expected) {
        assert!(fault.contains(words), "{words}: {fault}");
    }
}

#[test]
fn what_is_chosen_and_not_left_out_is_planned_in_the_order_of_names() {
    assert_eq!(planned(named(&["b", "c", "a"])), ["a", "b", "c"]);
    let draft = Draft {
        only: Some(list(&["c", "b"])),
        without: list(&["b"]),
        expected: list(&["a"]),
        registrations: vec![&LINKED],
        ..named(&["a", "b", "c"])
    };
    assert_eq!(draft.names(), ["a", "b", "c", "linked"]);
    assert_eq!(planned(draft), ["c"]);
    assert_eq!(planned(Draft { registrations: vec![&LINKED, &LINKED], ..Draft::default() }), ["linked"]);
}

#[test]
fn every_name_that_no_check_has_is_a_fault() {
    let draft = Draft {
        only: Some(list(&["a", "x"])),
        without: list(&["y"]),
        expected: list(&["z", "a"]),
        ..named(&["a"])
    };
    faulty(draft, &["`z` is expected", "`.only(..)` names `x`", "`.without(..)` names `y`"]);
    faulty(Draft::default(), &["no check is registered"]);
    assert_eq!(planned(Draft { allow_empty: true, ..Draft::default() }), [""; 0]);
}

#[test]
fn two_checks_of_one_name_are_told_apart_by_their_places_in_order() {
    let (first, second) = (check("a"), Check::new("a", || async {}));
    let places = format!("{} and {}", first.location, second.location);
    faulty(Draft { checks: vec![second, first], ..Draft::default() }, &[&places]);
    faulty(named(&["a", "a"]), &["two checks made at"]);
    let linked = || Box::leak(Box::new(Registration::new("a", |_| Some(Start::blocking(|| ())))));
    faulty(Draft { registrations: vec![linked(), linked()], ..Draft::default() }, &["is compiled in twice"]);
}

#[test]
fn names_and_tags_are_held_to_the_rule() {
    let longest: &'static str = "x".repeat(LONGEST_NAME).leak();
    assert_eq!(planned(named(&["0", "a.b_c-d", longest])), ["0", "a.b_c-d", longest]);
    for name in ["", "-a", "a b", "a/b", "größe", "x".repeat(LONGEST_NAME + 1).leak()] {
        faulty(named(&[name]), &["is not legal"]);
    }
    let tagged = |tag: &'static str| Draft { checks: vec![check("a").tags([tag])], ..Draft::default() };
    assert_eq!(planned(tagged("storage")), ["a"]);
    faulty(tagged("a b"), &["tag `a b` follows the rules of names"]);
}

#[test]
fn what_is_the_crates_own_has_no_place_and_may_have_a_slash() {
    let draft = Draft { built_in: vec![check("process/own")], ..named(&["a"]) };
    let plan = Plan::new(draft).expect("it is legal");
    let places: Vec<_> = plan.checks.iter().map(|check| check.info.location.is_some()).collect();
    assert_eq!(places, [true, false]);
}

#[test]
fn all_that_is_missing_is_told_and_what_is_given_is_not() {
    let draft = |data: Data| Draft { registrations: vec![&TAKES], data, ..Draft::default() };
    faulty(draft(Data::default()), &["needs `u8`", "needs `str`"]);
    let mut data = Data::default();
    assert!(data.insert(Arc::new(7_u8)));
    faulty(draft(data), &["needs `str`"]);
    let mut data = Data::default();
    assert!(data.insert(Arc::new(7_u8)) && data.insert::<Arc<str>>("seven".into()));
    assert_eq!(planned(draft(data)), ["takes"]);
}

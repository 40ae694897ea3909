use crate::{name, words};

#[test]
fn a_misspelt_word_finds_the_one_that_was_meant() {
    let near = |word| {
        words::nearest(word, ["timeout", "ttl", "interval", "retry_interval", "description"].into_iter())
    };
    assert_eq!(near("timout"), Some("timeout"));
    assert_eq!(near("Timeout"), Some("timeout"));
    assert_eq!(near("tll"), Some("ttl"));
    assert_eq!(near("intervall"), Some("interval"));
    assert_eq!(near("desc"), Some("description"));
    assert_eq!(near("every"), None);
    assert_eq!(near(""), None);
}

#[test]
fn a_third_of_a_word_may_be_mistyped_and_two_letters_that_changed_places_are_one_mistake() {
    let near = |word| words::nearest(word, ["kind", "ttl", "description"].into_iter());
    assert_eq!(near("dscrptin"), Some("description"), "three are missing");
    assert_eq!(near("dscrptn"), None, "four are");
    assert_eq!((near("tlt"), near("knid"), near("iknd")), (Some("ttl"), Some("kind"), Some("kind")));
    assert_eq!((near("ikdn"), near("dikn")), (None, None));
    assert_eq!((near("ttlx"), near("ttlxy")), (Some("ttl"), None));
}

#[test]
fn words_are_listed_as_one_speaks() {
    assert_eq!(words::list(&["a"]), "a");
    assert_eq!(words::list(&["a", "b"]), "a or b");
    assert_eq!(words::list(&["a", "b", "c"]), "a, b or c");
}

#[test]
fn names_are_held_to_the_rule() {
    for legal in ["a", "0", "postgres", "cache-1", "a.b_c", &"x".repeat(64)] {
        assert_eq!(name::fault(legal), None, "{legal}");
    }
    for illegal in ["", "-a", ".a", "_a", "a b", "größe", "a/b", &"x".repeat(65)] {
        assert!(name::fault(illegal).is_some(), "{illegal}");
    }
}

#[test]
fn a_mended_name_is_legal() {
    for (illegal, mended) in
        [("primary db", Some("primary-db")), ("_internal", Some("internal")), ("db!", Some("db"))]
    {
        assert_eq!(name::mended(illegal).as_deref(), mended);
    }
    for hopeless in ["", "---", "база", &"x".repeat(65)] {
        assert_eq!(name::mended(hopeless), None);
    }
}

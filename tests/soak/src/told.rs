//! What no answer may tell.

use healthsdk_tests::http::Answer;

use crate::cast::{MARK, SECRET};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Has the token.
    Friend,
    Stranger,
    /// Has another token.
    Impostor,
}

/// What an answer has told, of what it must not: nobody is told a secret, and others than friends no name and no message.
pub(crate) fn leaks(answer: &Answer, caller: Caller, names: &[&str]) -> Vec<String> {
    let body = String::from_utf8_lossy(&answer.body);
    let has = |word: &str| {
        body.contains(word)
            || answer.headers.iter().any(|(name, value)| [name, value].iter().any(|text| text.contains(word)))
    };
    let mut leaks = Vec::new();
    if has(SECRET) {
        leaks.push("the secret".to_owned());
    }
    if caller != Caller::Friend {
        leaks.extend(has(MARK).then(|| "a message".to_owned()));
        leaks.extend(names.iter().filter(|name| has(name)).map(|name| format!("the name {name}")));
    }
    leaks
}

/// Whether there was something that it might have told.
pub(crate) fn is_telling(answer: &Answer, caller: Caller) -> bool {
    caller != Caller::Friend || String::from_utf8_lossy(&answer.body).contains(MARK)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(body: &str) -> Answer {
        Answer { status: 503, headers: Vec::new(), body: body.into(), took: Duration::ZERO }
    }

    fn told(caller: Caller, body: &str) -> usize {
        leaks(&answer(body), caller, &["background", "redis"]).len()
    }

    #[test]
    fn nobody_is_told_a_secret() {
        for caller in [Caller::Friend, Caller::Stranger, Caller::Impostor] {
            assert_eq!(told(caller, &format!("the password is {SECRET}!")), 1, "{caller:?}");
        }
    }

    #[test]
    fn only_friends_are_told_names_and_messages() {
        for caller in [Caller::Stranger, Caller::Impostor] {
            assert_eq!(told(caller, "error\n"), 0);
            assert_eq!(told(caller, &format!("redis: {MARK}")), 2, "{caller:?}");
        }
        assert_eq!(told(Caller::Friend, &format!("redis: {MARK}")), 0);
    }

    #[test]
    fn a_friend_who_is_told_of_no_failure_shows_nothing() {
        assert!(!is_telling(&answer("{}"), Caller::Friend));
        assert!(is_telling(&answer(&format!("redis: {MARK}")), Caller::Friend));
        assert!(is_telling(&answer("error\n"), Caller::Stranger));
    }

    #[test]
    fn a_secret_in_a_header_is_one_too() {
        let headers = vec![("warning".to_owned(), SECRET.to_owned())];
        assert_eq!(leaks(&Answer { headers, ..answer("") }, Caller::Friend, &[]).len(), 1);
    }
}

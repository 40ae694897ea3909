use std::borrow::Cow;

use healthsdk::fuzzing;

/// What a message and a label may have, in bytes and characters.
const MESSAGE: usize = 1024 + '…'.len_utf8();
const LABEL: usize = 64;

/// What others wrote is shown on one line, by characters that no terminal obeys, and bounded.
pub fn text(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let plain = fuzzing::plain(&text);
    assert!(!plain.chars().any(is_obeyed), "{plain:?}");
    assert_eq!(fuzzing::plain(&plain), plain, "it is the same when it is done again");
    assert_eq!(matches!(plain, Cow::Borrowed(_)), !text.chars().any(is_obeyed), "{text:?}");
    let message = fuzzing::bounded(&text);
    assert!(message == text || (message.len() <= MESSAGE && message.ends_with('…')), "{message:?}");
    assert!(text.starts_with(message.trim_end_matches('…')), "{message:?}");
    assert!(fuzzing::bounded(&message).len() <= MESSAGE);
    let label = fuzzing::label(&text);
    assert!(label.chars().count() <= LABEL && !label.chars().any(is_obeyed), "{label:?}");
}

fn is_obeyed(c: char) -> bool {
    let turns = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}'];
    c.is_control()
        || turns.contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

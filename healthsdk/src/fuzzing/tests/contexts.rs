//! What stands before a secret, one after the other: a fuzzer comes to the same combination only by chance.

use super::redaction::{KINDS, redaction};

const KEYS: [&str; 5] = ["Authorization", "Cookie", "password", "auth", "--token"];
const SEPARATORS: [&str; 4] = [":", "=", " ", ": "];
/// What makes the text that follows a part of the value.
const BEGINNINGS: [&str; 17] = [
    "", "x", "x ", "\\", "x\\", "'", "\"", "b'", "`", "(", "Some(", "{", "\\\"", "\\`\\", "b\\\"\\",
    "x a=\"", "x a='",
];
/// Ways to join a text and what is before it.
const GLUES: u8 = 8;

/// Every secret behind every key whose value has begun.
pub(super) fn search() {
    let kinds = u8::try_from(KINDS).expect("there are few");
    for (key, separator) in KEYS.iter().flat_map(|key| SEPARATORS.map(|separator| (key, separator))) {
        for beginning in BEGINNINGS {
            let context = [key, separator, beginning].concat();
            for (secret, glue) in (0..kinds).flat_map(|secret| (0..GLUES).map(move |glue| (secret, glue))) {
                // The last byte of the context stands behind the secret.
                redaction(&[&[secret, glue, u8::MAX], context.as_bytes(), b"."].concat());
            }
        }
    }
}

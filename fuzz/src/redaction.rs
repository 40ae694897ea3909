use healthsdk::fuzzing;

// A secret of each kind, in a text such as a check would say.
#[allow(dead_code)]
#[path = "../../tests/src/secrets.rs"]
mod secrets;

use secrets::{SECRETS, Secret};

/// How many secrets there are.
pub const KINDS: usize = SECRETS.len();
/// What a text is joined by to what is around it.
const GLUE: [&str; 8] = ["\n", " ", "; ", ": ", ", ", " (", "\t", ". "];
/// The part of a secret by which it is found.
const PART: usize = 8;
/// Bytes of a text that a message keeps as it is.
const MESSAGE: usize = 1024;
/// How often each byte may be looked at, all patterns together.
const LOOKS: usize = 200;

/// A secret in a text is in nothing that is made of it, whatever is around; and the work is in proportion to the text.
pub fn redaction(input: &[u8]) {
    let [which, glue, cut, context @ ..] = input else { return };
    let secret = &SECRETS[usize::from(*which) % KINDS];
    let context = String::from_utf8_lossy(context);
    let at = (context.len() * usize::from(*cut)) >> 8;
    let at = (0..=at).rev().find(|at| context.is_char_boundary(*at)).unwrap_or_default();
    let (before, after) = context.split_at(at);
    let (open, close) = (GLUE[usize::from(glue & 7)], GLUE[usize::from(glue >> 3 & 7)]);
    let text = format!("{before}{open}{}{close}{after}", secret.text);
    if text.len() > MESSAGE {
        hides(secret, &context, &text, &fuzzing::redacted(&text));
    }
    hides(secret, &context, &text, &fuzzing::message(&text));
    is_linear(&text);
}

fn hides(secret: &Secret, context: &str, text: &str, told: &str) {
    let last = secret.needle.len() - PART;
    for at in (0..last).step_by(PART).chain([last]) {
        let part = &secret.needle[at..at + PART];
        assert!(!told.contains(part) || context.contains(part), "{}: {text:?} becomes {told:?}", secret.kind);
    }
}

fn is_linear(text: &str) {
    let looked = fuzzing::looked(text);
    assert!(looked <= LOOKS * (text.len() + 64), "{looked} for {} bytes: {text:?}", text.len());
}

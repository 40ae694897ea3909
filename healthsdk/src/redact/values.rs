//! What of a match is a secret, and what stays readable.

use super::{MARK, keys};

/// What messages say of a secret in place of it.
const SAID: [&str; 44] = [
    "a",
    "access",
    "an",
    "authentication",
    "authorization",
    "cannot",
    "connection",
    "could",
    "denied",
    "empty",
    "error",
    "expected",
    "expired",
    "failed",
    "file",
    "has",
    "incorrect",
    "invalid",
    "io",
    "is",
    "malformed",
    "missing",
    "must",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "os",
    "permission",
    "rejected",
    "request",
    "required",
    "revoked",
    "server",
    "the",
    "timeout",
    "too",
    "unable",
    "unauthorized",
    "unexpected",
    "unknown",
    "was",
    "wrong",
];
const EMPTY: [&str; 10] = ["", "null", "none", "nil", "true", "false", "undefined", "yes", "no", "***"];
/// What is before a name and a host without being a user's name.
const LABELS: [&str; 14] = [
    "mailto", "acct", "sip", "sips", "xmpp", "from", "to", "cc", "email", "mail", "contact", "owner", "npm",
    "pkg",
];

/// What stands between a key and its value.
const SEPARATORS: [&str; 5] = ["=", "==", "=>", ":=", ":"];

/// Whatever it is.
pub(super) fn always(_: &str, value: &str) -> Option<String> {
    let (open, inner, close) = unquoted(value);
    hidden(inner).then(|| format!("{open}{MARK}{close}"))
}

/// The value of a key that names a secret.
pub(super) fn of_key(before: &str, value: &str) -> Option<String> {
    let (open, inner, close) = unquoted(value);
    if !open.is_empty() {
        return (hidden(inner) && !is(&EMPTY, inner)).then(|| format!("{open}{MARK}{close}"));
    }
    let (value, next) = next(value);
    let core = value.trim_end_matches([',', '.', ';', ':', ')', ']', '}', '>']);
    let key = key(before);
    let spaced = before.ends_with([' ', '\t']);
    // A number of things, or a port.
    let small = core.len() < if before.ends_with(':') { 6 } else { 4 } || keys::is_plural(key);
    let stays = is(&EMPTY, core)
        || (spaced && is(&SAID, core))
        || is_key(value)
        || (spaced && keys::is_ambiguous(key) && core.bytes().all(|byte| byte.is_ascii_lowercase()))
        || (small
            && (keys::is_plural(key) || keys::is_ambiguous(key))
            && core.bytes().all(|byte| byte.is_ascii_digit()));
    // What is in brackets is taken out with them.
    let end = if value.contains(['(', '[', '{']) { "" } else { &value[core.len()..] };
    let end = if is_assigned(core) { " =" } else { end };
    (hidden(value) && !stays).then(|| format!("{MARK}{end}{next}"))
}

/// What follows a value that has been taken out. After a colon an error may, as in `password "x": refused`.
pub(super) fn of_value(before: &str, value: &str) -> Option<String> {
    let colon = before.trim_end().strip_suffix(':');
    let told = colon.is_some_and(|before| !before.ends_with([' ', '\t'])) && unquoted(value).0.is_empty();
    if told { None } else { of_key(before, value) }
}

/// What follows a name on a command line.
pub(super) fn of_flag(before: &str, value: &str) -> Option<String> {
    if value.starts_with('-') { None } else { of_key(before, value) }
}

/// What a header holds, or what a sentence says of it.
pub(super) fn of_header(before: &str, value: &str) -> Option<String> {
    let first = value.split([' ', ',']).next().unwrap_or_default();
    match value.rfind([' ', '\t']).map(|at| value.split_at(at)) {
        _ if is(&EMPTY, first) || is(&SAID, first) => None,
        Some((_, next)) if is_key(next.trim_start()) || is(&SEPARATORS, next.trim_start()) => {
            Some(format!("{MARK}{next}"))
        }
        None if is_key(value) => None,
        _ if is_assigned(value) => Some(format!("{MARK} =")),
        _ => always(before, value),
    }
}

/// What a sentence has after a word such as `token`.
pub(super) fn random(before: &str, value: &str) -> Option<String> {
    let said = before.trim_end().to_ascii_lowercase();
    let told = ["is", "was", "provided", "provided:"].iter().any(|word| said.ends_with(word));
    let digits = value.bytes().any(|byte| byte.is_ascii_digit());
    let least = if told { 5 } else { 16 };
    (digits && (value.len() >= least || value.ends_with('…'))).then(|| always(before, value)).flatten()
}

/// What is no word of a language.
pub(super) fn no_word(before: &str, value: &str) -> Option<String> {
    let core = value.trim_end_matches(['.', '=']);
    let mut letters = core.chars();
    let word = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_lowercase())
        && core.len() <= 15;
    if word || core.is_empty() { None } else { always(before, value) }
}

/// What has a digit or a capital after its prefix, and so is no name that people give.
pub(super) fn mixed(before: &str, value: &str) -> Option<String> {
    let (digit, capital) =
        (value.bytes().any(|b| b.is_ascii_digit()), value.bytes().any(|b| b.is_ascii_uppercase()));
    let mixed = if value.starts_with("sk-") { digit && capital } else { digit || capital };
    if mixed || value.ends_with('…') { always(before, value) } else { None }
}

/// What has a digit.
pub(super) fn numbered(before: &str, value: &str) -> Option<String> {
    if value.bytes().any(|byte| byte.is_ascii_digit()) { always(before, value) } else { None }
}

/// What is before the `@` of an address with a scheme.
pub(super) fn userinfo(_: &str, value: &str) -> Option<String> {
    match value.split_once(':') {
        None if value == "git" || !hidden(value) => None,
        None => Some(MARK.to_owned()),
        Some((user, "" | "x-oauth-basic")) if !hidden(user) => None,
        Some((_, password @ ("" | "x-oauth-basic"))) => Some(format!("{MARK}:{password}")),
        Some((user, password)) => hidden(password).then(|| format!("{user}:{MARK}")),
    }
}

/// What is between a name and a host without a scheme.
pub(super) fn alone(before: &str, value: &str) -> Option<String> {
    let label = key(before);
    let label = label.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let name = value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-'));
    if name || is(&LABELS, label) { None } else { always(before, value) }
}

/// The name before a separator.
fn key(before: &str) -> &str {
    before
        .trim_end_matches("%3D")
        .trim_end_matches("%3d")
        .trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
}

/// A value without quotes, and its last word with the blank before it where that announces what follows: an escaped blank, or one
/// after `Bearer`, is part of a value, but what stands behind it may as well begin the next text.
fn next(value: &str) -> (&str, &str) {
    let in_brackets = value.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == ':');
    match value.rfind(char::is_whitespace).map(|at| value.split_at(at)) {
        Some((value, next)) if !in_brackets.starts_with(['[', '(', '{']) && keys::leads_to(next) => {
            (value, next)
        }
        _ => (value, ""),
    }
}

/// Whether its last word is a key and a `=`, so that the value follows. It may be a secret in base64 as well, and cannot stay.
fn is_assigned(value: &str) -> bool {
    let word = value.rsplit(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    let key = word.trim_end_matches(['=', '>', ':', '\\']);
    word[key.len()..].contains('=') && keys::announces(key)
}

/// Whether it is a key itself, whose value follows.
fn is_key(value: &str) -> bool {
    let key = value.strip_suffix(':').unwrap_or_default().trim_start_matches(['(', '[', '{', '<']);
    key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && keys::announces(key)
}

/// Whether it is something else than what stands in place of a secret.
fn hidden(value: &str) -> bool {
    let rest = value.strip_prefix(MARK).unwrap_or(value);
    rest.chars().any(char::is_alphanumeric) || (rest.len() == value.len() && !value.is_empty())
}

fn is(words: &[&str], text: &str) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The quote before it, what is in it, and the quote behind, where there is one.
fn unquoted(value: &str) -> (&str, &str, &str) {
    let start = value.strip_prefix(['b', 'B']).unwrap_or(value).trim_start_matches('\\');
    let Some(quote) = start.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        return ("", value, "");
    };
    let (open, rest) = value.split_at(value.len() - start.len() + 1);
    let Some(inner) = rest.strip_suffix(quote) else { return (open, rest, "") };
    let escapes = open.bytes().filter(|byte| *byte == b'\\').count();
    let inner = if escapes > 0 { inner.trim_end_matches('\\') } else { inner };
    (open, inner, &rest[inner.len()..])
}

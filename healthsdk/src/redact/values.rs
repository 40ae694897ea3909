//! What of a match is a secret, and what stays readable.

use std::ops::Range;

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
/// What the names of functions begin with that hash passwords.
const HASHES: [&str; 6] = ["scram-sha-", "sha-", "sha256", "sha512", "pbkdf2", "argon2"];
/// What is before a name and a host without being a user's name.
const LABELS: [&str; 14] = [
    "mailto", "acct", "sip", "sips", "xmpp", "from", "to", "cc", "email", "mail", "contact", "owner", "npm",
    "pkg",
];

/// Whatever it is.
pub(super) fn always(_: &str, value: &str) -> Option<Range<usize>> {
    let inner = unquoted(value);
    hidden(&value[inner.clone()]).then_some(inner)
}

/// The value of a key that names a secret.
pub(super) fn of_key(before: &str, value: &str) -> Option<Range<usize>> {
    let inner = unquoted(value);
    if inner.start > 0 {
        return always(before, value).filter(|inner| !is(&EMPTY, &value[inner.clone()]));
    }
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
    let end = if value.contains(['(', '[', '{']) { value.len() } else { core.len() };
    (hidden(value) && !stays).then_some(0..end)
}

/// What follows a name on a command line.
pub(super) fn of_flag(before: &str, value: &str) -> Option<Range<usize>> {
    if value.starts_with('-') { None } else { of_key(before, value) }
}

/// What a header holds, or what a sentence says of it.
pub(super) fn of_header(before: &str, value: &str) -> Option<Range<usize>> {
    let first = value.split([' ', ',']).next().unwrap_or_default();
    if is(&EMPTY, first) || is(&SAID, first) || is_key(value) { None } else { always(before, value) }
}

/// What a sentence has after a word such as `token`: what has a digit, and 16 characters; 6 in quotes; or 5 where it says that this is the secret.
pub(super) fn random(before: &str, value: &str) -> Option<Range<usize>> {
    let inner = unquoted(value);
    let secret = &value[inner.clone()];
    let said = before.trim_end_matches(['(', '[', '<']).trim_end().to_ascii_lowercase();
    let told = ["is", "was", "provided", "provided:"].iter().any(|word| said.ends_with(word));
    let password = ["passw", "passphrase", "passcode", "pwd"].iter().any(|word| said.contains(word));
    let (quoted, cut) = (inner.start > 0, value.ends_with('…'));
    let least = match (quoted, told || password) {
        (true, _) => 6,
        (false, true) => 5,
        (false, false) => 16,
    };
    let digits = secret.bytes().any(|byte| byte.is_ascii_digit());
    let stays = if quoted {
        // A sentence, or a quote that opens nothing.
        secret.contains(char::is_whitespace) || (inner.end == value.len() && !cut)
    } else {
        // A verb, or what a password of a sentence was refused with.
        said.ends_with("pass") || (password && !told && !cut && is_code(secret))
    };
    let long = secret.len() >= least || cut;
    if digits && long && !stays && (cut || !is_path(secret)) { always(before, value) } else { None }
}

/// What has a digit and a letter, and so is no port.
pub(super) fn of_option(before: &str, value: &str) -> Option<Range<usize>> {
    let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    if letters { numbered(before, value) } else { None }
}

/// What is no word of a language.
pub(super) fn no_word(before: &str, value: &str) -> Option<Range<usize>> {
    let core = value.trim_end_matches(['.', '=']);
    let mut letters = core.chars();
    let word = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_lowercase())
        && core.len() <= 15;
    if word || core.is_empty() { None } else { always(before, value) }
}

/// What has a digit or a capital after its prefix, and so is no name that people give.
pub(super) fn mixed(before: &str, value: &str) -> Option<Range<usize>> {
    let (digit, capital) =
        (value.bytes().any(|b| b.is_ascii_digit()), value.bytes().any(|b| b.is_ascii_uppercase()));
    let mixed = if value.starts_with("sk-") { digit && capital } else { digit || capital };
    if mixed || value.ends_with('…') { always(before, value) } else { None }
}

/// What has a digit.
pub(super) fn numbered(before: &str, value: &str) -> Option<Range<usize>> {
    if value.bytes().any(|byte| byte.is_ascii_digit()) { always(before, value) } else { None }
}

/// What is before the `@` of an address with a scheme.
pub(super) fn userinfo(_: &str, value: &str) -> Option<Range<usize>> {
    let all = 0..value.len();
    match value.split_once(':') {
        None => (value != "git" && hidden(value)).then_some(all),
        Some((user, "" | "x-oauth-basic")) => hidden(user).then_some(0..user.len()),
        Some((user, password)) => hidden(password).then_some(user.len() + 1..all.end),
    }
}

/// What is between a name and a host without a scheme.
pub(super) fn alone(before: &str, value: &str) -> Option<Range<usize>> {
    let label = key(before);
    let label = label.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let name = value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-'));
    if name || is(&LABELS, label) { None } else { always(before, value) }
}

/// Whether it is the path of a file, rather than Base64.
fn is_path(value: &str) -> bool {
    value.starts_with('/') && !value.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether it is the code of an error, or names a function that hashes passwords.
fn is_code(value: &str) -> bool {
    let code = value.trim_end_matches(':');
    let lower = code.to_ascii_lowercase();
    code.len() < 16
        && (!code.bytes().any(|byte| byte.is_ascii_lowercase())
            || HASHES.iter().any(|hash| lower.starts_with(hash)))
}

/// The name before a separator, without the number at its end.
fn key(before: &str) -> &str {
    before
        .trim_end_matches("%3D")
        .trim_end_matches("%3d")
        .trim_end_matches(|c: char| !c.is_ascii_alphabetic())
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

/// Where it is without the quote before it and the quote behind, as far as they are there.
fn unquoted(value: &str) -> Range<usize> {
    let start = value.strip_prefix(['b', 'B']).unwrap_or(value).trim_start_matches('\\');
    let Some(quote) = start.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        return 0..value.len();
    };
    let open = value.len() - start.len() + 1;
    let inner = &value[open..];
    let Some(closed) = inner.strip_suffix(quote) else { return open..value.len() };
    let closed = if value[..open].contains('\\') { closed.trim_end_matches('\\') } else { closed };
    open..open + closed.len()
}

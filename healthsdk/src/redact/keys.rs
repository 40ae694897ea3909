use serde_json::Value;

/// Words of a key whose value is a secret, as a pattern; also at the end of longer ones, as in `DB_PASSWORD`.
pub(super) const ENDINGS: &str = "(?:api|access|auth|account|private|secret|encryption|signing|master|shared|\
     subscription|consumer|session)[ _.-]?keys?|passwords?|passwd|passphrase|passcode|pwd|dbpass|bindpw|secrets?|tokens?|mnemonic|signature(?:-256)?|\
     credentials?|sess(?:ion)?[_-]?id";
/// Those that are a part of many other words, and so must be a word of their own.
pub(super) const WORDS: &str = "pass|pw|auth|bearer|creds|sig|otp|cookies?";

/// The same, without what separates the parts of a word.
const KEYS: [&str; 32] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "mnemonic",
    "signature",
    "credential",
    "apikey",
    "accesskey",
    "accountkey",
    "privatekey",
    "secretkey",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "sharedkey",
    "subscriptionkey",
    "consumerkey",
    "sessionkey",
    "sessid",
    "sessionid",
    "authorization",
    "cookie",
    "connectionstring",
    "passwordhash",
    "secretid",
    "authkey",
    "dbpass",
    "bindpw",
];
const SHORT: [&str; 7] = ["pass", "pw", "auth", "bearer", "creds", "sig", "otp"];
/// Those that also begin a sentence which is about them.
const AMBIGUOUS: [&str; 10] =
    ["pass", "pw", "auth", "bearer", "creds", "sig", "otp", "cookie", "credential", "signature"];

/// Whether the value of this key of structured data is a secret as a whole. A number under a plural counts things.
pub(super) fn hides(key: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(_) => ends(key, &KEYS, false) || is_word(key, &SHORT),
        Value::String(_) | Value::Array(_) | Value::Object(_) => announces(key),
    }
}

/// Whether the text ends with a word that announces a secret.
pub(super) fn announces(text: &str) -> bool {
    ends(text, &KEYS, true) || is_word(text, &SHORT)
}

/// Whether the word that the text ends with may be about a secret without telling it.
pub(super) fn is_ambiguous(text: &str) -> bool {
    is_word(text, &AMBIGUOUS) || ends(text, &["credential"], true)
}

pub(super) fn is_plural(text: &str) -> bool {
    text.ends_with(['s', 'S'])
}

fn ends(text: &str, keys: &[&str], plural: bool) -> bool {
    let flat: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let flat = flat.to_ascii_lowercase();
    let flat = flat.trim_end_matches(|c: char| c.is_ascii_digit());
    let single = flat.strip_suffix('s').filter(|_| plural);
    keys.iter().any(|key| flat.ends_with(key) || single.is_some_and(|single| single.ends_with(key)))
}

fn is_word(text: &str, words: &[&str]) -> bool {
    let last = text.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    words.iter().any(|word| last.eq_ignore_ascii_case(word))
}

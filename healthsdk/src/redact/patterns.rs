//! The known kinds of secrets. No pattern looks further ahead than what it takes, so that together they take time in proportion to the text.

use std::ops::Range;

use super::values;

/// The part of the second group, behind the first, that is a secret; `None` where nothing is.
pub(super) type Part = fn(&str, &str) -> Option<Range<usize>>;
/// Of which one is in every text that has such a secret, in lower case; the pattern, whose first group announces it and whose second is it,
/// with what is around; and what of that is secret.
pub(super) type Pattern = (&'static [&'static str], &'static str, Part);

/// To the quote that closes it.
pub(super) const QUOTED: &str = r#""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.|'')*'?|`[^`]*`?"#;
/// The same, also where the quotes are escaped.
pub(super) const STRING: &str = r#"b?\\+(?:"[^"]*"?|'[^']*'?|`[^`]*`?)|b?(?:QUOTED)"#;
/// In quotes, in brackets with those within them, or up to the next separator.
pub(super) const VALUE: &str = r#"(?:STRING|(?:[A-Za-z:]*[\[({]|(?-i:[A-Z])[A-Za-z:]*[ \t]\{)(?:"(?:[^"\\]|\\.)*"?|[\[({](?:"(?:[^"\\]|\\.)*"|[^"\[\](){}])*[\])}]|[^"\])}])*[^\s"'`&;,]*|(?:(?:bearer|basic|token|digest|negotiate|apikey|bot)[ \t]+)?(?:\\.|[^\s"'`&;\\])+)"#;

const KEYS: &[&str] = &[
    "pass", "pwd", "pw", "secret", "token", "key", "mnemonic", "sess", "sig", "auth", "cred", "otp",
    "cookie", "bearer",
];

/// In the order in which they are applied: those of a stage to the same text, so that none hides from another one where a secret begins.
pub(super) const STAGES: [&[Pattern]; 3] = [SECRETS, ADDRESSES, CUT];

const SECRETS: &[Pattern] = &[
    // PEM, to its end or that of the text.
    (
        &["-----begin"],
        r"(?s)()(-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\z))",
        values::always,
    ),
    // Headers: a scheme with what belongs to it, and all cookies.
    (
        &["authorization"],
        r#"(?i)(authorization\\*["'`]?\]?[ \t]*(?:=>|[:=])[ \t]*)(\\*(?:"[^"]*"?|'[^']*'?|`[^`]*`?)|[a-z][a-z0-9_-]*[ \t]+(?:[a-z_-]+=(?:"[^"]*"?|[^\s",]*)(?:,[ \t]*)?)+|[a-z][a-z0-9_-]*[ \t]+[^\s"'`;]+|[^\s"'`;,]+)"#,
        values::of_header,
    ),
    (
        &["cookie"],
        r#"(?i)((?:^|[^a-z])cookie\\*["'`]?[ \t]*(?:=>|[:=])[ \t]*)(\\*"[^"]*"?|(?:=\\*"[^"\r\n]*"?|[^\r\n"])+)"#,
        values::of_header,
    ),
    // Addresses: with a scheme; percent-encoded as a whole; without a scheme; Oracle's.
    (&["@"], r#"((?://|\\/\\/))([^\s/?#"<>\\]*)@"#, values::userinfo),
    (&["%40"], r"(?i)(%2f%2f[^\s%&]*%3a)([^\s&]*?)%40", values::always),
    (&["@tcp(", "@unix("], r"((?:^|[^\w.+%-])[\w.+%-]+:)([^\s/]*)@(?:tcp|unix)\(", values::always),
    (
        &["@"],
        r#"((?:^|[\s"'`(=,])[\w.+%-]+:)([^\s:@/"'`\[][^\s@/"'`]*)@(?:[A-RT-Za-rt-z0-9\[]|[Ss][A-GI-Za-gi-z0-9.-]|[Ss][Hh][B-Zb-z0-9.-])"#,
        values::alone,
    ),
    (&["thin:", "oci"], r"((?:thin|oci8?):[^\s/@:]+/)([^\s@]+)@", values::always),
    (&["@"], r#"((?:^|[\s"'`(=,])[\w.-]+/)([^\s/@"'`]+)@(?://)?[\w.-]+:\d+/"#, values::always),
    // Keys with a value: queries, connection strings, JSON, Debug, XML, command lines, sentences.
    (
        KEYS,
        r#"(?is)((?:ENDINGS|(?:^|[^a-z])(?:WORDS))\d*(?:[_-]?(?:hash|id|value|raw|base64|b64|base|old|new))?\\*["'`]?\[?\]?(?:[ \t]*(?:=>|:=|==?|:)[ \t]*|%3[ad]))(VALUE)"#,
        values::of_key,
    ),
    (&["<"], r"(?i)(<[\w:.-]*(?:ENDINGS|WORDS)[ \t]*>)([^<]+)", values::always),
    (&["--"], r#"(?is)(--[\w-]*(?:ENDINGS|pass|auth|creds)["']?,?[ \t]+)(VALUE)"#, values::of_flag),
    (
        &["-u", "--user"],
        r#"((?:^|[\s"'])(?:-u|--user)["']?,?[ \t]+["']?[^\s:"']+:)([^\s"']+)"#,
        values::always,
    ),
    (
        &["mysql", "mariadb"],
        r#"((?:mysql|mariadb)[^|;&\r\n]*?[\s"']-p)((?:QUOTED)|[^\s"']+)"#,
        values::of_option,
    ),
    (
        &["redis-cli", "valkey-cli"],
        r#"((?:redis|valkey)-cli[^|;&\r\n]*?[\s"']-a["']?,?[ \t]+)((?:QUOTED)|[^\s"'|/-][^\s"']*)"#,
        values::always,
    ),
    (KEYS, r#"(?i)(\(["'][\w-]*(?:ENDINGS|WORDS)["'],[ \t]*)(STRING)"#, values::always),
    (
        &["pass", "pwd", "secret", "identified"],
        r"(?is)((?:passwords?|passwd|passphrase|passcode|pwd|secret|identified[ \t]+(?:with[ \t]+\w+[ \t]+)?by)[ \t]+(?:(?:is|was)[ \t]+)?)(STRING)",
        values::always,
    ),
    (
        KEYS,
        r"(?is)((?:ENDINGS|(?:^|[^a-z])(?:pass|pw|creds|sig|otp))[ \t]+(?:(?:provided|is|was):?[ \t]+)?[(\[<]?)(STRING|[a-z0-9+/_=*.~$!@#%^-]+(?:…\z)?)",
        values::random,
    ),
    (
        &["pass"],
        r#"(?is)((?:passwords?|passphrase|passcode)[ \t]+for[ \t]+(?:user[ \t]+)?[^\s:=]+(?::[ \t]+|[ \t]*=[ \t]*))(STRING|[^\s"'`,;]+)"#,
        values::random,
    ),
    (
        &["jwt", "hmac", "session"],
        r#"(?i)((?:^|[^a-z])(?:jwt|hmac|session)\\*["'`]?[ \t]*(?:=>|:=|==?|:)[ \t]*\\*["'`]?)([a-z0-9+_=]{16,}[a-z0-9+/_=]*|[0-9a-f]{8}-[0-9a-f-]{27})"#,
        values::numbered,
    ),
    (
        &["credential"],
        r#"(?i)(credentials?:?[ \t]+[\w.@-]+(?:[:/]|[ \t]/[ \t]))([^\s,;/"'`][^\s,;"'`]*)"#,
        values::of_option,
    ),
    (&["bearer", "basic"], r"(?i)(\b(?:bearer|basic)[ \t]+)([a-z0-9._~+/=-]+(?:…\z)?)", values::no_word),
    // Tokens that tell whose they are.
    (
        &[
            "gho_",
            "ghp_",
            "ghu_",
            "ghs_",
            "ghr_",
            "k_live_",
            "k_test_",
            "npm_",
            "hf_",
            "do",
            "shp",
            "figd_",
            "lin_api_",
            "rubygems_",
            "whsec_",
            "sntrys_",
        ],
        r"(\b)((?:gh[opusr]_|[sr]k_(?:live|test)_|npm_|hf_|do[opr]_v1_|shp(?:at|ca|pa|ss)_|figd_|lin_api_|rubygems_|whsec_|sntrys_)(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=]*…\z))",
        values::mixed,
    ),
    (
        &[
            "github_pat_",
            "gl",
            "xox",
            "xapp-",
            "aiza",
            "ya29.",
            "gocspx-",
            "pypi-",
            "sk-",
            "hvs.",
            "hvb.",
            "dckr_",
            "pmak-",
            "nrak-",
            "age-secret",
            "sq0csp-",
            "tskey-",
            "atatt3",
            "pul-",
            "eaac",
        ],
        r"(\b)((?:github_pat_|gl(?:pat|ptt|rt|dt|soat|ft|agent|cbt)-|glsa_|glc_|xox[abceoprs]-|xapp-|AIza|ya29\.|GOCSPX-|pypi-|sk-|hv[bs]\.|dckr_(?:pat|oat)_|PMAK-|NRAK-|AGE-SECRET-KEY-1|sq0csp-|tskey-|ATATT3|pul-|EAAC)(?:[\w.=-]{18,}|[\w.=-]*…\z))",
        values::mixed,
    ),
    (&["sg.", "dapi"], r"(\b)(SG\.[\w-]{16,}\.[\w-]{16,}|dapi[0-9a-f]{32})", values::always),
    (&["eyj"], r"()(eyJ[\w-]{6,}(?:\.[\w-]*){0,4}|eyJ[\w.-]*…\z)", values::always),
    (
        &["akia", "asia", "abia", "acca"],
        r"(\b)((?:AKIA|ASIA|ABIA|ACCA)(?:[A-Z0-9]{12,}|[A-Z0-9]*…\z))",
        values::always,
    ),
    (&["=="], r"()([A-Za-z0-9+/]{86}==)", values::always),
    (&["q~"], r"()([\w.~-]{3}\dQ~[\w.~-]{20,})", values::always),
    (
        &["hooks.slack", "discord", "webhook.office"],
        r"((?:hooks\.slack\.com/\w+|discord(?:app)?\.com/api/webhooks|webhook\.office\.com/webhookb2)/)([^\s'<>]+)",
        values::always,
    ),
    (&[":aa"], r"()(\d{6,12}:AA[\w-]{20,})", values::always),
    (
        &["$"],
        r"()(\$(?:2[abxy]|argon2(?:id|i|d)|[156y]|scrypt|pbkdf2-sha\d+)\$[\w./+$=,-]{16,})",
        values::always,
    ),
];

/// Passwords with a slash, and addresses that the end of the text may have cut, where no user or token is known before.
const ADDRESSES: &[Pattern] = &[
    (&["@"], r#"((?://|\\/\\/)[^\s/@:"\[<>]*:)(\d*[^\s@"<>\d,/?#\[][^\s@"<>]*)@"#, values::always),
    (&["…"], r#"((?://|\\/\\/)[^\s/@:"\[<>]*:)(\d*[^\s@"<>\d,/?#\[…][^\s@"<>…]*…)\z"#, values::always),
    (&["…"], r#"((?://|\\/\\/)(?:[^\s/?#"<>@:]*:)?)([^\s/?#"<>@:]+…)\z"#, values::always),
];

/// A word that is left at the end of a text that was cut, where what would show it for a secret may be missing.
const CUT: &[Pattern] = &[(&["…"], r#"(^|[\s"'`<>])([^\s"'`<>]{6,}…)\z"#, values::numbered)];

//! The known kinds of secrets. No pattern looks further ahead than what it takes, so that together they take time in proportion to the text.

use super::values;

type Replace = fn(&str, &str) -> Option<String>;

/// To the quote that closes it; or, where a word begins right behind that one, so that it opens another, to the next.
pub(super) const QUOTED: &str = r#""(?:[^"\\]|\\.)*(?:"(?:\w[^"]*"?)?)?|'(?:[^'\\]|\\.|'')*(?:'(?:\w[^']*'?)?)?|`[^`]*(?:`(?:\w[^`]*`?)?)?"#;
/// In quotes, in brackets, or up to the next separator.
pub(super) const VALUE: &str = r#"(?:b?\\+"[^"]*(?:"(?:\w[^"]*"?)?)?|b?\\+'[^']*(?:'(?:\w[^']*'?)?)?|b?\\+`[^`]*(?:`(?:\w[^`]*`?)?)?|b?(?:QUOTED)|[A-Za-z:]*[\[({](?:"(?:[^"\\]|\\.)*"?|[^"\])}])*[^\s"'`&;,]*|(?:(?:bearer|basic|token|digest|negotiate|apikey|bot)[ \t]+)?(?:\\.|[^\s"'`&;\\])+)"#;

const KEYS: &[&str] = &[
    "pass", "pwd", "pw", "secret", "token", "key", "mnemonic", "sess", "sig", "auth", "cred", "otp", "cookie",
];

/// Each with what is in every text that has one, the pattern, and what is made of a match. A pattern has two groups: what stays and what is the secret.
pub(super) const ALL: &[(&[&str], &str, Replace)] = &[
    // PEM, to its end or that of the text.
    (
        &["-----begin"],
        r"(?s)()(-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\z))",
        values::always,
    ),
    // Headers: a scheme with what belongs to it, and all cookies.
    (
        &["authorization"],
        r#"(?i)(authorization\\*["'`]?\]?[ \t]*(?:=>|[:=])[ \t]*)(\\*"[^"]*(?:"(?:\w[^\r\n]*)?)?|\\*'[^']*(?:'(?:\w[^\r\n]*)?)?|\\*`[^`]*(?:`(?:\w[^\r\n]*)?)?|[a-z][a-z0-9_-]*[ \t]+(?:[a-z_-]+=(?:"[^"]*(?:"(?:\w[^\r\n]*)?)?|[^\s",]*)(?:,[ \t]*)?)+|[a-z][a-z0-9_-]*[ \t]+[^\s"'`;]+|[^\s"'`;,]+)"#,
        values::of_header,
    ),
    (
        &["cookie"],
        r#"(?i)((?:^|[^a-z])cookie\\*["'`]?[ \t]*(?:=>|[:=])[ \t]*)(\\*"[^"]*(?:"(?:\w[^\r\n]*)?)?|(?:=\\*"[^"\r\n]*"?|[^\r\n"])+)"#,
        values::of_header,
    ),
    // Addresses: with a scheme; with a slash in the password; percent-encoded as a whole; without a scheme; Oracle's.
    (&["@"], r#"((?://|\\/\\/))([^\s/?#"<>\\]*)@"#, values::userinfo),
    (&["@"], r#"((?://|\\/\\/)[^\s/@:"\[<>]*:)(\d*[^\s@"<>\d,/?#\[][^\s@"<>]*)@"#, values::always),
    (&["%40"], r"(?i)(%2f%2f[^\s%&]*%3a)([^\s&]*?)%40", values::always),
    (&["@tcp(", "@unix("], r"((?:^|[^\w.+%-])[\w.+%-]+:)([^\s/]*)@(?:tcp|unix)\(", values::always),
    (
        &["@"],
        r#"((?:^|[\s"'`(=,])[\w.+%-]+:)([^\s:@/"'`\[][^\s@/"'`]*)@(?:[A-RT-Za-rt-z0-9\[]|[Ss][A-GI-Za-gi-z0-9.-]|[Ss][Hh][B-Zb-z0-9.-])"#,
        values::alone,
    ),
    (&["thin:", "oci"], r"((?:thin|oci8?):[^\s/@:]+/)([^\s@]+)@", values::always),
    // Keys with a value: queries, connection strings, JSON, Debug, XML, command lines, sentences.
    (
        KEYS,
        r#"(?is)((?:ENDINGS|(?:^|[^a-z])(?:WORDS))\d*(?:[_-]?(?:hash|id|value|raw|base64|b64))?\\*["'`]?\]?(?:[ \t]*(?:=>|:=|==?|:)[ \t]*|%3[ad]))(VALUE)"#,
        values::of_key,
    ),
    // What was taken for a value may be a key itself.
    (
        KEYS,
        r#"(?is)(\[redacted\](?:\\*["'`]\]?[ \t]*|[ \t]+)(?:=>|:=|==?|:)[ \t]*)(VALUE)"#,
        values::of_value,
    ),
    (&["<"], r"(?i)(<[\w:.-]*(?:ENDINGS|WORDS)[ \t]*>)([^<]+)", values::always),
    (&["--"], r"(?is)(--[\w-]*(?:ENDINGS|pass|auth|creds)[ \t]+)(VALUE)", values::of_flag),
    (&["-u", "--user"], r#"((?:^|\s)(?:-u|--user)[ \t]+["']?[^\s:"']+:)([^\s"']+)"#, values::always),
    (
        &["password", "passphrase", "secret", "identified"],
        r"(?is)((?:passwords?|passphrase|secret|identified[ \t]+by)[ \t]+(?:(?:is|was)[ \t]+)?)(QUOTED)",
        values::always,
    ),
    (
        KEYS,
        r"(?i)((?:ENDINGS)[ \t]+(?:(?:provided|is|was):?[ \t]+)?)([a-z0-9+/_=*.~$!@#%^-]+(?:…\z)?)",
        values::random,
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
    // What the end of the text may have cut, so that what would show it for a secret is not there.
    (&["…"], r#"((?://|\\/\\/)[^\s/@:"\[<>]*:)(\d*[^\s@"<>\d,/?#\[…][^\s@"<>…]*…)\z"#, values::always),
    (&["…"], r#"((?://|\\/\\/)(?:[^\s/?#"<>@:]*:)?)([^\s/?#"<>@:]+…)\z"#, values::always),
    (&["…"], r#"(^|[\s"'`<>])([^\s"'`<>]{6,}…)\z"#, values::numbered),
];

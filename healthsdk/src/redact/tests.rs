use serde_json::json;

use super::*;

fn told(text: &str) -> String {
    Redactor::default().text(text).into_owned()
}

#[test]
fn known_secrets_are_taken_out_and_the_rest_is_readable() {
    for (text, expected) in [
        ("postgres://app:hunter2@10.0.0.7/orders", "postgres://app:[redacted]@10.0.0.7/orders"),
        ("curl -u\tapp:hunter2 http://db", "curl -u\tapp:[redacted] http://db"),
        ("sent bearer\tabc123def", "sent bearer\t[redacted]"),
        ("unexpected end in <db><password>hunter2", "unexpected end in <db><password>[redacted]"),
        ("redis://:hunter2@cache:6379/0", "redis://:[redacted]@cache:6379/0"),
        ("amqp://a:p%40ss%2Fw@mq/%2f", "amqp://a:[redacted]@mq/%2f"),
        (
            "mongodb://u:hunter2@h1:27017,h2:27017/db?replicaSet=r",
            "mongodb://u:[redacted]@h1:27017,h2:27017/db?replicaSet=r",
        ),
        ("https://t0ken@git.example/x.git", "https://[redacted]@git.example/x.git"),
        ("https://t0ken:x-oauth-basic@git.example", "https://[redacted]:x-oauth-basic@git.example"),
        ("postgres://app:hun/ter@2@db/x", "postgres://app:[redacted]@db/x"),
        ("postgres://app:p@ss@db/x", "postgres://app:[redacted]@db/x"),
        ("app:hunter2@tcp(10.0.0.7:3306)/orders", "app:[redacted]@tcp(10.0.0.7:3306)/orders"),
        ("jdbc:oracle:thin:scott/tiger@db:1521", "jdbc:oracle:thin:scott/[redacted]@db:1521"),
        ("host=db password='hun ter''2' user=app", "host=db password='[redacted]' user=app"),
        (r"host=db password=hun\ ter2 user=app", "host=db password=[redacted] user=app"),
        ("Server=db;Password=hunter2;User Id=app", "Server=db;Password=[redacted];User Id=app"),
        (r#"{"password":"hun\"ter2","user":"app"}"#, r#"{"password":"[redacted]","user":"app"}"#),
        (r#""{\"apiKey\":\"hunter2\",\"a\":1}""#, r#""{\"apiKey\":\"[redacted]\",\"a\":1}""#),
        (r#"Config { password: Some("hunter2"), port: 1 }"#, "Config { password: [redacted], port: 1 }"),
        ("Config { secret: Secret(hunter2), port: 1 }", "Config { secret: [redacted], port: 1 }"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=[redacted]"),
        ("dbPassword: hunter2, port: 5", "dbPassword: [redacted], port: 5"),
        ("auth: password: hunter2", "auth: password: [redacted]"),
        ("Authorization: x Cookie: theme=dark; id=hunter2", "Authorization: [redacted] [redacted]"),
        ("Authorization: (Cookie: theme=dark; id=hunter2", "Authorization: (Cookie: [redacted]"),
        ("Authorization: x (password: hunter2", "Authorization: [redacted] [redacted]"),
        ("Authorization: x password = hunter2", "Authorization: [redacted] = [redacted]"),
        ("Authorization: db_password = hunter2", "Authorization: [redacted] [redacted]"),
        ("Authorization: x password= hunter2", "Authorization: [redacted] [redacted]"),
        ("Authorization: password= hunter2", "Authorization: [redacted] [redacted]"),
        ("secret: token= hunter2", "secret: [redacted] [redacted]"),
        (r#"secret: token="hunter2""#, r#"secret: [redacted]"[redacted]""#),
        (r#"Cookie: a=1; sid="hunter2"; b=2"#, "Cookie: [redacted]"),
        (r#"{"headers":"Cookie: sid=\"hunter2\"; b=2","x":1}"#, r#"{"headers":"Cookie: [redacted]","x":1}"#),
        ("pw:' CREATE USER app IDENTIFIED BY 'hunter2'", "pw:'[redacted]'[redacted]'"),
        ("password ' CREATE USER app IDENTIFIED BY 'hunter2' x", "password '[redacted]'[redacted]' x"),
        (r#"pw:\" x password="hunter2 and""#, r#"pw:\"[redacted]"[redacted]""#),
        ("auth=' user=app password='hunter 2' dbname=orders", "auth='[redacted]'[redacted]' dbname=orders"),
        (
            r#"Authorization:" Authorization: Digest username="app", response="hunter2""#,
            r#"Authorization:"[redacted]"#,
        ),
        ("auth: pw: hunter2", "auth: pw: [redacted]"),
        ("auth: token password: hunter2", "auth: [redacted]: [redacted]"),
        ("pw:\\\nx-api-key: hunter2", "pw:[redacted]: [redacted]"),
        ("pw:\\`\\\nx-api-key: hunter2", "pw:\\`[redacted]"),
        (r#"pw:b\"\ x-api-key: hunter2"#, r#"pw:b\"[redacted]"#),
        ("Authorization: `hunter2`", "Authorization: `[redacted]`"),
        (r"Authorization: \'hunter2\' x", r"Authorization: \'[redacted]\' x"),
        (
            r#"Authorization: x a=" Authorization: Digest username="app", response="hunter2""#,
            "Authorization: [redacted]",
        ),
        (r"pw:\ --password hunter2 x", "pw:[redacted] [redacted] x"),
        (r"pw:\ sent\ bearer abc123def", "pw:[redacted] [redacted]"),
        (r"pw:\ password 'hunter2'", "pw:[redacted] '[redacted]'"),
        (r"pw:\ API key abcdefgh12345678", "pw:[redacted] key [redacted]"),
        (r"password=hun\ token: hunter2", "password=[redacted]: [redacted]"),
        (r"password=hun\ token\ hunter2", "password=[redacted]"),
        ("auth: db_password = hunter2", "auth: [redacted] = [redacted]"),
        ("auth: db_password : hunter2", "auth: [redacted] : [redacted]"),
        (r#"auth: "password": "hunter2""#, r#"auth: "[redacted]": "[redacted]""#),
        (r#"auth: "password"='hunter2'"#, r#"auth: "[redacted]"='[redacted]'"#),
        (r#"password "hunter2": host unreachable"#, r#"password "[redacted]": host unreachable"#),
        ("password=hunter2: host unreachable", "password=[redacted]: host unreachable"),
        ("--password hunter2 --host db", "--password [redacted] --host db"),
        ("curl -u app:hunter2 http://db", "curl -u app:[redacted] http://db"),
        ("<db><password>hunter2</password></db>", "<db><password>[redacted]</password></db>"),
        ("identified by 'hunter2'", "identified by '[redacted]'"),
        ("the password is hunter2", "the password is [redacted]"),
        ("Authorization: Bearer abc.def-1 was refused", "Authorization: [redacted] was refused"),
        (
            r#"{"authorization": "Basic YTpi", "host": "x"}"#,
            r#"{"authorization": "[redacted]", "host": "x"}"#,
        ),
        (r#"Authorization: Digest username="a", response="b""#, "Authorization: [redacted]"),
        ("Set-Cookie: id=1; Path=/\nnext", "Set-Cookie: [redacted]\nnext"),
        ("sent bearer abc123def to x", "sent bearer [redacted] to x"),
        (
            "https://b.s3/x?X-Amz-Signature=ab12&X-Amz-Date=1",
            "https://b.s3/x?X-Amz-Signature=[redacted]&X-Amz-Date=1",
        ),
        ("https://a.blob/x?sv=1&sig=ab%2B&se=2", "https://a.blob/x?sv=1&sig=[redacted]&se=2"),
        ("AccountName=a;AccountKey=Zm9v/+==;Suffix=x", "AccountName=a;AccountKey=[redacted];Suffix=x"),
        ("id AKIAIOSFODNN7EXAMPLE is off", "id [redacted] is off"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln now", "got [redacted] now"),
        ("ghp_abcdefghij0123456789ABCDEFGHIJ012345", "[redacted]"),
        ("sk-xoxb-1234567890-abcdefghij", "sk-[redacted]"),
        ("a -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nb", "a [redacted]\nb"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMIIEab", "a [redacted]"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_clients_say_of_a_secret_is_taken_out() {
    for (text, expected) in [
        ("invalid token 'hunter2'", "invalid token '[redacted]'"),
        ("invalid token `hunter2`", "invalid token `[redacted]`"),
        (r#"secret key "hunter2" is not accepted"#, r#"secret key "[redacted]" is not accepted"#),
        (r#"violation: user "app" pass "hunter2""#, r#"violation: user "app" pass "[redacted]""#),
        ("passwd hunter2 for app", "passwd [redacted] for app"),
        ("passcode 'hunter' for app", "passcode '[redacted]' for app"),
        ("passphrase for key: hunter2", "passphrase for key: [redacted]"),
        ("Password for user app: hunter2", "Password for user app: [redacted]"),
        ("Bearer=hunter2", "Bearer=[redacted]"),
        ("hmac=3f9a1c77d02be4568a1f0c9d", "hmac=[redacted]"),
        ("session: 3f9a1c77d02be4568a1f0c9d", "session: [redacted]"),
        ("X-Hub-Signature-256: sha256=3f9a1c77", "X-Hub-Signature-256: [redacted]"),
        ("with credentials app:hunter2", "with credentials app:[redacted]"),
        ("credentials: app / hunter2", "credentials: app / [redacted]"),
        ("login failed for app/hunter2@db:1521/x", "login failed for app/[redacted]@db:1521/x"),
        ("mysql -uroot -phunter2 -h db", "mysql -uroot -p[redacted] -h db"),
        (
            r#"{"error":"invalid token \"hunter2\" for app"}"#,
            r#"{"error":"invalid token \"[redacted]\" for app"}"#,
        ),
        ("invalid token (3f9a1c77d02be4568a1f0c9d)", "invalid token ([redacted])"),
        (
            "IDENTIFIED WITH caching_sha2_password BY 'hunter2'",
            "IDENTIFIED WITH caching_sha2_password BY '[redacted]'",
        ),
        ("SET PASSWORD FOR 'app'@'%' = 'hunter2'", "SET PASSWORD FOR 'app'@'%' = '[redacted]'"),
        (r#""mysql" "-uroot" "-phunter2" "orders""#, r#""mysql" "-uroot" "-p[redacted]" "orders""#),
        ("mysql -p'hunter 2' -h db", "mysql -p'[redacted]' -h db"),
        ("['redis-cli', '-a', 'hunter2', 'ping']", "['redis-cli', '-a', '[redacted]', 'ping']"),
        (r#""psql" "--password" "hunter2""#, r#""psql" "--password" "[redacted]""#),
        (r#""curl" "-u" "app:hunter2" "http://db""#, r#""curl" "-u" "app:[redacted]" "http://db""#),
        (r#"[("x-api-key", "hunter2"), ("host", "db")]"#, r#"[("x-api-key", "[redacted]"), ("host", "db")]"#),
        (
            r#"Client { password: Password { value: "hunter2" }, port: 5 }"#,
            "Client { password: [redacted], port: 5 }",
        ),
        (r#"token: Access { expires: (1, 2), inner: "hunter2" }"#, "token: [redacted]"),
        (r#"api_key: ApiKey { key: Some("hunter2"), scope: "x" }"#, "api_key: [redacted]"),
        ("SECRET_KEY_BASE=hunter2", "SECRET_KEY_BASE=[redacted]"),
        ("password[]=hunter2&password_old=hunter2", "password[]=[redacted]&password_old=[redacted]"),
        ("X-Auth-Key: hunter2, bindpw=hunter2", "X-Auth-Key: [redacted], bindpw=[redacted]"),
        ("redis-cli -a hunter2 ping", "redis-cli -a [redacted] ping"),
        ("the token /Ab3dEf6hIj9kLmNo has expired", "the token [redacted] has expired"),
        ("password ABCD1234EFGH5678 is wrong", "password [redacted] is wrong"),
        ("password pbkdf2_sha256$600000$salt$aGFzaA is old", "password [redacted] is old"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "connection refused (os error 111)",
        "postgres://db:5432/orders?user=app: timed out",
        "git@github.com:org/repo.git and ssh://git@host/x",
        "GET http://[::1]:9090/a@b and http://host:8080/users/@me",
        "token_file=/run/secrets/x, key=redis:orders, tokens used: 5, tokens=5",
        "author=Ann, authority: eu, compass: north, sign: 5, monkey: 5, primary key: 7",
        "FATAL: password authentication failed for user \"app\"",
        "Access denied for user 'app'@'10.0.0.1' (using password: YES)",
        "password: required; token: expired, secret: not found",
        "auth: connection refused by auth:9000",
        "WWW-Authenticate: Bearer realm=\"x\"; bearer token expired; basic authentication",
        "mailto:ann@example.org, nginx:1.2@sha256:0af3, 12:30 to 13:00",
        "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad, id 550e8400-e29b-41d4-a716-446655440000",
        "token is expired, the token was not accepted, secret of the service",
        "sk-learn-model-server-01 and npm_install_of_the_registry",
        "NOAUTH Authentication required.",
        "bypass=1, passes=3, 3 pass: 3, authenticated: yes",
        "unexpected token '<' at line 1, unexpected token \"}\", expected token 'number'",
        "jwt: InvalidToken, jwt: kid mismatch, session: 12 of 100 in use, session=open",
        "pass \"smoke\" failed, auth 'ldap2' is down, otp \"off\"",
        "password for user app: expired, credentials for db:5432, credentials: file /run/db1",
        "could not load credentials from /etc/app2: denied, actions/checkout@v4, token -> expired",
        "Unexpected token \" in JSON at position 14 while reading http://db01:8080/health",
        "syntax error near unexpected token `fi2x' (exit status 2), unexpected token ''' at line 3",
        "could not open session: Database(PgDatabaseError { severity: Fatal, code: \"53300\", message: \"too many\" })",
        "session: mongo-0.mongo.prod.svc:27017 refused, http://user-session:8080/api/v1/health, \"too many sessions: 100\"",
        r#"{"session":{"node":"db01","port":9042},"hmac":"hmac-sha2-256"}, jwt: "RS256" not allowed"#,
        "auth-2: unreachable; auth-0:8080: connection refused; auth1: down",
        "docker run --name mysql -p3306:3306 mysql:8; redis-cli ping; ls -a /var/lib/redis",
        "failed to fetch credentials http://169.254.169.254/latest/meta-data/iam: timed out; no credentials kafka-1:9092",
        "auth -> 10.0.3.7:8080 timeout; Auth.php(12): Auth->login()",
        "could not change password for app: ORA-28003: verification failed; password for app: /run/secrets/app1",
        "password for app: SQLSTATE[28000]: invalid authorization",
        "password scram-sha-256 authentication is not supported, unsupported signature 'ES256'",
        "could not load private key '/etc/tls/client1.key', checks that did not pass integration-test-17",
        "https://example.org/oauth/callback?state=open",
        "x".repeat(1024).as_str(),
        (MARK.to_owned() + &"x".repeat(1024) + "…").as_str(),
    ] {
        assert_eq!(told(text), text);
    }
}

#[test]
fn a_secret_that_is_cut_is_taken_out() {
    for (text, expected) in [
        ("postgres://app:hunt…", "postgres://app:[redacted]"),
        ("postgres://app:1234…", "postgres://app:[redacted]"),
        ("https://t0k…", "https://[redacted]"),
        ("password=hun…", "password=[redacted]"),
        (r#"{"password":"hun te…"#, r#"{"password":"[redacted]"#),
        ("-----BEGIN PRIVATE KEY-----\nMII…", "[redacted]"),
        ("eyJhb…", "[redacted]"),
        ("ghp_a…", "[redacted]"),
        ("AKIAIO…", "[redacted]"),
        ("Bearer abc…", "Bearer [redacted]"),
        ("password ABC1…", "password [redacted]"),
        ("Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9v1…", "[redacted]"),
        ("app:hunter2…", "[redacted]"),
        ("and so on and so forth…", "and so on and so forth…"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn of_data_whole_values_are_taken_out_under_keys_that_name_a_secret() {
    let data = json!({
        "password": "a", "apiKey": {"x": "b"}, "tokens": ["c"], "DB_PASSWORD2": 7, "auth": "d", "nested": {"client-secret": "e"},
        "tokens_used": 5, "token_file": "/run/x", "author": "f", "pools": [{"url": "redis://:g@h"}], "secret": null, "passwords": 3,
    });
    let Value::Object(data) = data else { unreachable!("it is an object") };
    let expected = json!({
        "password": MARK, "apiKey": MARK, "tokens": MARK, "DB_PASSWORD2": MARK, "auth": MARK, "nested": {"client-secret": MARK},
        "tokens_used": 5, "token_file": "/run/x", "author": "f", "pools": [{"url": "redis://:[redacted]@h"}], "secret": null,
        "passwords": 3,
    });
    assert_eq!(Value::Object(Redactor::default().data(data)), expected);
}

#[test]
fn the_hook_comes_after_the_known_patterns_and_its_panic_withholds_the_text() {
    let redactor = Redactor::with_hook(|text| {
        assert!(!text.contains("hunter2"), "it was taken out before");
        text.replace("acme", "[customer]").into()
    });
    assert_eq!(redactor.text("acme password=hunter2"), "[customer] password=[redacted]");
    let panics = Redactor::with_hook(|_| panic!("a hook with a fault"));
    assert_eq!(panics.reason(&"a reason"), WITHHELD);
    assert_eq!(Redactor::with_hook(|_| "x".repeat(1 << 20).into()).reason(&"a").len(), 1024 + '…'.len_utf8());
}

/// What makes patterns begin again and again, or nearly match.
const HARD: [&str; 22] = [
    "://a:b",
    "//h:80/",
    "password=",
    "password='",
    "\"secret\":\"",
    "token: ",
    "eyJ",
    "eyJaaaaaa.",
    "-----BEGIN A-----",
    "a@b:",
    "authorization: a b=",
    "Some(",
    "\\\\\"",
    "cookie: ",
    "<token>",
    "AKIA",
    "token \"",
    "mysql -p",
    "redis-cli -a ",
    "credentials a:",
    "app/=x@h:1/",
    "secret: A {",
];

#[test]
fn it_is_the_same_when_it_is_done_again() {
    let texts = HARD.iter().flat_map(|a| HARD.iter().map(move |b| format!("{a}{b}x1{a} y{b}@h…")));
    for text in texts {
        let once = told(&text);
        assert_eq!(told(&once), once, "{text}");
    }
}

/// Matches within matches, none of which is a secret; with what ends them.
const NEARLY: [(&str, &str); 8] = [
    ("cookie: no ", ""),
    ("to:a=", "@h"),
    ("sk-", ""),
    ("x", "…"),
    ("authorization: no x=\"", ""),
    ("password: is ", ""),
    ("session:a,", ""),
    ("mysql -p ", ""),
];

#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn it_looks_at_each_byte_as_often_in_a_long_text_as_in_a_short_one() {
    for (part, end) in HARD.iter().map(|part| (*part, "")).chain(NEARLY) {
        let looked = |length: usize| rules::known(&(part.repeat(length / part.len()) + end)).1;
        let (small, large) = (looked(4 << 10), looked(16 << 10));
        // Four times as often, where sixteen times would be quadratic.
        assert!(large <= small * 8, "{part:?}: {small}, then {large}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn a_secret_among_very_many_near_ones_is_taken_out() {
    for (part, end) in NEARLY {
        let text = format!("{0} password=hunter2 {0}{end}", part.repeat(2000 / part.len()));
        assert!(!told(&text).contains("hunter2"), "{part:?}");
    }
}

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Kind, Server, find};
use crate::http::{self, Client};

/// How long a command may take: the first one starts the browser.
const BOUND: Duration = Duration::from_mins(1);

/// See [`super::Chromium`].
#[derive(Debug)]
pub struct Chromium;

impl Kind for Chromium {
    const BINARY: &'static str = "chromedriver";
    const PACKAGE: &'static str = "chromium chromium-driver";

    fn find() -> Option<PathBuf> {
        find::on_path("chromium")?;
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        // What browsers write is in there, too.
        command.arg(format!("--port={port}")).env("TMPDIR", dir).env("HOME", dir);
        command
    }

    fn answers(port: u16) -> bool {
        let ask =
            || Client::connect((Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1))?.get("/status");
        ask().is_ok_and(|answer| answer.status == 200)
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}

impl Server<Chromium> {
    /// A browser of its own with one empty page, which lives as long as the server.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn browser(&self) -> Browser<'_> {
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": find::on_path("chromium"), "args": args },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let browser = Browser { port: self.port(), session: String::new(), server: self };
        let session = browser.ask("POST", "", &wanted);
        Browser { session: session["sessionId"].as_str().expect("a session has an id").to_owned(), ..browser }
    }
}

/// A browser with one page, driven by the `WebDriver` protocol.
#[derive(Debug)]
pub struct Browser<'a> {
    port: u16,
    session: String,
    server: &'a Server<Chromium>,
}

impl Browser<'_> {
    /// Loads a page, and returns when it has.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.ask("POST", "url", &json!({ "url": url }));
    }

    /// What a function with this body returns in the page; `arguments` are its arguments.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask("POST", "execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// As [`run`](Self::run), for a body that calls its last argument with what it returns.
    #[track_caller]
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask("POST", "execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// A command of the browser's own protocol, such as `Emulation.setEmulatedMedia`.
    #[track_caller]
    pub fn command(&self, command: &str, parameters: &Value) -> Value {
        self.ask("POST", "goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Types into whatever has the focus.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let actions: Vec<_> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key.to_string() }))
            })
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.ask("POST", "actions", &actions);
    }

    /// What was logged since the last call: to its console (`browser`), or of what it does (`performance`).
    #[track_caller]
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.ask("POST", "se/log", &json!({ "type": kind }));
        log.as_array().cloned().unwrap_or_default()
    }

    /// The page as a PNG, in base64.
    ///
    /// # Panics
    /// Where the browser does not do it.
    #[track_caller]
    pub fn screenshot(&self) -> String {
        self.ask("GET", "screenshot", &Value::Null).as_str().expect("a picture is text").to_owned()
    }

    #[track_caller]
    fn ask(&self, method: &str, command: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = [&self.session, command].into_iter().filter(|part| !part.is_empty());
        let path = path.fold("/session".to_owned(), |path, part| format!("{path}/{part}"));
        let raw = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let asked = Client::connect((Ipv4Addr::LOCALHOST, self.port).into(), BOUND)
            .and_then(|mut client| client.request(raw.as_bytes()));
        let answer: http::Answer =
            asked.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.server.log()));
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        answer.json()["value"].clone()
    }
}

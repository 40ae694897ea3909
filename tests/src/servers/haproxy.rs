mod instances;

pub use instances::{Instances, Upstream};

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{Kind, Missing, Server, find};
use crate::http::{self, Client};

const BASE: &str = "\
global
    nbthread 1
    stats socket unix@admin.sock level admin
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
";
const CONFIG: &str = "haproxy.cfg";
/// Answers 503 to everything.
const EMPTY: &str = "frontend front\n    bind \"127.0.0.1:${PORT}\"\n";

/// See [`super::Haproxy`].
#[derive(Debug)]
pub struct Haproxy;

impl Kind for Haproxy {
    const BINARY: &'static str = "haproxy";
    const PACKAGE: &'static str = "haproxy";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, dir: &Path) {
        fs::write(dir.join("base.cfg"), BASE).expect("the folder can be written");
        let config = dir.join(CONFIG);
        if !config.exists() {
            fs::write(config, EMPTY).expect("the folder can be written");
        }
    }

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["-db", "-f", "base.cfg", "-f", CONFIG]).env("PORT", port.to_string());
        command
    }

    /// It answers what is not HTTP with 400 itself, and no instance hears of it.
    fn answers(port: u16) -> bool {
        let ask = || {
            Client::connect((Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1))?.request(b"?\r\n\r\n")
        };
        ask().is_ok()
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}

/// What it knows of one line of its statistics: the names of the fields, such as `status`, and their values.
pub type Stat = BTreeMap<String, String>;

impl Server<Haproxy> {
    /// Starts one with this configuration, below a `defaults` section with times and `mode http`; its front binds
    /// `"127.0.0.1:${PORT}"`.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with_config(config: &str) -> Result<Self, Missing> {
        Self::start_from(&[(CONFIG, config)], &[])
    }

    /// Starts one in front of instances of a service.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn before(instances: &Instances) -> Result<Self, Missing> {
        Self::start_with_config(&instances.config())
    }

    /// What it answers to a command of its admin socket, such as `disable server instances/s1`.
    ///
    /// # Panics
    /// Where it does not answer.
    #[track_caller]
    pub fn admin(&self, command: &str) -> String {
        let ask = || {
            let mut stream = UnixStream::connect(self.dir().join("admin.sock"))?;
            stream.set_read_timeout(Some(http::TIMEOUT))?;
            stream.write_all(format!("{command}\n").as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            io::Result::Ok(answer.trim().to_owned())
        };
        ask().unwrap_or_else(|error| panic!("`{command}` at the admin socket: {error}\n{}", self.log()))
    }

    /// Its statistics: of each front, instance and back.
    ///
    /// # Panics
    /// Where it does not answer.
    #[track_caller]
    pub fn stats(&self) -> Vec<Stat> {
        let json: Value = serde_json::from_str(&self.admin("show stat json")).expect("the answer is JSON");
        let lines = json.as_array().into_iter().flatten();
        lines.map(|line| line.as_array().into_iter().flatten().filter_map(field).collect()).collect()
    }

    /// The statistics of an instance: `s1`, `s2` and so on, in the order given.
    ///
    /// # Panics
    /// Where it does not answer, or knows none of this name.
    #[track_caller]
    pub fn stat(&self, instance: &str) -> Stat {
        let find = |stat: &Stat| stat.get("svname").is_some_and(|name| name == instance);
        self.stats().into_iter().find(find).unwrap_or_else(|| panic!("no instance is named {instance}"))
    }

    /// What it holds of an instance: `UP`, `DOWN`, on the way from one to the other `UP 1/2`, or `MAINT`. It holds one
    /// to be up before the first check; see [`has_passed`](Self::has_passed).
    ///
    /// # Panics
    /// As [`stat`](Self::stat).
    #[track_caller]
    pub fn state(&self, instance: &str) -> String {
        self.stat(instance).remove("status").unwrap_or_default()
    }

    /// Whether an instance is up and has passed the last check.
    ///
    /// # Panics
    /// As [`stat`](Self::stat).
    #[track_caller]
    pub fn has_passed(&self, instance: &str) -> bool {
        let stat = self.stat(instance);
        let is = |field: &str, value: &str| stat.get(field).is_some_and(|known| known == value);
        is("status", "UP") && is("check_status", "L7OK")
    }
}

fn field(entry: &Value) -> Option<(String, String)> {
    let value = match &entry["value"]["value"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some((entry["field"]["name"].as_str()?.to_owned(), value))
}

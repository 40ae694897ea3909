use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{Kind, Missing, Server, blackbox::encoded, find};
use crate::http::{self, Client};

const CONFIG: &str = "prometheus.yml";

/// See [`super::Prometheus`].
#[derive(Debug)]
pub struct Prometheus;

impl Kind for Prometheus {
    const BINARY: &'static str = "prometheus";
    const PACKAGE: &'static str = "prometheus";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let config = dir.join(CONFIG);
        if !config.exists() {
            fs::write(config, "").expect("the folder can be written");
        }
    }

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args([
            format!("--config.file={CONFIG}"),
            format!("--web.listen-address=127.0.0.1:{port}"),
            "--storage.tsdb.path=data".to_owned(),
        ]);
        command
    }

    fn answers(port: u16) -> bool {
        let ask =
            || Client::connect((Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1))?.get("/-/ready");
        ask().is_ok_and(|answer| answer.status == 200)
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}

impl Server<Prometheus> {
    /// Starts one with this configuration, and files that it names: their names, and what is in them.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with_config(config: &str, files: &[(&str, &str)]) -> Result<Self, Missing> {
        Self::start_from(&[&[(CONFIG, config)], files].concat(), &[])
    }

    /// The data of what its HTTP API answers below `/api/v1/`.
    ///
    /// # Panics
    /// Where it does not answer, or not with success.
    #[track_caller]
    pub fn api(&self, path: &str) -> Value {
        let answer = http::get((Ipv4Addr::LOCALHOST, self.port()).into(), &format!("/api/v1/{path}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()["data"].take()
    }

    /// The series that an expression has now, each with its labels and value.
    ///
    /// # Panics
    /// As [`api`](Self::api).
    #[track_caller]
    pub fn query(&self, expression: &str) -> Vec<Value> {
        let mut data = self.api(&format!("query?query={}", encoded(expression)));
        match data["result"].take() {
            Value::Array(series) => series,
            other => panic!("{expression} is {other}"),
        }
    }

    /// The value of an expression that has one series.
    ///
    /// # Panics
    /// As [`query`](Self::query).
    #[track_caller]
    pub fn value(&self, expression: &str) -> Option<f64> {
        match &*self.query(expression) {
            [series] => series["value"][1].as_str()?.parse().ok(),
            _ => None,
        }
    }
}

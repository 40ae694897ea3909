use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{Kind, Missing, Server, find};
use crate::http::{self, Client};

const CONFIG: &str = "alertmanager.yml";

/// See [`super::Alertmanager`].
#[derive(Debug)]
pub struct Alertmanager;

impl Kind for Alertmanager {
    const BINARY: &'static str = "prometheus-alertmanager";
    const PACKAGE: &'static str = "prometheus-alertmanager";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args([
            format!("--config.file={CONFIG}"),
            format!("--storage.path={}", dir.display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
            "--cluster.listen-address=".to_owned(),
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

impl Server<Alertmanager> {
    /// Starts one that tells this address, and groups alerts by these labels.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_to(webhook: &str, group_by: &[&str]) -> Result<Self, Missing> {
        let config = format!(
            "route: {{receiver: test, group_by: {group_by:?}, group_wait: 2s, group_interval: 2s, repeat_interval: 1h}}\n\
             receivers: [{{name: test, webhook_configs: [{{url: '{webhook}', send_resolved: true}}]}}]\n"
        );
        Self::start_from(&[(CONFIG, &config)], &[])
    }

    /// The alerts that it knows.
    ///
    /// # Panics
    /// Where it does not answer.
    #[track_caller]
    pub fn alerts(&self) -> Vec<Value> {
        let answer = http::get((Ipv4Addr::LOCALHOST, self.port()).into(), "/api/v2/alerts");
        let alerts: Value = serde_json::from_str(answer.text()).expect("the answer is JSON");
        alerts.as_array().expect("it is a list").clone()
    }
}

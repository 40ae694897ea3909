use std::fmt::Write;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Kind, Missing, Server, find};
use crate::http::{self, Client};

const CONFIG: &str = "blackbox.yml";
const MODULES: &str = "\
modules:
  http:
    prober: http
    timeout: 5s
    http: {preferred_ip_protocol: ip4}
  grpc:
    prober: grpc
    timeout: 5s
    grpc: {tls: false, preferred_ip_protocol: ip4}
";

/// See [`super::Blackbox`].
#[derive(Debug)]
pub struct Blackbox;

impl Kind for Blackbox {
    const BINARY: &'static str = "prometheus-blackbox-exporter";
    const PACKAGE: &'static str = "prometheus-blackbox-exporter";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let config = dir.join(CONFIG);
        if !config.exists() {
            fs::write(config, MODULES).expect("the folder can be written");
        }
    }

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args([format!("--config.file={CONFIG}"), format!("--web.listen-address=127.0.0.1:{port}")]);
        command
    }

    fn answers(port: u16) -> bool {
        let ask =
            || Client::connect((Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1))?.get("/-/healthy");
        ask().is_ok_and(|answer| answer.status == 200)
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}

impl Server<Blackbox> {
    /// Starts one with this configuration, in YAML.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with_config(config: &str) -> Result<Self, Missing> {
        Self::start_from(&[(CONFIG, config)], &[])
    }

    /// Asks a target, a URL or for gRPC `host:port`, in the manner of a module.
    ///
    /// # Panics
    /// Where the exporter itself does not answer, or knows no such module.
    #[track_caller]
    pub fn probe(&self, target: &str, module: &str) -> Probe {
        let path = format!("/probe?module={}&target={}", encoded(module), encoded(target));
        let answer = http::get((Ipv4Addr::LOCALHOST, self.port()).into(), &path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        Probe(answer.text().to_owned())
    }
}

/// What one probe has found, as metrics in Prometheus' text.
#[derive(Clone, Debug)]
pub struct Probe(String);

impl Probe {
    /// Whether `probe_success` is 1.
    pub fn succeeded(&self) -> bool {
        self.value("probe_success") == Some(1.0)
    }

    /// The value of a metric, named with its labels where it has any, as `probe_http_status_code`.
    pub fn value(&self, metric: &str) -> Option<f64> {
        let of = |line: &str| line.strip_prefix(metric)?.strip_prefix(' ')?.parse().ok();
        self.0.lines().find_map(of)
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// As it stands in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => encoded.push(byte.into()),
            _ => write!(encoded, "%{byte:02X}").expect("a string takes all"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_target_is_one_parameter_whatever_is_in_it() {
        assert_eq!(super::encoded("http://a:1/b?c=d&e=%é"), "http%3A%2F%2Fa%3A1%2Fb%3Fc%3Dd%26e%3D%25%C3%A9");
    }
}

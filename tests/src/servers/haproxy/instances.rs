use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

/// What the proxy is told of the instances of a service behind it.
///
/// They are named `s1`, `s2` and so on, in the backend `instances`. Requests go to them in turn.
#[derive(Clone, Debug)]
pub struct Instances {
    /// Where they listen.
    pub addrs: Vec<SocketAddr>,
    /// What a check asks for; anything but 200 fails it.
    pub path: String,
    /// From the end of one check to the start of the next, 200 ms unless told.
    pub every: Duration,
    /// How many failed checks in a row take an instance out, 2 unless told.
    pub fall: u32,
    /// How many passed checks in a row bring it back, 1 unless told.
    pub rise: u32,
    /// How often a connection to an instance is tried again, 0 unless told, so that no failure is hidden.
    pub retries: u32,
    /// What becomes of a connection to an instance after an answer, [`Upstream::Kept`] unless told.
    pub upstream: Upstream,
}

/// What becomes of a connection to an instance after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// It is closed, while the client's stays open.
    Closed,
    /// It stays open for the same client's next request.
    Kept,
    /// It stays open for any client's next request.
    Shared,
}

impl Instances {
    /// These instances, checked at this path.
    pub fn new(addrs: impl Into<Vec<SocketAddr>>, path: &str) -> Instances {
        Instances {
            addrs: addrs.into(),
            path: path.to_owned(),
            every: Duration::from_millis(200),
            fall: 2,
            rise: 1,
            retries: 0,
            upstream: Upstream::Kept,
        }
    }

    pub(super) fn config(&self) -> String {
        let Instances { addrs, path, every, fall, rise, retries, upstream } = self;
        let every = every.as_millis();
        let kept = match upstream {
            Upstream::Closed => "option http-server-close",
            Upstream::Kept => "http-reuse never",
            Upstream::Shared => "http-reuse always",
        };
        let mut config = format!(
            "\
frontend front
    bind \"127.0.0.1:${{PORT}}\"
    default_backend instances
backend instances
    {kept}
    retries {retries}
    timeout check 2s
    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host localhost
    http-check expect status 200
    default-server check inter {every}ms fall {fall} rise {rise}
"
        );
        for (number, addr) in addrs.iter().enumerate() {
            writeln!(config, "    server s{} {addr}", number + 1).expect("a string takes all");
        }
        config
    }
}

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

const FORMS: &str = "write `http://HOST:PORT/PATH`, `HOST:PORT`, `:PORT` or `unix:SOCKET:/PATH`";

/// Where to ask, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) place: Place,
    /// As the `Host` header says it.
    pub(super) host: String,
    pub(super) path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Tried in this order.
    Ips(Vec<SocketAddr>),
    Name(String, u16),
    Unix(PathBuf),
}

impl Address {
    /// `path` is what an address without one asks for.
    pub(super) fn parse(text: &str, path: &str) -> Result<Self, String> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("https") => Err(
                "https is not spoken here; ask the plain port, the separate listener or a Unix socket of the same machine"
                    .to_owned(),
            ),
            Some("http") => Self::http(&text["http://".len()..], path, true),
            _ if text.starts_with("unix:") => Self::unix(&text["unix:".len()..], path),
            None => Self::http(text, path, false),
            Some(_) => Err(format!("no address: its scheme is unknown; {FORMS}")),
        }
    }

    pub(super) fn with_path(self, path: &str) -> Result<Self, String> {
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return Err(
                "the path has a space, a `#` or a character beyond ASCII; percent-encode it".to_owned()
            );
        }
        Ok(Self { path: path.to_owned(), ..self })
    }

    fn http(text: &str, path: &str, port_known: bool) -> Result<Self, String> {
        let (authority, path) = text.find('/').map_or((text, path), |slash| text.split_at(slash));
        if authority.contains('@') {
            return Err("an address carries no credentials; use --token-env or --token-file".to_owned());
        }
        let fault = || format!("`{}` names no host and port; {FORMS}", authority.escape_debug());
        let (host, port) = split(authority).ok_or_else(fault)?;
        let port = match port {
            Some(port) => port,
            None if port_known && !host.is_empty() => 80,
            None => return Err(fault()),
        };
        let (place, host) = place(host, port).ok_or_else(fault)?;
        let host = if port == 80 { host } else { format!("{host}:{port}") };
        Self { place, host, path: String::new() }.with_path(path)
    }

    fn unix(text: &str, path: &str) -> Result<Self, String> {
        let (socket, path) = text.find(":/").map_or((text, path), |at| (&text[..at], &text[at + 1..]));
        super::unix::check(socket)?;
        Self { place: Place::Unix(socket.into()), host: "localhost".to_owned(), path: String::new() }
            .with_path(path)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Unix(socket) => write!(f, "unix:{}:{}", socket.display(), self.path),
            _ => write!(f, "http://{}{}", self.host, self.path),
        }
    }
}

/// Host, with the brackets of an IPv6 address, and port.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = authority.find(']').map_or(0, |bracket| bracket + 1);
    let Some(colon) = authority[end..].find(':') else { return Some((authority, None)) };
    let (host, port) = (&authority[..end + colon], &authority[end + colon + 1..]);
    let port = port.parse().ok().filter(|&number| number > 0 && !port.starts_with('+'))?;
    Some((host, Some(port)))
}

/// What to connect to, and the host's name. Loopback never asks a resolver, which an image without a libc may not have.
fn place(host: &str, port: u16) -> Option<(Place, String)> {
    const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let ips = |ips: &[IpAddr]| Place::Ips(ips.iter().map(|&ip| (ip, port).into()).collect());
    if host.is_empty() || host.eq_ignore_ascii_case("localhost") {
        return Some((ips(&[V4, V6]), "localhost".to_owned()));
    }
    if let Some(v6) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let v6: Ipv6Addr = v6.parse().ok()?;
        return Some(if v6.is_unspecified() {
            (ips(&[V6, V4]), "localhost".to_owned())
        } else {
            (ips(&[v6.into()]), host.to_owned())
        });
    }
    if let Ok(v4) = host.parse::<Ipv4Addr>() {
        let v4 = if v4.is_unspecified() { Ipv4Addr::LOCALHOST } else { v4 };
        return Some((ips(&[v4.into()]), v4.to_string()));
    }
    let legal = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    legal.then(|| (Place::Name(host.to_owned(), port), host.to_owned()))
}

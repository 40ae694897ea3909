use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::Path;

/// Below the ports which systems hand out by themselves: the port of a killed server must stay refused until its
/// restart, and is neither given to another listener nor connected to itself.
const RANGE: Range<u16> = 12_000..32_000;

/// A port of 127.0.0.1 on which nothing listens.
pub fn free_port() -> u16 {
    let span = u64::from(RANGE.end - RANGE.start);
    loop {
        let offset = u16::try_from(RandomState::new().hash_one(()) % span).unwrap_or_default();
        let port = RANGE.start + offset;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A further port of a server, of this name, the same for the server's whole life: the folder keeps it.
pub(crate) fn kept_port(dir: &Path, name: &str) -> u16 {
    let file = dir.join(format!("{name}.port"));
    let kept = fs::read_to_string(&file).ok().and_then(|port| port.parse().ok());
    kept.unwrap_or_else(|| {
        let port = free_port();
        fs::write(file, port.to_string()).expect("the folder can be written");
        port
    })
}

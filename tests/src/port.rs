use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

/// Below the ports which systems hand out by themselves: the port of a killed server must stay refused until its
/// restart, and is neither given to another listener nor connected to itself.
const RANGE: Range<u16> = 12_000..32_000;

/// A port of 127.0.0.1 on which nothing listens.
pub fn free_port() -> u16 {
    let span = u64::from(RANGE.end - RANGE.start);
    loop {
        let offset = u16::try_from(RandomState::new().hash_one(()) % span).expect("the range is one of u16");
        let port = RANGE.start + offset;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

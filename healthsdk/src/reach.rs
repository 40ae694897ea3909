use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::{Duration, Instant},
};

/// How often the main server is connected to.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);
/// Two listeners look at the same server; whose turn comes this early leaves it to the other.
const TURN: Duration = Duration::from_millis(900);
/// Failures in a row that count.
const THRESHOLD: u32 = 3;

/// Whether the main server accepts connections, from what connecting to its addresses brought.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    doors: Vec<Door>,
    looked: Option<Instant>,
}

#[derive(Debug)]
struct Door {
    /// As the server knows it.
    address: SocketAddr,
    /// It counts from its first accepted connection on: some servers have a made-up address.
    accepted: bool,
    failures: u32,
    reason: String,
}

impl Reach {
    pub(crate) fn add(&mut self, address: SocketAddr) {
        if !self.doors.iter().any(|door| door.address == address) {
            self.doors.push(Door { address, accepted: false, failures: 0, reason: String::new() });
        }
    }

    /// The addresses to connect to now: the server's own, and the one to use.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<(SocketAddr, SocketAddr)> {
        if self.looked.is_some_and(|looked| now.saturating_duration_since(looked) < TURN) {
            return Vec::new();
        }
        self.looked = Some(now);
        self.doors.iter().map(|door| (door.address, reachable(door.address))).collect()
    }

    /// What connecting to the address brought: the reason where it was not accepted.
    pub(crate) fn saw(&mut self, address: SocketAddr, result: Result<(), String>) {
        let Some(door) = self.doors.iter_mut().find(|door| door.address == address) else { return };
        match result {
            Ok(()) => (door.accepted, door.failures) = (true, 0),
            Err(reason) => {
                door.failures = door.failures.saturating_add(1);
                door.reason = reason;
            }
        }
    }

    /// Why the service is not reachable, if it is not.
    pub(crate) fn fault(&self) -> Option<String> {
        let shut = |door: &&Door| door.accepted && door.failures >= THRESHOLD;
        let faults: Vec<_> = self.doors.iter().filter(shut).map(Door::fault).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

impl Door {
    fn fault(&self) -> String {
        format!("{} does not accept connections: {}", self.address, self.reason)
    }
}

/// A server on every address is reached by the loopback one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    fn refused() -> Result<(), String> {
        Err("connection refused".to_owned())
    }

    #[test]
    fn an_address_that_never_accepted_a_connection_does_not_count() {
        let (mut reach, made_up) = (Reach::default(), address("127.0.0.1:8080"));
        reach.add(made_up);
        (0..10).for_each(|_| reach.saw(made_up, refused()));
        assert_eq!(reach.fault(), None);
    }

    #[test]
    fn three_failures_in_a_row_count_and_one_success_ends_them() {
        let (mut reach, main) = (Reach::default(), address("127.0.0.1:8080"));
        reach.add(main);
        reach.saw(main, Ok(()));
        for _ in 0..2 {
            (0..2).for_each(|_| reach.saw(main, refused()));
            assert_eq!(reach.fault(), None);
            reach.saw(main, refused());
            let fault = "127.0.0.1:8080 does not accept connections: connection refused";
            assert_eq!(reach.fault().as_deref(), Some(fault));
            reach.saw(main, Ok(()));
            assert_eq!(reach.fault(), None);
        }
    }

    #[test]
    fn every_worker_tells_the_address_and_it_is_looked_at_once() {
        let (mut reach, now) = (Reach::default(), Instant::now());
        (0..8).for_each(|_| reach.add(address("0.0.0.0:80")));
        reach.add(address("[::]:80"));
        let expected = [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80")];
        assert_eq!(reach.due(now), expected.map(|(own, used)| (address(own), address(used))));
        assert!(reach.due(now + PERIOD / 2).is_empty(), "another listener has just looked");
        assert_eq!(reach.due(now + PERIOD).len(), 2);
    }
}

//! Restarts of a service behind a load balancer, under load.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use healthsdk_tests::load::{Clients, Load, Tally};
use healthsdk_tests::servers::{Haproxy, Instances, Missing, Postgres, Redis};
use healthsdk_tests::{Child, built, eventually, http, need};
use nix::sys::signal::Signal;

const RESTARTS: usize = 20;
const LOAD: Clients = Clients { keep_alive: 8, one_request: 8, period: Duration::from_millis(50) };
const BOUND: Duration = Duration::from_mins(10);
const SOON: Duration = Duration::from_mins(1);

struct Stack {
    postgres: Postgres,
    redis: Redis,
}

impl Stack {
    fn start() -> Result<Self, Missing> {
        Ok(Self { postgres: Postgres::start()?, redis: Redis::start()? })
    }

    fn orders(&self, program: &Path, port: u16, signals: &str) -> Child {
        let mut command = Command::new(program);
        command.env("DATABASE_URL", self.postgres.url()).env("REDIS_URL", self.redis.url());
        command.env("AMQP_URL", "amqp://127.0.0.1:1");
        command.env("PORT", port.to_string()).env("SIGNALS", signals);
        // The balancer asks every 200 ms and goes by the second failure; a loaded machine has room.
        Child::start(command.env("DRAIN_DELAY", "2"))
    }
}

/// What clients see of a service of two instances whose instances are restarted one after the other.
fn restarts(
    stack: &Stack,
    haproxy: impl FnOnce(&Instances) -> Result<Haproxy, Missing>,
    signals: &str,
) -> Tally {
    let program = built("orders");
    let ports = [(); 2].map(|()| free_port());
    let mut instances = ports.map(|port| stack.orders(&program, port, signals));
    let addrs = ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let haproxy = haproxy(&Instances::new(addrs, "/readyz")).expect("it was there before");
    let passes =
        |server: &str| eventually(&format!("{server} takes traffic"), SOON, || haproxy.has_passed(server));
    passes("s1");
    passes("s2");

    let front = SocketAddr::from((Ipv4Addr::LOCALHOST, haproxy.port()));
    eventually("orders are found", SOON, || http::get(front, "/orders/1").status == 404);
    let load = Load::start(front, "/orders/1", LOAD, BOUND);
    for restart in 0..RESTARTS {
        let index = restart % 2;
        let server = ["s1", "s2"][index];
        instances[index].signal(Signal::SIGTERM);
        instances[index].wait(SOON);
        eventually(&format!("{server} is out"), SOON, || !haproxy.has_passed(server));
        instances[index] = stack.orders(&program, ports[index], signals);
        passes(server);
    }
    let tally = load.stop();
    println!(
        "{RESTARTS} restarts, signals handled by {signals}: {} of {} requests failed in {:.0?}",
        tally.failed(),
        tally.asked(),
        tally.took
    );
    tally
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .expect("a port is free")
        .local_addr()
        .expect("it is bound")
        .port()
}

#[test]
fn twenty_restarts_lose_no_request_where_healthsdk_drains_and_some_where_actix_alone_stops() {
    let Some(stack) = need!(Stack::start()) else { return };
    if need!(Haproxy::before(&Instances::new([], "/readyz"))).is_none() {
        return;
    }
    let drained = restarts(&stack, Haproxy::before, "healthsdk");
    assert_eq!(drained.failed(), 0, "{drained}");
    assert!(drained.asked() > 1000, "there was a load: {drained}");

    let stopped = restarts(&stack, Haproxy::before, "actix");
    assert!(stopped.failed() > 0, "the test cannot see failure: {stopped}");
}

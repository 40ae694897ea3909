//! Redis.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use healthsdk::{Check, checks};
use healthsdk_tests::servers::Redis;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, counted};

/// A `ConnectionManager`.
pub fn manager() -> Case {
    Case::new("redis, ConnectionManager", |_| Ok(counted(Redis::start()?, connections)), Manager::connect)
        .without(Fault::WrongPassword, "later")
}

struct Manager(ConnectionManager);

impl Manager {
    async fn connect(port: u16) -> Self {
        let client = redis::Client::open((Ipv4Addr::LOCALHOST.to_string(), port)).expect("a legal address");
        Self(client.get_connection_manager_lazy(ConnectionManagerConfig::new()).expect("a legal address"))
    }
}

impl Subject for Manager {
    fn check(&self) -> Check {
        checks::redis::of("redis", self.0.clone())
    }
}

/// Those that `CLIENT LIST` tells, without the one that asks.
fn connections(server: &Redis) -> usize {
    let ask = || -> io::Result<usize> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))?;
        stream.write_all(b"CLIENT LIST\r\nQUIT\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.lines().filter(|line| line.starts_with("id=")).count() - 1)
    };
    ask().expect("redis answers")
}

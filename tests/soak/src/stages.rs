use healthsdk_tests::proxy::{Mode, Proxy};
use healthsdk_tests::servers::{Kind, Memcached, Missing, Nats, Postgres, Redis, Server};

use crate::plan::Fault;

/// All servers that there are.
pub(crate) const SERVERS: [&str; 4] = ["postgres", "redis", "memcached", "nats"];

/// A server with a proxy before it.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    server: Box<dyn Backend>,
    proxy: Proxy,
    broken: Option<Fault>,
}

trait Backend: Send {
    fn kill(&mut self);
    fn restart(&mut self);
    fn pause(&mut self);
    fn resume(&mut self);
    fn port(&self) -> u16;
}

impl<K: Kind + Send> Backend for Server<K> {
    fn kill(&mut self) {
        Server::kill(self);
    }

    fn restart(&mut self) {
        Server::restart(self);
    }

    fn pause(&mut self) {
        Server::pause(self);
    }

    fn resume(&mut self) {
        Server::resume(self);
    }

    fn port(&self) -> u16 {
        Server::port(self)
    }
}

impl Stage {
    pub(crate) fn start(name: &'static str) -> Result<Self, Missing> {
        let server: Box<dyn Backend> = match name {
            "postgres" => Box::new(Postgres::start()?),
            "redis" => Box::new(Redis::start()?),
            "memcached" => Box::new(Memcached::start()?),
            _ => Box::new(Nats::start()?),
        };
        let proxy = Proxy::start();
        proxy.lead_to(server.port());
        Ok(Self { name, server, proxy, broken: None })
    }

    /// Where the service finds it.
    pub(crate) fn port(&self) -> u16 {
        self.proxy.port()
    }

    pub(crate) fn break_by(&mut self, fault: Fault) {
        match fault {
            Fault::Kill => self.server.kill(),
            Fault::Pause => self.server.pause(),
            Fault::Slow(delay) => self.proxy.set(Mode::Delay(delay)),
            Fault::Swallow => self.proxy.set(Mode::Swallow),
            Fault::Refuse => self.proxy.set(Mode::Refuse),
            Fault::Cut => self.proxy.set(Mode::CutAnswer),
        }
        self.broken = Some(fault);
    }

    pub(crate) fn mend(&mut self) {
        match self.broken.take() {
            Some(Fault::Kill) => self.server.restart(),
            Some(Fault::Pause) => self.server.resume(),
            Some(_) => self.proxy.set(Mode::Forward),
            None => {}
        }
    }
}

//! Names: dnsmasq, asked over TCP, which the proxy passes on.

use std::net::{IpAddr, Ipv4Addr};

use healthsdk::{Cause, Check, Status, checks};
use healthsdk_tests::servers::Dnsmasq;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, uncounted};

/// A resolver of hickory that remembers nothing.
pub fn hickory() -> Case {
    let start = |_| Ok(uncounted(Dnsmasq::start()?));
    Case::new("hickory-resolver, TCP", start, |port| async move { Hickory::new(port) }).says(
        Fault::Cut,
        Status::Error,
        Cause::Refused,
        "it tells that it has no connection, and not why",
    )
}

struct Hickory(TokioResolver);

impl Hickory {
    fn new(port: u16) -> Self {
        let mut connection = ConnectionConfig::tcp();
        connection.port = port;
        let mut server = NameServerConfig::tcp(IpAddr::V4(Ipv4Addr::LOCALHOST));
        server.connections = vec![connection];
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.cache_size = 0;
        options.attempts = 1;
        options.ip_strategy = LookupIpStrategy::Ipv4Only;
        options.use_hosts_file = ResolveHosts::Never;
        Self(builder.build().expect("a legal configuration"))
    }
}

impl Subject for Hickory {
    fn check(&self) -> Check {
        checks::hickory_resolver::of("dns", self.0.clone(), format!("{}.", Dnsmasq::NAME))
    }
}

use std::{fmt, net::IpAddr, sync::Arc};

use actix_web::HttpRequest;
use ipnet::IpNet;

use super::client;
use crate::redact::Redactor;

/// Networks that are told, and proxies whose word counts.
#[derive(Clone)]
pub struct Networks(Arc<Known>);

struct Known {
    networks: Vec<IpNet>,
    /// `None` where no request may come by one.
    proxies: Option<Vec<IpNet>>,
    fault: Option<String>,
}

impl Networks {
    pub(super) fn new<T: AsRef<str>, P: AsRef<str>>(
        networks: impl IntoIterator<Item = T>,
        proxies: Option<impl IntoIterator<Item = P>>,
    ) -> Self {
        let of = if proxies.is_some() { "Details::cidr_behind" } else { "Details::cidr" };
        let networks = parsed(of, networks);
        let proxies = proxies.map(|proxies| parsed(of, proxies)).transpose();
        let fault = networks.as_ref().err().or(proxies.as_ref().err()).cloned();
        Self(Arc::new(Known {
            networks: networks.unwrap_or_default(),
            proxies: proxies.unwrap_or_default(),
            fault,
        }))
    }

    pub(super) fn fault(&self) -> Option<String> {
        self.0.fault.clone()
    }

    pub(super) fn allow(&self, request: &HttpRequest) -> bool {
        client::peer(request)
            .and_then(|peer| self.client(request, peer))
            .is_some_and(|client| has(&self.0.networks, client))
    }

    /// Who asks; `None` where that is not to be known.
    fn client(&self, request: &HttpRequest, peer: IpAddr) -> Option<IpAddr> {
        let headers = request.headers();
        match &self.0.proxies {
            // One that says nothing of whom it speaks for is not the client itself.
            Some(proxies) if has(proxies, peer) => client::behind(headers, |hop| has(proxies, hop)),
            _ => (!client::is_passed_on(headers)).then_some(peer),
        }
    }
}

fn has(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

fn parsed<T: AsRef<str>>(of: &str, texts: impl IntoIterator<Item = T>) -> Result<Vec<IpNet>, String> {
    let networks: Vec<_> = texts
        .into_iter()
        .map(|text| parse(text.as_ref()))
        .collect::<Result<_, _>>()
        .map_err(|fault| format!("`{of}`: {fault}"))?;
    if networks.is_empty() {
        return Err(format!("`{of}` names no network; write `10.0.0.0/8`, or use `Details::Never`"));
    }
    Ok(networks)
}

fn parse(text: &str) -> Result<IpNet, String> {
    let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let network: IpNet = network.ok_or_else(|| {
        // Before quotes in it are escaped, by which a secret would be known.
        let text = Redactor::default().text(text);
        format!("`{}` is no network; write `10.0.0.0/8`, `fd00::/8` or an address", text.escape_debug())
    })?;
    if network.trunc() != network {
        return Err(format!(
            "`{network}` has bits beyond its prefix; write `{}`, or the address alone",
            network.trunc()
        ));
    }
    if network.prefix_len() == 0 {
        return Err(format!("`{network}` is everybody; use `Details::Always`"));
    }
    Ok(network)
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Networks(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_a_network_or_an_address_and_nothing_else() {
        for text in ["10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1", "192.0.2.7/32"] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for (text, told) in [
            ("", "no network"),
            ("10.0.0/8", "no network"),
            ("10.0.0.0/33", "no network"),
            ("localhost", "no network"),
            (" 10.0.0.0/8", "no network"),
            ("10.0.0.1/8", "write `10.0.0.0/8`"),
            ("0.0.0.0/0", "Details::Always"),
            ("::/0", "Details::Always"),
        ] {
            let fault = parse(text).expect_err("it is refused");
            assert!(fault.contains(told), "{text}: {fault}");
        }
    }
}

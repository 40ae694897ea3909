use std::{fmt, path::PathBuf};

/// Where a listener listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// What `ToSocketAddrs` understands.
    Tcp(String),
    Unix(PathBuf),
}

impl Address {
    pub(super) fn parse(text: &str) -> Self {
        match text.strip_prefix("unix:") {
            Some(path) => Self::Unix(path.into()),
            None => Self::Tcp(text.to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_unix_socket_where_it_says_so() {
        for (text, address) in [
            ("unix:/run/app.sock", Address::Unix("/run/app.sock".into())),
            ("unix:app.sock", Address::Unix("app.sock".into())),
            ("[::]:9090", Address::Tcp("[::]:9090".to_owned())),
        ] {
            assert_eq!(Address::parse(text), address);
            assert_eq!(address.to_string(), text);
        }
    }
}

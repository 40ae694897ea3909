use super::{Details, Or};

impl Details {
    /// Whether this is a token that lets pass; `None` where there are no tokens.
    pub(crate) fn password(&self, password: &[u8]) -> Option<bool> {
        match self {
            Self::Bearer(tokens) => Some(tokens.has(password)),
            Self::BearerFile(file) => Some(file.tokens().has(password)),
            // Both are asked, so that the time tells nothing of the first.
            Self::Or(Or(either)) => {
                let told = either.iter().filter_map(|one| one.password(password));
                told.reduce(|one, other| one | other)
            }
            Self::Never | Self::Always | Self::Loopback | Self::Cidr(_) | Self::Listener | Self::When(_) => {
                None
            }
        }
    }
}

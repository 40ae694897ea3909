//! The PostgreSQL that the cases of its clients have before them.

use healthsdk_tests::servers::{Missing, Postgres};

use crate::subject::{Backend, counted};

/// Connections that each client may have.
pub(crate) const LIMIT: usize = 5;

/// The user `test` needs no password; of all others, whoever they are, it is wrong.
const HBA: &str = "host all test 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";

pub(crate) fn start(_port: Option<u16>) -> Result<Box<dyn Backend>, Missing> {
    let server = Postgres::start_from(&[("hba.conf", HBA)], &["-c", "hba_file=hba.conf"])?;
    Ok(counted(server, Postgres::connections))
}

/// What a client connects with.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://test@127.0.0.1:{port}/postgres")
}

/// With a password that is wrong.
pub(crate) fn wrong_url(port: u16) -> String {
    format!("postgres://nobody:wrong@127.0.0.1:{port}/postgres")
}

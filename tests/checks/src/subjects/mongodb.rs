//! MongoDB, by its stand-in.

use std::time::Duration;

use healthsdk::{Check, checks};
use healthsdk_tests::servers::Mongo;
use mongodb::Client;
use mongodb::options::ClientOptions;

use crate::case::Case;
use crate::subject::{Subject, counted};

/// A client of one server.
pub fn client() -> Case {
    let start = |_| Ok(counted(Mongo::start()?, Mongo::connections));
    Case::new("mongodb", start, |port| Connected::new("", port))
        .recovers_within(Duration::from_secs(60))
        .wrong_password(|port| Connected::new("test:wrong@", port))
}

struct Connected(Client);

impl Connected {
    async fn new(account: &str, port: u16) -> Self {
        let url = format!("mongodb://{account}127.0.0.1:{port}/?serverSelectionTimeoutMS=700&maxPoolSize=3");
        let options = ClientOptions::parse(url).await.expect("a legal address");
        Self(Client::with_options(options).expect("legal options"))
    }
}

impl Subject for Connected {
    fn check(&self) -> Check {
        checks::mongodb::of("mongodb", self.0.clone())
    }

    /// Those of the pool, and two by which the client watches the server.
    fn limit(&self) -> usize {
        5
    }
}

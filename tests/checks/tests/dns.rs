//! What the operating system's resolver tells.

use healthsdk::{Cause, Status, checks};

#[tokio::test]
async fn a_name_has_addresses_or_is_unresolved() {
    let local = checks::dns::resolve("localhost").await;
    assert_eq!(local.status(), Status::Ok);
    let addresses = local.data()["addresses"].as_array().expect("a list");
    assert!(addresses.iter().any(|address| address == "127.0.0.1"), "{addresses:?}");
    for name in ["name.invalid.", "not a name"] {
        let outcome = checks::dns::resolve(name).await;
        assert_eq!(
            (outcome.status(), outcome.cause()),
            (Status::Error, Some(Cause::Unresolved)),
            "{outcome:?}"
        );
    }
}

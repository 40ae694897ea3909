//! What healthy means for this service is an agreement: a change of it is seen in a review, as a change of `CONTRACT.md`.

use std::{fs, path::Path, process::Command};

/// Writes the copy anew instead of comparing it.
const RENEW: &str = "RENEW_CONTRACT";

#[test]
fn the_contract_is_the_one_that_was_agreed_on() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orders"));
    for name in ["HEALTH_TOKEN", "PROBES", "DRAIN_TOKEN", "DRAIN_DELAY", "GRACE", "DATA_DIR"] {
        command.env_remove(name);
    }
    let output = command.arg("describe").env("STOCK_URL", "http://stock.internal").output();
    let output = output.expect("orders can be started");
    assert!(output.status.success(), "{output:?}");
    let contract = String::from_utf8(output.stdout).expect("it is text");
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRACT.md");
    if std::env::var_os(RENEW).is_some() {
        fs::write(&copy, &contract).expect("it can be written");
    }
    let agreed = fs::read_to_string(&copy).expect("there is a copy");
    assert_eq!(contract, agreed, "agree on the change, and write it down with {RENEW}=1");
}

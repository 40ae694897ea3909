use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use healthsdk::webhook::Webhook;
use healthsdk_tests::need;
use healthsdk_tests::receiver::{Received, Receiver};
use healthsdk_tests::servers::client;
use serde_json::{Value, json};

use crate::{SECRET, SOON, counted, flip, started, webhook};

const SCHEMA: &str = include_str!("../../../healthsdk/schema/webhook.schema.json");
/// The verification of Standard Webhooks, written anew.
const VERIFY: &str = r#"
import base64, hashlib, hmac, sys
secret, id, timestamp, signatures = sys.argv[1:]
content = f"{id}.{timestamp}.".encode() + sys.stdin.buffer.read()
key = base64.b64decode(secret.removeprefix("whsec_"))
print("v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() in signatures.split(" "))
"#;

fn verified(received: &Received, secret: &str) -> Option<bool> {
    use std::io::Write;
    let python = need!(client("python3", "python3"))?;
    let header = |name: &str| received.headers[name].clone();
    let arguments = [header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")];
    let mut child = Command::new(python)
        .args(["-c", VERIFY, secret])
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("it is piped").write_all(&received.body).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    Some(output.stdout.starts_with(b"True"))
}

fn as_the_schema_says(body: &Value) {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).expect("it is one");
    let errors: Vec<_> = schema.iter_errors(body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {body:#}");
}

#[test]
fn each_transition_is_posted_once_in_order_and_as_the_schema_says() {
    let target = Receiver::start();
    let webhook = webhook(&target);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    for broken in [true, false, true, false] {
        flip(&monitor, &switch, "plug", broken);
    }
    let received = target.wait(4, SOON);
    counted(&deliveries, 4, 0);
    let bodies: Vec<_> = received.iter().map(Received::json).collect();
    bodies.iter().for_each(as_the_schema_says);
    let types = ["failed", "recovered", "failed", "recovered"].map(|word| format!("health_check.{word}"));
    assert!(bodies.iter().map(|body| &body["type"]).eq(types.iter()), "{bodies:#?}");
    let mut data = bodies[0]["data"].clone();
    assert!(data["lasted_seconds"].is_number());
    data["lasted_seconds"] = json!(1);
    let golden = include_str!("../../golden/webhook-failed.json");
    assert_eq!(data, serde_json::from_str::<Value>(golden).expect("it is JSON"));
    assert_eq!(bodies[1]["data"]["reason"], Value::Null);
    assert!(
        received.iter().all(|one| one.path == "/hook" && one.headers["content-type"] == "application/json")
    );
    assert!(received[0].headers["user-agent"].starts_with("healthsdk/"));
}

#[test]
fn each_is_signed_as_standard_webhooks_says_with_the_time_of_the_attempt() {
    let target = Receiver::start();
    let new = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ=";
    let (monitor, switch) = started("plug", webhook(&target).also_signed_with(new));
    flip(&monitor, &switch, "plug", true);
    let received = target.wait(1, SOON).remove(0);
    let timestamp: u64 = received.headers["webhook-timestamp"].parse().expect("seconds");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs();
    assert!((now - 60..=now).contains(&timestamp), "{timestamp} and {now}");
    let id = &received.headers["webhook-id"];
    assert!(id.starts_with("msg_") && !id.contains('.'), "{id}");
    for secret in [SECRET, new] {
        let Some(verified) = verified(&received, secret) else { return };
        assert!(verified, "whoever has either secret can verify it");
    }
    let mut forged = received;
    forged.body[10] ^= 1;
    assert_eq!(verified(&forged, SECRET), Some(false));
}

#[test]
fn a_header_of_ones_own_is_sent() {
    let target = Receiver::start();
    let (monitor, switch) = started("plug", webhook(&target).header("authorization", "Bearer x"));
    flip(&monitor, &switch, "plug", true);
    assert_eq!(target.wait(1, SOON)[0].headers["authorization"], "Bearer x");
}

#[test]
fn the_client_is_the_services_to_change() {
    let target = Receiver::start();
    let webhook: Webhook = webhook(&target);
    let slow = webhook.client(|client| client.user_agent("orders").connect_timeout(Duration::from_secs(1)));
    let (monitor, switch) = started("plug", slow);
    flip(&monitor, &switch, "plug", true);
    assert_eq!(target.wait(1, SOON)[0].headers["user-agent"], "orders");
}

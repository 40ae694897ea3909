//! The manifests of `examples/kubernetes` against the service that they run.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use healthsdk::{Check, Kind, Monitor, Status};
use healthsdk_tests::servers::{Missing, tool};
use healthsdk_tests::{Child, built, http, need};
use serde_json::{Map, Value};

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/kubernetes")
}

/// Every manifest, with its path.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

fn parsed(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("no YAML: {error}\n{yaml}"))
}

/// The one manifest of this kind.
fn manifest(kind: &str) -> Value {
    let all = files().into_iter().map(|file| parsed(&fs::read_to_string(file).expect("it can be read")));
    let mut of_kind: Vec<_> = all.filter(|manifest| manifest["kind"] == kind).collect();
    assert_eq!(of_kind.len(), 1, "manifests of the kind {kind}");
    of_kind.remove(0)
}

fn pod() -> Value {
    manifest("Deployment")["spec"]["template"]["spec"].clone()
}

fn container() -> Value {
    pod()["containers"][0].clone()
}

/// The variables that the container has as plain values.
fn values() -> Vec<(String, String)> {
    let container = container();
    let env = container["env"].as_array().expect("it has variables").iter();
    let plain = env.filter_map(|variable| Some((variable["name"].as_str()?, variable["value"].as_str()?)));
    plain.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What `orders` prints with these variables.
fn printed(env: Vec<(String, String)>) -> String {
    let mut command = Command::new(built("orders"));
    for name in [
        "DATABASE_URL",
        "REDIS_URL",
        "AMQP_URL",
        "STOCK_URL",
        "DATA_DIR",
        "HEALTH_TOKEN",
        "DRAIN_DELAY",
        "GRACE",
    ] {
        command.env_remove(name);
    }
    let output = command.arg("kubernetes-probes").envs(env).output().expect("it can be started");
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Whether a request for this path gets through a rule, as Kubernetes defines both types of path.
fn reaches(rule: &Value, path: &str) -> bool {
    let own = rule["path"].as_str().expect("a rule has a path");
    match rule["pathType"].as_str() {
        Some("Exact") => path == own,
        Some("Prefix") => {
            let elements =
                |path: &str| path.split('/').filter(|e| !e.is_empty()).map(str::to_owned).collect();
            let (path, own): (Vec<_>, Vec<_>) = (elements(path), elements(own));
            path.starts_with(&own)
        }
        other => panic!("what {other:?} lets through is up to the controller"),
    }
}

/// Every map in a manifest.
fn maps(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Object(map) => std::iter::once(map).chain(map.values().flat_map(maps)).collect(),
        Value::Array(values) => values.iter().flat_map(maps).collect(),
        _ => Vec::new(),
    }
}

fn validate(tool: &Path, file: &Path) -> Output {
    let mut command = Command::new(tool);
    command.args(["--strict", "--kubernetes-version", "1.37"]).arg(file).output().expect("it can be started")
}

fn validator() -> Result<PathBuf, Missing> {
    tool("kubernetes-validate")
}

#[test]
fn the_probes_and_the_grace_period_of_the_deployment_are_those_that_the_monitor_prints() {
    let text = printed(values());
    let (fragment, pod, container) = (parsed(&text), pod(), container());
    for probe in PROBES {
        assert!(fragment[probe].is_object(), "no {probe} in\n{text}");
        assert_eq!(container[probe], fragment[probe], "{probe}");
    }
    assert_eq!(pod["terminationGracePeriodSeconds"], fragment["terminationGracePeriodSeconds"]);
    assert!(!text.contains("Warning"), "{text}");
}

#[test]
fn a_drain_delay_shorter_than_readiness_needs_is_warned_of() {
    let text = printed(vec![("DRAIN_DELAY".to_owned(), "9".to_owned())]);
    assert!(text.contains("# Warning: the drain delay (9 s)"), "{text}");
}

/// The failures that the startup probe of a monitor with this one check allows.
fn startup_failures(check: Check) -> Value {
    let monitor = Monitor::builder().linked(false).check(check).build().expect("it is legal");
    parsed(&monitor.kubernetes_probes().to_string())["startupProbe"]["failureThreshold"].clone()
}

#[test]
fn a_slow_startup_check_gets_the_time_that_it_needs_and_one_that_holds_nothing_does_not() {
    let minute = Duration::from_mins(1);
    let check = || Check::new("warm", || async {}).kind(Kind::Startup).timeout(minute).interval(5 * minute);
    // A run of 480 s that hangs, 1 s, and a run of 60 s; 5 s each, and two more.
    assert_eq!(startup_failures(check()), 111);
    assert_eq!(startup_failures(check().failure_status(Status::Degraded)), 60);
}

#[test]
fn orders_listens_where_host_says() {
    let mut command = Command::new(built("orders"));
    command.env("DATABASE_URL", "postgres://127.0.0.1:1/orders").env("REDIS_URL", "redis://127.0.0.1:1");
    command.env("AMQP_URL", "amqp://127.0.0.1:1");
    let orders = Child::start(command.env("HOST", "127.0.0.2").env("PORT", "0"));
    let address = orders.address();
    assert_eq!(address.ip(), Ipv4Addr::new(127, 0, 0, 2));
    assert_eq!(http::get(address, "/livez").status, 200);
}

#[test]
fn the_probes_ask_a_port_that_the_container_opens_to_the_pod() {
    let (container, values) = (container(), values());
    let value = |name: &str| values.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let port = &container["ports"][0];
    assert_eq!(value("HOST"), Some("0.0.0.0"));
    assert_eq!(value("PORT"), Some(port["containerPort"].to_string().as_str()));
    for probe in PROBES {
        assert_eq!(container[probe]["httpGet"]["port"], port["name"], "{probe}");
    }
    assert_eq!(manifest("Service")["spec"]["ports"][0]["targetPort"], port["name"]);
}

#[test]
fn the_grace_period_is_above_drain_delay_and_shutdown_timeout() {
    let grace = pod()["terminationGracePeriodSeconds"].as_u64().expect("it is a number");
    let seconds = |name: &str| {
        let value = values().into_iter().find(|(own, _)| own == name).expect("it is set").1;
        value.parse::<u64>().expect("it is a number")
    };
    let monitor = Monitor::builder()
        .linked(false)
        .allow_empty()
        .drain_delay(Duration::from_secs(seconds("DRAIN_DELAY")))
        .grace(Duration::from_secs(seconds("GRACE")))
        .build()
        .expect("the times are consistent");
    let (delay, stop) = (seconds("DRAIN_DELAY"), monitor.shutdown_timeout());
    assert!(stop > 0 && grace > delay + stop, "{grace} s for {delay} s and {stop} s");
    assert!(grace >= seconds("GRACE"), "the service counts on more than the pod gets");
}

#[test]
fn no_manifest_carries_a_token() {
    for file in files() {
        let text = fs::read_to_string(&file).expect("it can be read");
        for word in ["authorization", "bearer", "httpheaders"] {
            assert!(!text.to_lowercase().contains(word), "`{word}` in {}", file.display());
        }
        assert_ne!(parsed(&text)["kind"], "Secret", "{}", file.display());
    }
    let container = container();
    for variable in container["env"].as_array().expect("it has variables") {
        let plain =
            ["HOST", "PORT", "DRAIN_DELAY", "GRACE", "STOCK_URL", "DATA_DIR", "HEALTHSDK_SETTINGS_FILE"]
                .iter()
                .any(|name| variable["name"] == *name);
        let secret = variable["valueFrom"]["secretKeyRef"]["key"].is_string();
        assert!(plain != secret && plain == variable["value"].is_string(), "{variable}");
    }
}

#[test]
fn the_settings_are_mounted_where_the_service_reads_them_and_are_legal_for_it() {
    let (map, container, pod) = (manifest("ConfigMap"), container(), pod());
    let named = |list: &Value, name: &str| {
        list.as_array().expect("a list").iter().find(|one| one["name"] == name).cloned().expect(name)
    };
    let read = named(&container["env"], "HEALTHSDK_SETTINGS_FILE")["value"].clone();
    let mount = named(&container["volumeMounts"], "health");
    assert!(mount.get("subPath").is_none(), "a file that is mounted alone never changes");
    let file = read.as_str().expect("a path").strip_prefix(mount["mountPath"].as_str().expect("a path"));
    let file = file.and_then(|file| file.strip_prefix('/')).expect("it is in the folder");
    assert_eq!(named(&pod["volumes"], "health")["configMap"]["name"], map["metadata"]["name"]);

    let folder = tempfile::tempdir().expect("a folder can be made");
    let mounted = folder.path().join(file);
    fs::write(&mounted, map["data"][file].as_str().expect("it is there")).expect("the folder is there");
    let mut variables = values();
    variables.retain(|(name, _)| name != "HEALTHSDK_SETTINGS_FILE");
    variables.push(("HEALTHSDK_SETTINGS_FILE".to_owned(), mounted.display().to_string()));
    assert!(!printed(variables).is_empty());
}

#[test]
fn the_ingress_reaches_health_and_the_orders_and_no_probe_that_kills_or_unroutes() {
    let ingress = manifest("Ingress");
    let rules = ingress["spec"]["rules"].as_array().expect("it has rules");
    let rules: Vec<_> = rules.iter().filter_map(|rule| rule["http"]["paths"].as_array()).flatten().collect();
    let reached = |path: &str| rules.iter().any(|rule| reaches(rule, path));
    assert!(["/health", "/orders", "/orders/1"].into_iter().all(reached));

    let container = container();
    for probe in PROBES {
        let path = container[probe]["httpGet"]["path"].as_str().expect("it has a path");
        assert!(
            !reached(path) && !reached(&format!("{path}/")) && !reached(&format!("{path}/postgres")),
            "{path}"
        );
    }
    assert!(!["/", "/health/postgres", "/healthz", "/internal/health"].into_iter().any(reached));
    assert!(maps(&ingress).iter().all(|map| !map.contains_key("defaultBackend")));

    let service = manifest("Service");
    assert_eq!(service["spec"]["type"], "ClusterIP", "any other is a way past the Ingress");
    for rule in rules {
        let backend = &rule["backend"]["service"];
        assert_eq!(backend["name"], service["metadata"]["name"]);
        assert_eq!(backend["port"]["name"], service["spec"]["ports"][0]["name"]);
    }
}

#[test]
fn a_node_can_be_emptied_and_a_rollout_takes_no_replica_away() {
    let (deployment, budget) = (manifest("Deployment"), manifest("PodDisruptionBudget"));
    let replicas = deployment["spec"]["replicas"].as_u64().expect("it is a number");
    let least = budget["spec"]["minAvailable"].as_u64().expect("it is a number");
    assert!(0 < least && least < replicas, "{least} of {replicas}");
    assert_eq!(deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0);

    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert_eq!(&deployment["spec"]["selector"]["matchLabels"], labels);
    assert_eq!(&budget["spec"]["selector"]["matchLabels"], labels);
    assert_eq!(&manifest("Service")["spec"]["selector"], labels);
}

#[test]
fn the_container_has_no_more_rights_than_it_needs_and_no_limit_of_cpu() {
    let (pod, container) = (pod(), container());
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    assert_eq!(container["securityContext"]["capabilities"]["drop"], serde_json::json!(["ALL"]));
    assert!(container["resources"]["limits"]["memory"].is_string());
    assert!(container["resources"]["limits"].get("cpu").is_none());
}

#[test]
fn kubernetes_validate_is_content_with_every_manifest() {
    let Some(tool) = need!(validator()) else { return };
    let files = files();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        let output = validate(&tool, &file);
        assert!(output.status.success(), "{}: {output:?}", file.display());
    }
}

#[test]
fn kubernetes_validate_sees_a_misspelt_field() {
    let Some(tool) = need!(validator()) else { return };
    let text = fs::read_to_string(folder().join("deployment.yaml")).expect("it can be read");
    let misspelt = text.replacen("periodSeconds", "periodSecond", 1);
    assert_ne!(text, misspelt);
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let file = dir.path().join("deployment.yaml");
    fs::write(&file, misspelt).expect("it can be written");
    let output = validate(&tool, &file);
    assert!(!output.status.success(), "{output:?}");
    assert!(format!("{output:?}").contains("periodSecond"), "{output:?}");
}

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Result, metadata};

/// Major and minor.
type Version = (u32, u32);

/// Packages that healthsdk needs, those that `newer` clients bring aside, and that ask for a newer compiler than it promises.
pub(super) fn offenders(metadata: &Value, newer: &[&str]) -> Result<Vec<String>> {
    let healthsdk = metadata::package(metadata, "healthsdk")?;
    let promised = version(healthsdk);
    let packages: BTreeMap<_, _> =
        entries(&metadata["packages"]).map(|package| (id(&package["id"]), package)).collect();
    let is_newer = |id: &str| newer.iter().any(|newer| packages[id]["name"] == *newer);
    let needed = needed(&metadata["resolve"], id(&healthsdk["id"]), &is_newer);
    let asks = needed.into_iter().map(|id| packages[id]).filter(|package| version(package) > promised);
    Ok(asks
        .map(|package| {
            format!("{} {} asks for {}", package["name"], package["version"], package["rust_version"])
        })
        .collect())
}

/// What README has to say of a client that needs a newer compiler.
pub(super) fn stated(metadata: &Value, newer: &str) -> Result<String> {
    let promised = version(metadata::package(metadata, "healthsdk")?);
    match version(metadata::package(metadata, newer)?) {
        Some((major, minor)) if Some((major, minor)) > promised => Ok(format!("`{newer}`: {major}.{minor}")),
        _ => Err(format!("{newer} is listed as newer, and is not").into()),
    }
}

/// What a package needs to be built and to run, and what that needs in turn.
fn needed<'a>(resolve: &'a Value, root: &'a str, leave: &dyn Fn(&str) -> bool) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<_, _> = entries(&resolve["nodes"]).map(|node| (id(&node["id"]), node)).collect();
    let (mut needed, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(package) = open.pop() {
        let dependencies = entries(&nodes[package]["deps"])
            .filter(|dependency| entries(&dependency["dep_kinds"]).any(|kind| kind["kind"] != "dev"))
            .map(|dependency| id(&dependency["pkg"]));
        open.extend(dependencies.filter(|id| !leave(id) && needed.insert(*id)));
    }
    needed
}

fn version(package: &Value) -> Option<Version> {
    let mut numbers = package["rust_version"].as_str()?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn id(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, rust: &str| json!({ "id": name, "name": name, "version": "1.0.0", "rust_version": rust });
        let needs = |on: &str, kind: Value| json!({ "pkg": on, "dep_kinds": [{ "kind": kind }] });
        let healthsdk =
            [needs("light", Value::Null), needs("sqlx", Value::Null), needs("tests", json!("dev"))];
        json!({
            "packages": [
                package("healthsdk", "1.89"), package("light", "1.60"), package("deep", "1.95.0"), package("sqlx", "1.94.0"),
                package("tests", "1.95"),
            ],
            "resolve": { "nodes": [
                { "id": "healthsdk", "deps": healthsdk },
                { "id": "light", "deps": [needs("deep", json!("build"))] },
                { "id": "deep", "deps": [needs("light", Value::Null)] },
            ]},
        })
    }

    #[test]
    fn a_dependency_of_a_dependency_may_ask_for_too_much_and_one_of_tests_may() {
        let offenders = offenders(&metadata(), &["sqlx"]).expect("healthsdk is there");
        assert_eq!(offenders, [r#""deep" "1.0.0" asks for "1.95.0""#]);
    }

    #[test]
    fn the_version_of_a_newer_client_is_stated_without_its_patch() {
        assert_eq!(stated(&metadata(), "sqlx").expect("it is newer"), "`sqlx`: 1.94");
        assert!(stated(&metadata(), "light").is_err());
    }
}

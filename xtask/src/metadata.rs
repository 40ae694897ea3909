use std::path::PathBuf;

use serde_json::Value;
use xshell::{Shell, cmd};

use crate::Result;

/// What cargo knows of the workspace's own packages.
pub(crate) fn own(sh: &Shell) -> Result<Value> {
    let metadata = cmd!(sh, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    Ok(serde_json::from_str(&metadata)?)
}

/// Of all packages with all features, and which needs which.
pub(crate) fn all(sh: &Shell) -> Result<Value> {
    let metadata = cmd!(sh, "cargo metadata --all-features --format-version 1").quiet().read()?;
    Ok(serde_json::from_str(&metadata)?)
}

pub(crate) fn target(sh: &Shell) -> Result<PathBuf> {
    Ok(own(sh)?["target_directory"].as_str().ok_or("cargo tells no target folder")?.into())
}

pub(crate) fn package<'a>(metadata: &'a Value, name: &str) -> Result<&'a Value> {
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    packages.find(|package| package["name"] == name).ok_or_else(|| format!("no package {name}").into())
}

/// All features of a package but the default one, and without those that bring one of `left_out`.
pub(crate) fn features(metadata: &Value, name: &str, left_out: &[&str]) -> Result<Vec<String>> {
    let is_left_out = |feature: &str| feature == "default" || left_out.contains(&feature);
    let features = package(metadata, name)?["features"].as_object().into_iter().flatten();
    let kept = features.filter(|(feature, brings)| {
        let mut brings = brings.as_array().into_iter().flatten().filter_map(Value::as_str);
        !is_left_out(feature) && !brings.any(is_left_out)
    });
    Ok(kept.map(|(feature, _)| feature.clone()).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_feature_but_the_default_one_and_those_left_out() {
        let features = serde_json::json!({ "default": ["x"], "x": [], "y": ["x"], "z": ["dep:z"] });
        let metadata = serde_json::json!({ "packages": [{ "name": "a", "features": features }] });
        let of = |left_out: &[&str]| super::features(&metadata, "a", left_out).expect("the package is there");
        assert_eq!(of(&[]), ["x", "y", "z"]);
        assert_eq!(of(&["x"]), ["z"]);
        assert!(super::features(&metadata, "b", &[]).is_err());
    }
}

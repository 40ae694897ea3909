//! The settings file: who may write to it decides what counts.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use serde_json::Value;

use super::{Layer, read_tree, source::Source, yaml};

/// Bytes that it may have; a `ConfigMap` has at most a mebibyte.
const LARGEST: u64 = 256 * 1024;

/// What is in it; `None` where there is no such file.
pub(super) fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        // Opening a pipe would wait for who writes to it.
        Ok(found) if !found.is_file() => Err(io::Error::other("it is no file")),
        Ok(_) => match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        },
    }
}

/// What it says of checks with these names, or what is wrong with it.
pub(super) fn understood(content: &[u8], path: &Path, known: &[String]) -> Result<Layer, Vec<String>> {
    let source = source(path);
    let tree = parsed(content, path).map_err(|wrong| vec![format!("settings file {source}: {wrong}")])?;
    match read_tree(&tree, &source, known) {
        (layer, faults) if faults.is_empty() => Ok(layer),
        (_, faults) => Err(faults),
    }
}

fn source(path: &Path) -> Source {
    Source::File(Arc::from(path.to_string_lossy()))
}

fn parsed(content: &[u8], path: &Path) -> Result<Value, String> {
    let text = std::str::from_utf8(content).map_err(|_| "it is not UTF-8".to_owned())?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => yaml::parse(text),
        // The error's own text may repeat what is written there, which may be a token.
        _ => serde_json::from_str(text)
            .map_err(|error| format!("it is no JSON, at line {} column {}", error.line(), error.column())),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it has more than 256 KiB"));
    }
    Ok(content)
}

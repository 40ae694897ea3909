use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What was ordered, line by line, on a disk of this replica's own: for the day on which the database is lost.
pub(crate) struct Journal {
    folder: PathBuf,
}

impl Journal {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Blocks its thread.
    pub(crate) fn write(&self, line: &str) -> io::Result<()> {
        let mut file = File::options().create(true).append(true).open(self.folder.join("orders.jsonl"))?;
        file.write_all(format!("{line}\n").as_bytes())
    }
}

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use crate::case::Case;

/// A document with one table, which has rows of every case.
pub(crate) struct Table {
    pub(crate) file: &'static str,
    /// What stands above the table, down to the line below its head.
    pub(crate) head: &'static str,
    /// Whether the rows say the same: the one in the document, and the one of today.
    pub(crate) same: fn(&[&str], &[&str]) -> bool,
}

impl Table {
    /// Holds rows of today, all those of the case of this name, against the document; `UPDATE_EXPECT=1` writes them there.
    pub(crate) fn hold(&self, name: &str, rows: &[String]) {
        let titles = self.head.lines().skip_while(|line| !line.starts_with('|'));
        let lines: Vec<_> = titles.chain(rows.iter().map(String::as_str)).collect();
        println!("\n{}", lines.join("\n"));
        if env::var_os("UPDATE_EXPECT").is_some() {
            return self.update(name, rows);
        }
        let document = fs::read_to_string(self.path()).unwrap_or_default();
        let known: Vec<_> = rows_of(&document).filter(|row| cells(row)[0] == name).collect();
        let differs = |(known, row): (&&str, &String)| !(self.same)(&cells(known), &cells(row));
        let as_known = known.len() == rows.len() && !known.iter().zip(rows).any(differs);
        assert!(as_known, "{} says otherwise, UPDATE_EXPECT=1 rewrites it:\n{}", self.file, known.join("\n"));
    }

    /// Each of these cases must have so many rows in the document, and rows of no other case may be there.
    pub(crate) fn complete(&self, cases: &[Case], rows: usize) {
        let document = fs::read_to_string(self.path()).expect("the document is there");
        assert!(document.starts_with(self.head), "{} begins otherwise", self.file);
        let mut known = BTreeMap::<_, usize>::new();
        for row in rows_of(&document) {
            *known.entry(cells(row)[0]).or_default() += 1;
        }
        let all = cases.iter().map(|case| (case.name, rows)).collect();
        assert_eq!(known, all, "{}: the rows of each case", self.file);
    }

    /// Other tests may do the same at the same time.
    fn update(&self, name: &str, rows: &[String]) {
        let path = self.path();
        fs::create_dir_all(path.parent().expect("it is a file")).expect("the folder can be made");
        let open = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.expect("the document can be written");
        file.lock().expect("a file can be locked");
        let mut document = String::new();
        file.read_to_string(&mut document).expect("the document is text");
        let mut all: Vec<_> = rows_of(&document).filter(|row| cells(row)[0] != name).collect();
        all.extend(rows.iter().map(String::as_str));
        // Stable, so that the rows of one case stay in their order.
        all.sort_by_key(|row| cells(row)[0].to_lowercase());
        let document = format!("{}{}\n", self.head, all.join("\n"));
        file.set_len(0).and_then(|()| file.rewind()).expect("the document can be written");
        file.write_all(document.as_bytes()).expect("the document can be written");
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(self.file)
    }
}

/// One line of a table.
pub(crate) fn row(cells: &[&str]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn rows_of(document: &str) -> impl Iterator<Item = &str> {
    document
        .lines()
        .skip_while(|line| !line.starts_with("| ---"))
        .skip(1)
        .filter(|line| line.starts_with('|'))
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

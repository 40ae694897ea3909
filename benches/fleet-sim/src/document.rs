use std::{error::Error, fs, path::Path};

use crate::{plot, scenario::Section};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const DOCUMENT: &str = "docs/scaling.md";
const FIGURES: &str = "docs/scaling";

/// All files that the sections make, with the document in which their tables stand.
pub(crate) fn files(root: &Path, sections: &[Section]) -> Result<Vec<(String, String)>> {
    let mut document = fs::read_to_string(root.join(DOCUMENT))?;
    let mut files = Vec::new();
    for section in sections {
        for (name, table) in &section.tables {
            document = replaced(&document, name, &table.to_string())?;
        }
        for figure in &section.figures {
            files.push((format!("{FIGURES}/{}.svg", figure.name), plot::svg(figure)?));
        }
    }
    files.push((DOCUMENT.to_owned(), document));
    Ok(files)
}

pub(crate) fn write(root: &Path, files: &[(String, String)]) -> Result {
    fs::create_dir_all(root.join(FIGURES))?;
    Ok(files.iter().try_for_each(|(path, text)| fs::write(root.join(path), text))?)
}

/// Fails where a file is not what the simulation makes.
pub(crate) fn check(root: &Path, files: &[(String, String)]) -> Result {
    let differs =
        |(path, text): &&(String, String)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text);
    let differing: Vec<_> = files.iter().filter(differs).map(|(path, _)| path.as_str()).collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("not what the simulation makes: {}; run it without --check", differing.join(", ")).into())
}

/// The document with a table between its markers.
fn replaced(document: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let missing = || format!("{DOCUMENT} has no place for the table `{name}`");
    let (before, rest) = document.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n{table}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let document = "a\n<!-- begin t -->\nold\n<!-- end t -->\nb\n";
        let new = replaced(document, "t", "| new |\n").expect("there is a place");
        assert_eq!(new, "a\n<!-- begin t -->\n\n| new |\n\n<!-- end t -->\nb\n");
        assert_eq!(replaced(&new, "t", "| new |\n").expect("there is a place"), new);
        assert!(replaced(document, "u", "").is_err());
    }
}

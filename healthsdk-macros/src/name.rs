const LIMIT: usize = 64;

/// What is wrong with the name of a check or tag, if anything.
// name := (LETTER | DIGIT) (LETTER | DIGIT | "-" | "_" | ".")*, at most 64 in all
pub(crate) fn fault(name: &str) -> Option<String> {
    let fault = if name.is_empty() {
        "is empty".to_owned()
    } else if let Some(odd) = name.chars().find(|c| !legal(*c)) {
        format!("contains {odd:?}")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        format!("begins with {:?}", &name[..1])
    } else if name.len() > LIMIT {
        format!("has {} characters", name.len())
    } else {
        return None;
    };
    Some(fault)
}

/// What a legal name looks like.
pub(crate) fn rule() -> String {
    format!("1 to {LIMIT} ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or digit")
}

/// A legal name close to this one, where there is one that a person would choose.
pub(crate) fn mended(name: &str) -> Option<String> {
    let dashed = name.trim().replace(|c| !legal(c), "-");
    let mended = dashed.trim_matches(['-', '_', '.']);
    let readable = name.is_ascii() && !mended.is_empty() && mended.len() <= LIMIT;
    readable.then(|| mended.to_owned())
}

fn legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

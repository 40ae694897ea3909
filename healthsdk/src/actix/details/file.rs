use std::{
    fmt,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;

use super::bearer::{Bearer, is_legal, is_too_long};
use crate::{Check, Component, Kind, Outcome, Status, observe};

const NAME: &str = "process/token";
const PERIOD: Duration = Duration::from_secs(1);
/// A file on a network may take its time.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes that a file of tokens may have.
const LONGEST: u64 = 64 << 10;
/// Tokens that it may have: each costs every caller who sends one.
const MOST: usize = 64;

/// The tokens of a file, as they were read last.
#[derive(Clone)]
pub struct TokenFile(Arc<Kept>);

struct Kept {
    path: PathBuf,
    tokens: ArcSwap<Bearer>,
}

impl TokenFile {
    pub(super) fn at(path: &Path) -> Self {
        let tokens = ArcSwap::from_pointee(Bearer::new([""; 0]));
        Self(Arc::new(Kept { path: path.to_owned(), tokens }))
    }

    pub(super) fn tokens(&self) -> Arc<Bearer> {
        self.0.tokens.load_full()
    }

    /// The first look, before anybody asks.
    pub(super) fn begin(&self) -> Result<(), String> {
        let tokens = read(&self.0.path).map_err(|fault| {
            format!(
                "the file of `Details::bearer_file`, {}, {fault}; write one token a line",
                self.0.path.display()
            )
        })?;
        self.0.tokens.store(Arc::new(tokens));
        Ok(())
    }

    /// The built-in check that reads it again.
    pub(super) fn check(&self, index: usize) -> Check {
        let kept = Arc::clone(&self.0);
        let name = if index == 0 { NAME.to_owned() } else { format!("{NAME}-{}", index + 1) };
        Check::blocking(name, move || kept.look())
            .kind(Kind::Readiness)
            .component(Component::System)
            .description("the file of tokens for details is read again where it changes")
            .failure_status(Status::Degraded)
            .interval(PERIOD)
            .retry_interval(PERIOD)
            .timeout(TIMEOUT)
            .failure_threshold(1)
            .success_threshold(1)
    }
}

impl Kept {
    fn look(&self) -> Outcome {
        match read(&self.path) {
            Ok(tokens) if tokens == **self.tokens.load() => Outcome::ok(),
            Ok(tokens) => {
                let count = tokens.len();
                self.tokens.store(Arc::new(tokens));
                observe::tokens_read(count);
                Outcome::ok()
            }
            Err(fault) => {
                Outcome::degraded(format_args!("the file of tokens {fault}; those that were read last stay"))
            }
        }
    }
}

fn read(path: &Path) -> Result<Bearer, String> {
    let cannot = |error| format!("cannot be read: {error}");
    // Opening a pipe would wait for who writes to it.
    if !path.metadata().map_err(cannot)?.is_file() {
        return Err("is no file".to_owned());
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text)).map_err(cannot)?;
    parse(&text)
}

fn parse(text: &str) -> Result<Bearer, String> {
    if text.len() as u64 > LONGEST {
        return Err(format!("is longer than {} KiB", LONGEST >> 10));
    }
    let lines = text.lines().map(str::trim).enumerate();
    let tokens: Vec<_> = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    if let Some((index, _)) = tokens.iter().find(|(_, token)| !is_legal(token.as_bytes())) {
        return Err(format!("has a character in line {} that no header can carry", index + 1));
    }
    if let Some((index, _)) = tokens.iter().find(|(_, token)| is_too_long(token.as_bytes())) {
        return Err(format!("has a token in line {} that is too long", index + 1));
    }
    if tokens.is_empty() {
        return Err("has no token".to_owned());
    }
    if tokens.len() > MOST {
        return Err(format!(
            "has {} tokens, and may have {MOST}; take out those of which nobody knows",
            tokens.len()
        ));
    }
    Ok(Bearer::new(tokens.into_iter().map(|(_, token)| token)))
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenFile(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_line_and_the_rest_is_skipped() {
        let tokens = parse("# of today\n  abc \r\n\n\t# of yesterday\nx#y\n").expect("it is legal");
        assert!(tokens == Bearer::new(["abc", "x#y"]));
    }

    #[test]
    fn a_fault_names_the_line_and_never_what_is_in_it() {
        for (text, told) in [
            ("", "no token"),
            ("\n# nothing\n", "no token"),
            ("abc\n\ntwo words\n", "line 3"),
            ("clé", "line 1"),
            (&format!("abc\n{}", "x".repeat(1025)), "line 2 that is too long"),
            (&"abc\n".repeat(65), "65 tokens, and may have 64"),
        ] {
            let fault = parse(text).expect_err("it is refused");
            assert!(fault.contains(told) && !fault.contains("words"), "{fault}");
        }
        assert!(parse(&"abc\n".repeat(64)).is_ok());
        assert!(parse(&"x".repeat(1 << 20)).is_err_and(|fault| fault.contains("64 KiB")));
    }
}

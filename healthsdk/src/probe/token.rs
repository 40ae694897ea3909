use std::{env, fmt, fs::File, io::Read};

const LONGEST: u64 = 8 << 10;

/// What authorises the prober; never printed.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn from_env(name: &str) -> Result<Self, String> {
        let value = env::var(name).map_err(|_| format!("--token-env: {name} is not set, or not text"))?;
        Self::new(&value).map_err(|fault| format!("--token-env: {name} {fault}"))
    }

    pub(super) fn from_file(path: &str) -> Result<Self, String> {
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
            .map_err(|error| format!("--token-file: {path}: {error}"))?;
        Self::new(&text).map_err(|fault| format!("--token-file: {path} {fault}"))
    }

    fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty");
        }
        if text.len() as u64 > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("holds no token; one has visible ASCII characters, no spaces, and at most 8 KiB");
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn header(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.0)
    }

    /// The text without the token, should a service send it back.
    pub(super) fn hide(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

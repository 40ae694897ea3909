use std::{ffi::OsString, time::Duration};

use super::{address::Address, token::Token};

/// Longest wait; longer is a slip of the pen.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Healthcheck,
    Drain,
}

impl Command {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Healthcheck, Self::Drain].into_iter().find(|command| command.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Healthcheck => "healthcheck",
            Self::Drain => "drain",
        }
    }

    /// Of an address that says none.
    const fn path(self) -> &'static str {
        match self {
            Self::Healthcheck => "/readyz",
            Self::Drain => "/drain",
        }
    }

    const fn options(self) -> &'static str {
        match self {
            Self::Healthcheck => "--timeout, --wait, --token-env, --token-file, --quiet, --verbose, --help",
            Self::Drain => "--timeout, --token-env, --token-file, --quiet, --verbose, --help",
        }
    }
}

/// What was asked for on the command line.
#[derive(Debug)]
pub(super) struct Args {
    pub(super) command: Command,
    pub(super) address: Address,
    pub(super) timeout: Duration,
    pub(super) wait: Option<Duration>,
    pub(super) token: Option<Token>,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

/// As written.
#[derive(Default)]
struct Words {
    address: Option<String>,
    timeout: Option<String>,
    wait: Option<String>,
    token_env: Option<String>,
    token_file: Option<String>,
    quiet: bool,
    verbose: bool,
}

impl Args {
    /// `None` where help is wanted.
    ///
    /// # Errors
    /// What is wrong, and what is legal.
    pub(super) fn parse(
        command: Command,
        args: impl Iterator<Item = OsString>,
        default: Option<&str>,
    ) -> Result<Option<Self>, String> {
        let Some(words) = Words::read(command, args)? else { return Ok(None) };
        let timeout = words.timeout.map_or(Ok(TIMEOUT), |text| duration("--timeout", &text))?;
        let wait = words.wait.map(|text| duration("--wait", &text)).transpose()?;
        let address = address(command, words.address.as_deref(), default)?;
        let token = match (words.token_env, words.token_file) {
            (Some(name), None) => Some(Token::from_env(&name)?),
            (None, Some(path)) => Some(Token::from_file(&path)?),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("--token-env and --token-file: give one of them".to_owned()),
        };
        let Words { quiet, verbose, .. } = words;
        Ok(Some(Self { command, address, timeout, wait, token, quiet, verbose }))
    }
}

impl Words {
    fn read(command: Command, mut args: impl Iterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut words = Self::default();
        while let Some(word) = args.next() {
            let word = text(word)?;
            if !word.starts_with('-') {
                once(&mut words.address, word, "the address")?;
                continue;
            }
            let (name, mut value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let slot = match name {
                "--timeout" => &mut words.timeout,
                "--wait" if command == Command::Healthcheck => &mut words.wait,
                "--token-env" => &mut words.token_env,
                "--token-file" => &mut words.token_file,
                "--help" | "-h" if value.is_none() => return Ok(None),
                "--quiet" | "-q" if value.is_none() => {
                    words.quiet = true;
                    continue;
                }
                "--verbose" | "-v" if value.is_none() => {
                    words.verbose = true;
                    continue;
                }
                _ => return Err(unknown(command, name)),
            };
            if value.is_none() {
                value = args.next().map(text).transpose()?;
            }
            once(slot, value.ok_or_else(|| format!("{name} wants a value"))?, name)?;
        }
        Ok(Some(words))
    }
}

/// Never the value, which may be a secret.
fn unknown(command: Command, name: &str) -> String {
    match name {
        "--token" => {
            "a token on the command line shows in `ps`; use --token-env NAME or --token-file PATH".to_owned()
        }
        "--quiet" | "--verbose" | "--help" | "-q" | "-v" | "-h" => format!("{name} takes no value"),
        _ => {
            let (name, options) = (name.escape_debug(), command.options());
            format!("`{name}` is no option of {}; these are: {options}", command.name())
        }
    }
}

fn address(command: Command, given: Option<&str>, default: Option<&str>) -> Result<Address, String> {
    let parse = |text: &str| Address::parse(text, command.path());
    match (given, default) {
        (Some(path), Some(default)) if path.starts_with('/') => parse(default)?.with_path(path),
        (Some(path), None) if path.starts_with('/') => Err(format!(
            "a path alone needs an address to go with; write `http://HOST:PORT{}`",
            command.path()
        )),
        (Some(text), _) | (None, Some(text)) => parse(text),
        (None, None) => Err(format!(
            "no address; write one: `{name} http://HOST:PORT{path}` or `{name} unix:SOCKET`",
            name = command.name(),
            path = command.path()
        )),
    }
}

fn duration(name: &str, text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).ok();
    duration.filter(|duration| !duration.is_zero() && *duration <= LONGEST).ok_or_else(|| {
        format!("{name} {}: write a time such as `500ms`, `2s` or `1m`, at most a day", text.escape_debug())
    })
}

fn text(word: OsString) -> Result<String, String> {
    word.into_string().map_err(|word| format!("`{}` is not UTF-8", word.display()))
}

fn once(slot: &mut Option<String>, value: String, name: &str) -> Result<(), String> {
    if slot.replace(value).is_some() { Err(format!("{name} is given twice")) } else { Ok(()) }
}

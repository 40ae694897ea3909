use std::{io, time::Instant};

use super::{
    Exit,
    address::Address,
    answer::{Answer, Extent},
    dial::{Stream, dial, left},
    token::Token,
};

/// Bytes of an answer that are read at most.
const LIMIT: usize = 16 << 10;

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) reason: String,
}

impl Failure {
    fn new(otherwise: Exit, what: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Self { exit: Exit::TimedOut, reason: format!("{what}: timed out") }
            }
            _ => Self { exit: otherwise, reason: format!("{what}: {error}") },
        }
    }

    fn broken(reason: &str) -> Self {
        Self { exit: Exit::Broken, reason: reason.to_owned() }
    }
}

/// One request on a connection of its own, and the answer to it, all of it before `until`.
///
/// A success counts once the whole answer has come, up to 16 KiB; any other status even where its body breaks off.
pub(super) fn exchange(
    method: &str,
    address: &Address,
    token: Option<&Token>,
    until: Instant,
) -> Result<Answer, Failure> {
    let mut stream =
        dial(&address.place, until).map_err(|error| Failure::new(Exit::Refused, "not connected", &error))?;
    let stream = stream.as_mut();
    let sent = left(until).and_then(|left| stream.bound(left));
    sent.and_then(|()| stream.write_all(request(method, address, token).as_bytes()))
        .map_err(|error| Failure::new(Exit::Broken, "not sent", &error))?;
    receive(stream, until)
}

fn request(method: &str, address: &Address, token: Option<&Token>) -> String {
    let Address { host, path, .. } = address;
    let version = env!("CARGO_PKG_VERSION");
    let length = if method == "GET" { "" } else { "Content-Length: 0\r\n" };
    let authorization = token.map(Token::header).unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: healthsdk-probe/{version}\r\nAccept: */*\r\n\
         Connection: close\r\n{length}{authorization}\r\n"
    )
}

fn receive(stream: &mut dyn Stream, until: Instant) -> Result<Answer, Failure> {
    let mut bytes = Vec::new();
    loop {
        let read = read(stream, &mut bytes, until);
        let answer = Answer::parse(&bytes).map_err(Failure::broken)?;
        let full = bytes.len() >= LIMIT;
        match (answer, read) {
            (Some(answer), _) if full || answer.extent == Extent::Whole => return Ok(answer),
            (Some(answer), Ok(0)) if answer.extent == Extent::UntilClosed => return Ok(answer),
            (Some(answer), Ok(0) | Err(_)) if !answer.is_success() => return Ok(answer),
            (None, _) if full => return Err(Failure::broken("its head has no end")),
            (_, Ok(0)) if bytes.is_empty() => return Err(Failure::broken("closed without an answer")),
            (_, Ok(0)) => return Err(Failure::broken("closed amid the answer")),
            (_, Ok(_)) => {}
            (_, Err(error)) => return Err(Failure::new(Exit::Broken, "no whole answer", &error)),
        }
    }
}

/// Appends what comes next. 0 where nothing comes any more.
fn read(stream: &mut dyn Stream, bytes: &mut Vec<u8>, until: Instant) -> io::Result<usize> {
    let mut buffer = [0; 4 << 10];
    let room = buffer.len().min(LIMIT - bytes.len());
    loop {
        stream.bound(left(until)?)?;
        match stream.read(&mut buffer[..room]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(read) => {
                bytes.extend_from_slice(&buffer[..read]);
                return Ok(read);
            }
        }
    }
}

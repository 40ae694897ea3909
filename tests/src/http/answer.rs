use std::io::{self, BufRead, Read};
use std::time::{Duration, Instant};

use serde_json::Value;

/// One answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case and values, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, out of its chunks.
    pub body: Vec<u8>,
    /// From the first byte sent to the last one read.
    pub took: Duration,
}

impl Answer {
    /// The value of a header, its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the connection cannot be used again: it was said to close, or is what ends the body.
    pub fn closes(&self) -> bool {
        let said = self
            .header("connection")
            .is_some_and(|value| value.split(',').any(|option| option.trim().eq_ignore_ascii_case("close")));
        let ended = self.header("content-length").is_none() && self.header("transfer-encoding").is_none();
        said || (ended && !matches!(self.status, 100..200 | 204 | 304))
    }

    /// The body as text.
    ///
    /// # Panics
    /// Where it is not UTF-8.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.text()))
    }

    pub(super) fn read(stream: &mut impl BufRead, head: bool, start: Instant) -> io::Result<Answer> {
        let status = status(&line(stream)?)?;
        let mut headers = Vec::new();
        loop {
            let line = line(stream)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| invalid(&line))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new(), took: Duration::ZERO };
        if !head && !matches!(status, 100..200 | 204 | 304) {
            answer.body = answer.read_body(stream)?;
        }
        answer.took = start.elapsed();
        Ok(answer)
    }

    fn read_body(&self, stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            while read_chunk(stream, &mut body)? {}
        } else if let Some(length) = self.header("content-length") {
            body = exactly(stream, length.parse().map_err(|_| invalid(length))?)?;
        } else {
            stream.read_to_end(&mut body)?;
        }
        Ok(body)
    }
}

fn read_chunk(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let size = line(stream)?;
    let digits = size.split(';').next().unwrap_or_default().trim();
    let size = u64::from_str_radix(digits, 16).map_err(|_| invalid(&size))?;
    body.extend(exactly(stream, size)?);
    line(stream)?;
    Ok(size > 0)
}

fn exactly(stream: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = stream.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read == length) { Ok(bytes) } else { Err(cut_off()) }
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(cut_off)
}

fn status(line: &str) -> io::Result<u16> {
    let code = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    code.ok_or_else(|| invalid(line))
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not HTTP: {text:?}"))
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "closed before the end of the answer")
}

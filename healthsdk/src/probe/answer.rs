//! HTTP/1 as far as a prober needs it: the status, and where the body ends. Parsed by hand, because a dependency would
//! weigh more than this.

/// An answer whose head has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// As much of the body as has come, out of its chunks.
    pub(super) body: Vec<u8>,
    pub(super) extent: Extent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All has come.
    Whole,
    /// More comes.
    Partial,
    /// The end is where the connection ends.
    UntilClosed,
}

impl Answer {
    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// `None` where the head has not come to its end.
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Option<Self>, &'static str> {
        loop {
            begins_as_http(bytes)?;
            let Some((head, body)) = cut(bytes, b"\r\n\r\n") else { return Ok(None) };
            let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
            let status = status(lines.next().unwrap_or_default())?;
            if matches!(status, 100 | 102..=199) {
                bytes = body;
                continue;
            }
            let framing = Framing::of(status, lines)?;
            let (body, extent) = framing.read(body)?;
            return Ok(Some(Self { status, body, extent }));
        }
    }
}

enum Framing {
    Length(usize),
    Chunked,
    UntilClosed,
}

impl Framing {
    fn of<'a>(status: u16, headers: impl Iterator<Item = &'a [u8]>) -> Result<Self, &'static str> {
        let mut framing = Self::UntilClosed;
        for line in headers {
            let (name, value) = cut(line, b":").ok_or("a header has no colon")?;
            let value = value.trim_ascii();
            if name.eq_ignore_ascii_case(b"transfer-encoding") && value.eq_ignore_ascii_case(b"chunked") {
                framing = Self::Chunked;
            } else if name.eq_ignore_ascii_case(b"content-length") && !matches!(framing, Self::Chunked) {
                let length = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                framing = Self::Length(length.ok_or("its length is no number")?);
            }
        }
        Ok(if matches!(status, 204 | 304) { Self::Length(0) } else { framing })
    }

    fn read(&self, bytes: &[u8]) -> Result<(Vec<u8>, Extent), &'static str> {
        match *self {
            Self::Length(length) if bytes.len() >= length => Ok((bytes[..length].to_vec(), Extent::Whole)),
            Self::Length(_) => Ok((bytes.to_vec(), Extent::Partial)),
            Self::Chunked => chunks(bytes),
            Self::UntilClosed => Ok((bytes.to_vec(), Extent::UntilClosed)),
        }
    }
}

fn begins_as_http(bytes: &[u8]) -> Result<(), &'static str> {
    const START: &[u8] = b"HTTP/1.";
    let seen = bytes.len().min(START.len());
    match bytes {
        // An alert, as a TLS server sends it to who speaks plain HTTP.
        [0x15, 0x03, ..] => Err("it speaks TLS; ask the plain port or the separate listener"),
        _ if bytes[..seen] == START[..seen] => Ok(()),
        _ => Err("it does not speak HTTP/1"),
    }
}

fn status(line: &[u8]) -> Result<u16, &'static str> {
    const FAULT: &str = "its status line makes no sense";
    let [_, _, _, _, _, _, _, b'0'..=b'9', b' ', code @ ..] = line else { return Err(FAULT) };
    let (code, reason) = code.split_at_checked(3).ok_or(FAULT)?;
    let code = str::from_utf8(code).ok().and_then(|code| code.parse().ok());
    code.filter(|code| *code >= 100 && matches!(reason, [] | [b' ', ..])).ok_or(FAULT)
}

fn chunks(mut bytes: &[u8]) -> Result<(Vec<u8>, Extent), &'static str> {
    const FAULT: &str = "its chunks make no sense";
    let mut body = Vec::new();
    while let Some((size, rest)) = cut(bytes, b"\r\n") {
        let size = str::from_utf8(size).ok().and_then(|size| size.split(';').next());
        let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok()).ok_or(FAULT)?;
        if size == 0 {
            let ended = rest.starts_with(b"\r\n") || cut(rest, b"\r\n\r\n").is_some();
            return Ok((body, if ended { Extent::Whole } else { Extent::Partial }));
        }
        let Some((chunk, rest)) = rest.split_at_checked(size) else {
            body.extend_from_slice(rest);
            break;
        };
        body.extend_from_slice(chunk);
        match rest {
            [b'\r', b'\n', rest @ ..] => bytes = rest,
            [] | [b'\r'] => break,
            _ => return Err(FAULT),
        }
    }
    Ok((body, Extent::Partial))
}

/// What is before the first mark, and after it.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

#[cfg(test)]
mod tests;

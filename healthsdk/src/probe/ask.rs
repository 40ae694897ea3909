use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    Exit,
    answer::Answer,
    args::{Args, Command},
    client::{Failure, exchange},
};

/// Between one answer and the next question, while waiting.
const PAUSE: Duration = Duration::from_millis(250);
/// Bytes of a reason at most.
const LONGEST: usize = 200;

/// How it went, and one line about it.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) exit: Exit,
    pub(super) line: String,
}

impl Args {
    /// Asks once, or until it is healthy or the time to wait is up. The last result counts, unless its time was cut short.
    pub(super) fn ask(&self) -> Verdict {
        let Some(wait) = self.wait else { return self.once(Instant::now() + self.timeout) };
        let end = Instant::now() + wait;
        let mut last: Option<Verdict> = None;
        loop {
            let until = Instant::now() + self.timeout;
            let verdict = self.once(until.min(end));
            if verdict.exit == Exit::Healthy {
                return verdict;
            }
            let cut_short = until > end && verdict.exit == Exit::TimedOut;
            let verdict = last.take().filter(|_| cut_short).unwrap_or(verdict);
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Verdict { line: format!("{}, for {wait:?}", verdict.line), ..verdict };
            }
            last = Some(verdict);
            thread::sleep(PAUSE.min(left));
        }
    }

    fn once(&self, until: Instant) -> Verdict {
        let method = match self.command {
            Command::Healthcheck => "GET",
            Command::Drain => "POST",
        };
        match exchange(method, &self.address, self.token.as_ref(), until) {
            Ok(answer) => self.judge(&answer),
            Err(Failure { exit, reason }) => Verdict { exit, line: reason },
        }
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        let exit = if answer.is_success() { Exit::Healthy } else { Exit::Unhealthy };
        let hint = match (self.command, answer.status) {
            (Command::Drain, 404) => " (no drain here: wrong address or token)",
            (_, 300..=399) => " (a redirect, which says nothing of this service)",
            (_, 401 | 403) => " (it wants another token, or none is taken here)",
            _ => "",
        };
        let body = String::from_utf8_lossy(&answer.body);
        let body = self.token.as_ref().map_or_else(|| body.clone().into_owned(), |token| token.hide(&body));
        let body = first_line(&body);
        let colon = if body.is_empty() { "" } else { ": " };
        Verdict { exit, line: format!("{}{hint}{colon}{body}", answer.status) }
    }
}

/// At most 200 bytes, with nothing in it that a terminal would act on.
fn first_line(text: &str) -> String {
    let mut line = String::new();
    for char in text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars() {
        let escaped = if char.is_control() { char.escape_default().to_string() } else { char.to_string() };
        if line.len() + escaped.len() > LONGEST {
            break;
        }
        line.push_str(&escaped);
    }
    line
}

use std::{borrow::Cow, ops::Range, sync::OnceLock};

use regex_lite::{Captures, Match, Regex};

use super::{
    MARK,
    keys::{ENDINGS, WORDS},
    patterns::{self, Part},
};

/// How often all patterns are tried at most.
const ROUNDS: usize = 4;
/// How often one pattern looks at each byte again, on average, for matches that begin within others. Who needs more has made a text of matches
/// within matches, and the rest of it is taken out.
const AGAIN: usize = 8;

/// One kind of secret.
struct Rule {
    /// Where none of these is in the text, in lower case, the pattern is not tried.
    hints: Vec<(Bytes, &'static str)>,
    /// The first group stays as it is, the second is the secret.
    pattern: Regex,
    part: Part,
    /// Which of `patterns::STAGES` it is of.
    stage: usize,
}

impl Rule {
    fn new(hints: &'static [&'static str], pattern: &str, part: Part, stage: usize) -> Self {
        let pattern = pattern
            .replace("ENDINGS", ENDINGS)
            .replace("WORDS", WORDS)
            .replace("VALUE", patterns::VALUE)
            .replace("STRING", patterns::STRING)
            .replace("QUOTED", patterns::QUOTED);
        let pattern = Regex::new(&pattern).expect("the tests compile every pattern");
        let hints = hints.iter().map(|hint| (Bytes::of(hint), *hint)).collect();
        Self { hints, pattern, part, stage }
    }

    fn is_hinted(&self, lower: &str, bytes: Bytes) -> bool {
        self.hints.iter().any(|(of_hint, hint)| bytes.has(*of_hint) && lower.contains(hint))
    }

    /// The secrets of all matches, those that begin within others included. Counts the bytes that it looks at.
    fn find(&self, text: &str, secrets: &mut Vec<Range<usize>>, looked: &mut usize) {
        let (mut from, mut again) = (0, AGAIN * text.len());
        while let Some((before, secret, end)) = self.pattern.captures_at(text, from).as_ref().map(parts) {
            *looked += end - from;
            let part = (self.part)(before, secret.as_str());
            // The key of another one is behind what is no letter, which is in what announces this one.
            let next = match part {
                _ if !before.is_empty() => secret.start() - 1,
                Some(_) => end,
                None => secret.start() + 1,
            };
            secrets.extend(part.map(|part| secret.start() + part.start..secret.start() + part.end));
            if again == 0 {
                secrets.push(secret.start()..text.len());
                return;
            }
            let Some(next) = (next.max(from + 1)..=text.len()).find(|at| text.is_char_boundary(*at)) else {
                return;
            };
            from = next;
            again = again.saturating_sub(end.saturating_sub(from));
        }
        *looked += text.len() - from;
    }
}

/// Which bytes there are in a text, as far as 128 bits tell them apart: most texts lack one of most hints, so that these are not
/// searched for.
#[derive(Clone, Copy)]
struct Bytes(u128);

impl Bytes {
    fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |seen, byte| seen | 1 << (byte % 128)))
    }

    fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }
}

fn parts<'t>(found: &Captures<'t>) -> (&'t str, Match<'t>, usize) {
    let group = |group| found.get(group).expect("every pattern has two groups, which always take part");
    (group(1).as_str(), group(2), group(0).end())
}

/// The text with a mark in place of each of these parts, of which some overlap.
fn without(text: &str, mut parts: Vec<Range<usize>>) -> String {
    parts.sort_unstable_by_key(|part| part.start);
    let (mut told, mut copied) = (String::new(), 0);
    for part in parts {
        if part.start >= copied {
            told.push_str(&text[copied..part.start]);
            told.push_str(MARK);
        }
        copied = copied.max(part.end);
    }
    told + &text[copied..]
}

/// The text without the secrets of known patterns. What one pattern takes out may show another one where a secret begins, so all are
/// tried again, a few times. With it, how many bytes were looked at for that.
pub(crate) fn known(text: &str) -> (Cow<'_, str>, usize) {
    let lower = text.to_ascii_lowercase();
    let bytes = Bytes::of(&lower);
    let rules: Vec<_> = rules().iter().filter(|rule| rule.is_hinted(&lower, bytes)).collect();
    let (mut known, mut looked) = (Cow::Borrowed(text), 0);
    for _ in 0..ROUNDS {
        let before = known.clone();
        for stage in 0..patterns::STAGES.len() {
            let mut secrets = Vec::new();
            for rule in rules.iter().filter(|rule| rule.stage == stage) {
                rule.find(&known, &mut secrets, &mut looked);
            }
            if !secrets.is_empty() {
                known = Cow::Owned(without(&known, secrets));
            }
        }
        if known == before {
            break;
        }
    }
    (known, looked)
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let stages = patterns::STAGES.iter().enumerate();
        let all = stages.flat_map(|(stage, patterns)| patterns.iter().map(move |pattern| (stage, pattern)));
        all.map(|(stage, (hints, pattern, part))| Rule::new(hints, pattern, *part, stage)).collect()
    })
}

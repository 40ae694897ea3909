use std::{borrow::Cow, sync::OnceLock};

use regex_lite::{Captures, Match, Regex};

use super::{
    MARK,
    keys::{ENDINGS, WORDS},
    patterns,
};

/// How often all patterns are tried at most.
const ROUNDS: usize = 4;
/// How often one pattern looks at each byte again, on average, after matches that are no secret. Who needs more has made a text of matches
/// within matches.
const AGAIN: usize = 8;

/// One kind of secret.
struct Rule {
    /// Where none of these is in the text, in lower case, the pattern is not tried.
    hints: Vec<(Bytes, &'static str)>,
    /// The first group stays as it is, the second is the secret.
    pattern: Regex,
    replace: Replace,
}

/// What to write in place of the second group, after the first; `None` where it is no secret.
type Replace = fn(&str, &str) -> Option<String>;

impl Rule {
    fn new(hints: &'static [&'static str], pattern: &str, replace: Replace) -> Self {
        let pattern = pattern
            .replace("ENDINGS", ENDINGS)
            .replace("WORDS", WORDS)
            .replace("VALUE", patterns::VALUE)
            .replace("QUOTED", patterns::QUOTED);
        let pattern = Regex::new(&pattern).expect("the tests compile every pattern");
        let hints = hints.iter().map(|hint| (Bytes::of(hint), *hint)).collect();
        Self { hints, pattern, replace }
    }

    fn is_hinted(&self, lower: &str, bytes: Bytes) -> bool {
        self.hints.iter().any(|(of_hint, hint)| bytes.has(*of_hint) && lower.contains(hint))
    }

    /// `None` where there is nothing to replace. Counts the bytes that it looks at.
    fn apply(&self, text: &str, looked: &mut usize) -> Option<String> {
        let (mut replaced, mut copied, mut from) = (String::new(), 0, 0);
        let mut again = AGAIN * text.len();
        while let Some((before, secret, end)) = self.pattern.captures_at(text, from).as_ref().map(parts) {
            *looked += end - from;
            let told = (self.replace)(before, secret.as_str());
            // There is no time left to look for a secret in it.
            let told = told.or_else(|| (again == 0).then(|| MARK.to_owned()));
            if let Some(told) = told {
                replaced.push_str(&text[copied..secret.start()]);
                replaced.push_str(&told);
                copied = secret.end();
                from = end;
            } else {
                // What stays may announce the next one.
                from = secret.start().max(from + 1);
                again = again.saturating_sub(end.saturating_sub(from));
            }
            let Some(next) = (from..=text.len()).find(|at| text.is_char_boundary(*at)) else { break };
            from = next;
        }
        *looked += text.len().saturating_sub(from);
        (copied > 0).then(|| replaced + &text[copied..])
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

/// The text without the secrets of known patterns. What one pattern takes out may show another one where a secret begins, so all are
/// tried again, a few times. With it, how many bytes were looked at for that.
pub(crate) fn known(text: &str) -> (Cow<'_, str>, usize) {
    let lower = text.to_ascii_lowercase();
    let bytes = Bytes::of(&lower);
    let rules: Vec<_> = rules().iter().filter(|rule| rule.is_hinted(&lower, bytes)).collect();
    let (mut known, mut looked) = (Cow::Borrowed(text), 0);
    for _ in 0..ROUNDS {
        let mut changed = false;
        for rule in &rules {
            if let Some(replaced) = rule.apply(&known, &mut looked) {
                changed |= replaced != known;
                known = Cow::Owned(replaced);
            }
        }
        if !changed {
            break;
        }
    }
    (known, looked)
}

/// In the order in which they are applied: the first ones take out more at once.
fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        patterns::ALL.iter().map(|(hints, pattern, replace)| Rule::new(hints, pattern, *replace)).collect()
    })
}

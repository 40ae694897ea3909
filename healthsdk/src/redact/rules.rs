use std::{borrow::Cow, sync::OnceLock};

use regex_lite::{Captures, Match, Regex};

use super::{
    keys::{ENDINGS, WORDS},
    patterns,
};

/// How often all patterns are tried at most.
const ROUNDS: usize = 4;

/// One kind of secret.
struct Rule {
    /// Where none of these is in the text, in lower case, the pattern is not tried.
    hints: &'static [&'static str],
    /// The first group stays as it is, the second is the secret.
    pattern: Regex,
    replace: Replace,
}

/// What to write in place of the second group, after the first; `None` where it is no secret.
type Replace = fn(&str, &str) -> Option<String>;

impl Rule {
    fn new(hints: &'static [&'static str], pattern: &str, replace: Replace) -> Self {
        let pattern =
            pattern.replace("ENDINGS", ENDINGS).replace("WORDS", WORDS).replace("VALUE", patterns::VALUE);
        let pattern = Regex::new(&pattern).expect("the tests compile every pattern");
        Self { hints, pattern, replace }
    }

    /// `None` where there is nothing to replace.
    fn apply(&self, text: &str) -> Option<String> {
        let (mut replaced, mut copied, mut from) = (String::new(), 0, 0);
        while let Some((before, secret, end)) = self.pattern.captures_at(text, from).as_ref().map(parts) {
            if let Some(told) = (self.replace)(before, secret.as_str()) {
                replaced.push_str(&text[copied..secret.start()]);
                replaced.push_str(&told);
                copied = secret.end();
                from = end;
            } else {
                // What stays may announce the next one.
                from = secret.start().max(from + 1);
            }
            let Some(next) = (from..=text.len()).find(|at| text.is_char_boundary(*at)) else { break };
            from = next;
        }
        (copied > 0).then(|| replaced + &text[copied..])
    }
}

fn parts<'t>(found: &Captures<'t>) -> (&'t str, Match<'t>, usize) {
    let group = |group| found.get(group).expect("every pattern has two groups, which always take part");
    (group(1).as_str(), group(2), group(0).end())
}

/// The text without the secrets of known patterns. What one pattern takes out may show another one where a secret begins, so all are
/// tried again, a few times.
pub(super) fn known(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let hinted = |rule: &&Rule| rule.hints.iter().any(|hint| lower.contains(hint));
    let rules: Vec<_> = rules().iter().filter(hinted).collect();
    let mut known = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        let mut changed = false;
        for rule in &rules {
            if let Some(replaced) = rule.apply(&known) {
                changed |= replaced != known;
                known = Cow::Owned(replaced);
            }
        }
        if !changed {
            break;
        }
    }
    known
}

/// In the order in which they are applied: the first ones take out more at once.
fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        patterns::ALL.iter().map(|(hints, pattern, replace)| Rule::new(hints, pattern, *replace)).collect()
    })
}

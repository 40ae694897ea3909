use std::{fmt, sync::Arc};

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use subtle::{Choice, ConstantTimeEq};

/// Bytes that a token may have: what is sent is compared with each for as long as it is.
const LONGEST: usize = 1024;

/// Tokens that are compared in constant time and never printed.
#[derive(Clone)]
pub struct Bearer(Arc<[Box<[u8]>]>);

impl Bearer {
    pub(crate) fn new<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        Self(tokens.into_iter().map(|token| token.as_ref().as_bytes().into()).collect())
    }

    pub(crate) fn fault(&self, of: &str, instead: &str) -> Option<String> {
        if self.0.is_empty() || self.0.iter().any(|token| token.is_empty()) {
            return Some(format!("the token of `{of}` is empty; give a long random one, or {instead}"));
        }
        if self.0.iter().any(|token| is_too_long(token)) {
            return Some(format!("the token of `{of}` has more than {LONGEST} bytes; give a shorter one"));
        }
        self.has_illegal().then(|| {
            format!(
                "the token of `{of}` has a character that no header can carry (a line end, perhaps); use visible ASCII characters \
                 without spaces, and `.trim()` what was read from a file"
            )
        })
    }

    pub(super) fn has_illegal(&self) -> bool {
        self.0.iter().any(|token| !is_legal(token))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(in super::super) fn matches(&self, request: &HttpRequest) -> bool {
        let Some(value) = request.headers().get(AUTHORIZATION) else { return false };
        let Some((scheme, given)) = value.as_bytes().split_at_checked("Bearer ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Bearer ") && self.has(given)
    }

    /// Each is compared, so that the time tells neither which one matches nor how many bytes of it. No token is as long as what is refused at once.
    pub(super) fn has(&self, given: &[u8]) -> bool {
        !is_too_long(given)
            && self.0.iter().fold(Choice::from(0), |found, token| found | same(given, token)).into()
    }
}

/// Of tokens of different lengths, `subtle` tells at once that they differ; this takes the time that the given one is long, so that it does
/// not tell the length of the right one either, without a hash.
fn same(given: &[u8], token: &[u8]) -> Choice {
    let pairs = given.iter().zip(token.iter().cycle());
    pairs.fold(given.len().ct_eq(&token.len()), |same, (given, token)| same & given.ct_eq(token))
}

pub(super) fn is_too_long(token: &[u8]) -> bool {
    token.len() > LONGEST
}

pub(super) fn is_legal(token: &[u8]) -> bool {
    token.iter().all(u8::is_ascii_graphic)
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

impl PartialEq for Bearer {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_matches_as_a_whole_alone() {
        let tokens = Bearer::new(["abcabc", "xyz"]);
        for (given, has) in [
            ("abcabc", true),
            ("xyz", true),
            ("abc", false),
            ("abcabcabc", false),
            ("xyzxyz", false),
            ("", false),
            ("xyZ", false),
        ] {
            assert_eq!(tokens.has(given.as_bytes()), has, "{given}");
        }
        assert!(!Bearer::new([""; 0]).has(b""));
    }

    #[test]
    fn what_is_longer_than_any_token_is_not_compared() {
        let (longest, longer) = ("x".repeat(LONGEST), "x".repeat(LONGEST + 1));
        let tokens = Bearer::new([&longest]);
        assert!(tokens.has(longest.as_bytes()) && tokens.fault("it", "leave it out").is_none());
        let tokens = Bearer::new([&longer]);
        assert!(!tokens.has(longer.as_bytes()));
        assert!(tokens.fault("it", "leave it out").is_some_and(|fault| fault.contains("1024 bytes")));
    }
}

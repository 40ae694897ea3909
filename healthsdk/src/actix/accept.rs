use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

use crate::format::{self, Form, Offer, Wanted};

/// Of the ranges that a client may send in 128 KiB, those that are looked at.
const RANGES: usize = 64;

/// How well a range of media fits, from a wildcard to the very name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    Family,
    Exact,
    /// The very name of something that is also JSON, as `application/json` beside it says: nobody names it by chance.
    Dialect,
}

/// What `Accept` prefers: by weight, then by how closely it is named, then by the order of the offer, where JSON is first.
pub(super) fn wanted(headers: &HeaderMap, offer: Offer) -> Wanted {
    let mut values = headers.get_all(ACCEPT).map(HeaderValue::as_bytes);
    match (values.next(), values.next()) {
        (None | Some(b"*/*" | b"application/json"), None) => Wanted::Report(Form::Json),
        _ => preferred(headers.get_all(ACCEPT).map(HeaderValue::as_bytes), offer),
    }
}

fn preferred<'a>(values: impl Iterator<Item = &'a [u8]>, offer: Offer) -> Wanted {
    let ranges = values.flat_map(|value| value.split(|byte| *byte == b',')).take(RANGES);
    let ranges: Vec<_> =
        ranges.filter_map(|range| std::str::from_utf8(range).ok().and_then(range_of)).collect();
    let ranked = format::offered(offer).filter_map(|(wanted, names)| {
        let rank = names.media.iter().filter_map(|media| rank(&ranges, media)).max()?;
        Some((wanted, rank))
    });
    let best = ranked.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(Wanted::Report(Form::Json), |(wanted, _)| wanted)
}

/// How much a medium is wanted: the closest range decides, whatever a wider one says.
fn rank(ranges: &[(&str, u16)], media: &str) -> Option<(u16, Fit)> {
    let fitting = ranges.iter().filter_map(|(range, weight)| Some((fit(range, media)?, *weight)));
    fitting.max().filter(|(_, weight)| *weight > 0).map(|(fit, weight)| (weight, fit))
}

fn fit(range: &str, media: &str) -> Option<Fit> {
    let family = || range.strip_suffix("/*").zip(media.split_once('/'));
    if range.eq_ignore_ascii_case(media) {
        Some(if media.ends_with("+json") { Fit::Dialect } else { Fit::Exact })
    } else if range == "*/*" {
        Some(Fit::Anything)
    } else {
        family().is_some_and(|(range, (of, _))| range.eq_ignore_ascii_case(of)).then_some(Fit::Family)
    }
}

/// A range and its weight in thousandths.
fn range_of(range: &str) -> Option<(&str, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().filter(|media| !media.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((media, weight.map_or(Some(1000), thousandths)?))
}

fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits && fraction.len() <= 3) {
        ("0", true) => {
            let digits = fraction.bytes().chain(*b"000").take(3);
            Some(digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
        }
        ("1", true) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_ranges_are_looked_at_than_a_client_has_use_for() {
        let after = |ranges: usize| {
            let value = format!("{}text/plain", "x/y,".repeat(ranges));
            let mut headers = HeaderMap::new();
            headers.append(ACCEPT, HeaderValue::from_str(&value).expect("it is legal"));
            wanted(&headers, Offer::Reports)
        };
        assert_ne!(after(RANGES - 1), Wanted::Report(Form::Json));
        assert_eq!(after(RANGES), Wanted::Report(Form::Json));
    }
}

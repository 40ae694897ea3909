use crate::format::Form;

/// How well a range of media fits, from a wildcard to the very name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    Family,
    Exact,
}

/// The form that the values of `Accept` prefer. Text must be wanted more than JSON: by its weight, or named more closely
/// at the same weight.
pub(super) fn form<'a>(values: impl Iterator<Item = &'a [u8]>) -> Form {
    let (mut text, mut json) = (None, None);
    for range in values.flat_map(|value| value.split(|byte| *byte == b',')) {
        let Some((media, weight)) = std::str::from_utf8(range).ok().and_then(range_of) else { continue };
        for (best, name, family) in
            [(&mut text, "text/plain", "text/*"), (&mut json, "application/json", "application/*")]
        {
            let fit = if media.eq_ignore_ascii_case(name) {
                Fit::Exact
            } else if media.eq_ignore_ascii_case(family) {
                Fit::Family
            } else if media == "*/*" {
                Fit::Anything
            } else {
                continue;
            };
            // The closest range decides, whatever a wider one says.
            *best = (*best).max(Some((fit, weight)));
        }
    }
    let rank =
        |best: Option<(Fit, u16)>| best.filter(|(_, weight)| *weight > 0).map(|(fit, weight)| (weight, fit));
    if rank(text) > rank(json) { Form::Text } else { Form::Json }
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

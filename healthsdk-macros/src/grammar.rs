//! Lengths of time as they are written in attributes and in settings: the same file in both crates.

/// From the finest to the coarsest, in nanoseconds.
const UNITS: [(&str, u64); 6] =
    [("ns", 1), ("us", 1_000), ("ms", MILLISECOND), ("s", SECOND), ("m", 60 * SECOND), ("h", 3_600 * SECOND)];
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const LIMIT: u64 = 24 * 3_600 * SECOND;

/// More decimals than this are finer than a nanosecond whatever the unit: an hour is `2^13 * 5^11 * 9` of them.
const DECIMALS: usize = 13;

/// The nanoseconds of a length of time, more than zero and at most 24 hours. The error says what to write.
// duration := DIGITS ["." DIGITS] unit
// unit := "ns" | "us" | "ms" | "s" | "m" | "h"
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    if text.chars().any(char::is_whitespace) {
        let joined: String = text.split_whitespace().collect();
        return Err(instead("a duration has no spaces in it", &joined));
    }
    if let Some(positive) = text.strip_prefix('-') {
        return Err(instead("a duration cannot be negative", positive));
    }
    let (number, unit) = text.split_at(text.find(|c| !is_number(c)).unwrap_or(text.len()));
    if number.is_empty() {
        return Err("a duration is a number and a unit: write it as in \"150ms\"".to_owned());
    }
    if unit.is_empty() {
        let unit = if number.contains('.') { "s" } else { "ms" };
        return Err(instead("a duration needs a unit", &format!("{number}{unit}")));
    }
    if number.starts_with('.') || number.ends_with('.') {
        let whole = if number.starts_with('.') { format!("0{text}") } else { number.replace('.', "") + unit };
        return Err(instead(&format!("`{number}` is not a number"), &whole));
    }
    let Some((_, scale)) = UNITS.iter().find(|(legal, _)| *legal == unit) else {
        return Err(unknown_unit(number, unit));
    };
    let nanoseconds = exact(number, *scale)?;
    match u64::try_from(nanoseconds) {
        Ok(0) => Err("a duration cannot be zero: leave the option out to get the default".to_owned()),
        Ok(nanoseconds) if nanoseconds <= LIMIT => Ok(nanoseconds),
        _ => Err(too_long()),
    }
}

/// The number in units of `scale` nanoseconds, without rounding.
fn exact(number: &str, scale: u64) -> Result<u128, String> {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) if decimals.is_empty() || decimals.contains('.') || whole.is_empty() => {
            return Err(format!(
                "`{number}` is not a number: write digits, or digits with one point inside, as in \"1.5s\""
            ));
        }
        Some((whole, decimals)) => (whole, decimals.trim_end_matches('0')),
        None => (number, ""),
    };
    let too_fine = || "a duration cannot be finer than a nanosecond: write fewer decimals".to_owned();
    if decimals.len() > DECIMALS {
        return Err(too_fine());
    }
    let whole: u64 = whole.parse().map_err(|_| too_long())?;
    let part =
        decimals.bytes().fold(0, |part, digit| part * 10 + u128::from(digit - b'0')) * u128::from(scale);
    let one = decimals.bytes().fold(1, |one, _| one * 10);
    if part % one != 0 {
        return Err(too_fine());
    }
    Ok(u128::from(whole) * u128::from(scale) + part / one)
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

fn unknown_unit(number: &str, unit: &str) -> String {
    if unit.contains(is_number) {
        return "a duration is one number and one unit: write it as in \"90s\"".to_owned();
    }
    let meant = match unit.to_lowercase() {
        unit if unit.starts_with("sec") => "s",
        unit if unit.starts_with("min") => "m",
        unit if unit.starts_with("ho") || unit.starts_with("hr") => "h",
        unit if unit.starts_with("mil") || unit.starts_with("mse") => "ms",
        unit if unit.starts_with("mic") || unit.starts_with("use") || unit == "µs" || unit == "μs" => "us",
        unit if unit.starts_with("na") || unit.starts_with("nse") => "ns",
        unit => UNITS.iter().map(|(legal, _)| *legal).find(|legal| *legal == unit).unwrap_or_default(),
    };
    let wrong = format!("unknown unit `{unit}`");
    let legal = "the units are `ns`, `us`, `ms`, `s`, `m` and `h`";
    match parse(&format!("{number}{meant}")) {
        Ok(_) => format!("{wrong}: write \"{number}{meant}\"; {legal}"),
        _ => format!("{wrong}: {legal}, as in \"150ms\""),
    }
}

/// Proposes the text if it is a duration, and an example otherwise.
fn instead(wrong: &str, text: &str) -> String {
    match parse(text) {
        Ok(_) => format!("{wrong}: write \"{text}\""),
        Err(_) => format!("{wrong}: write it as in \"150ms\""),
    }
}

fn too_long() -> String {
    "a duration cannot be longer than 24 hours: write at most \"24h\"".to_owned()
}

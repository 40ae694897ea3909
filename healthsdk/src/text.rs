use std::{borrow::Cow, fmt::Write};

/// The text on one line, and in the order in which it is written: what moves a cursor, rings, colours, ends a line or turns the direction
/// of writing stands there visibly, as `\n` or `\u{1b}`.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_active) else { return Cow::Borrowed(text) };
    let (before, rest) = text.split_at(first);
    let mut plain = String::with_capacity(text.len() + 16);
    plain.push_str(before);
    for c in rest.chars() {
        if is_active(c) {
            write!(plain, "{}", c.escape_default()).expect("a String takes all");
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Whether a terminal or a reader of lines obeys the character instead of showing it.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        for (text, shown) in [
            ("two\r\nlines\tand", r"two\r\nlines\tand"),
            ("\u{1b}[31mred\u{1b}]0;title\u{7}", r"\u{1b}[31mred\u{1b}]0;title\u{7}"),
            ("\u{9b}31m\u{7f}\0", r"\u{9b}31m\u{7f}\u{0}"),
            ("a\u{2028}b\u{2029}c", r"a\u{2028}b\u{2029}c"),
            ("user\u{202e}nimda\u{2066}\u{200f}", r"user\u{202e}nimda\u{2066}\u{200f}"),
        ] {
            assert_eq!(plain(text), shown);
            assert_eq!(plain(shown), shown);
        }
    }

    #[test]
    fn other_text_is_lent_as_it_is() {
        for text in ["", "connection refused", "grüße, 世界 👩‍👩‍👧", r"C:\new"] {
            assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
        }
    }
}

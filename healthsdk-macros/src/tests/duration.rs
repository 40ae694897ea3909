use quote::ToTokens as _;

use crate::duration::Duration;

fn emitted(text: &str) -> String {
    Duration::parse(text).expect(text).to_token_stream().to_string().replace(' ', "")
}

fn fault(text: &str) -> String {
    Duration::parse(text).expect_err(text)
}

#[test]
fn the_constructor_is_the_most_readable_one() {
    assert_eq!(emitted("150ms"), "__healthsdk::Duration::from_millis(150)");
    assert_eq!(emitted("1000ms"), "__healthsdk::Duration::from_secs(1)");
    assert_eq!(emitted("1.5s"), "__healthsdk::Duration::from_millis(1500)");
    assert_eq!(emitted("1.50us"), "__healthsdk::Duration::from_nanos(1500)");
    assert_eq!(emitted("2us"), "__healthsdk::Duration::from_micros(2)");
    assert_eq!(emitted("2ns"), "__healthsdk::Duration::from_nanos(2)");
    assert_eq!(emitted("0.5m"), "__healthsdk::Duration::from_secs(30)");
    assert_eq!(emitted("24h"), "__healthsdk::Duration::from_secs(86400)");
}

#[test]
fn decimals_are_exact() {
    assert_eq!(emitted("0.1s"), "__healthsdk::Duration::from_millis(100)");
    assert_eq!(emitted("0.000000001s"), "__healthsdk::Duration::from_nanos(1)");
    assert_eq!(emitted("0.00000000001h"), "__healthsdk::Duration::from_nanos(36)");
    assert_eq!(emitted("0.0000000000025h"), "__healthsdk::Duration::from_nanos(9)");
}

#[test]
fn what_is_finer_than_a_nanosecond_is_an_error() {
    for text in ["0.5ns", "1.0001us", "0.0000000001s", "0.00000000000001h"] {
        assert!(fault(text).contains("finer than a nanosecond"), "{text}: {}", fault(text));
    }
}

#[test]
fn no_length_overflows() {
    for text in ["24.1h", "86401s", "99999999999999999999h", &format!("{}ns", "9".repeat(1000))] {
        assert!(fault(text).contains("longer than 24 hours"), "{text}: {}", fault(text));
    }
    assert_eq!(emitted(&format!("{}1s", "0".repeat(1000))), "__healthsdk::Duration::from_secs(1)");
}

#[test]
fn an_error_says_what_to_write() {
    for (text, meant) in [
        ("150", "\"150ms\""),
        ("0.5", "\"0.5s\""),
        ("150 ms", "\"150ms\""),
        (" 5s", "\"5s\""),
        ("-5s", "\"5s\""),
        (".5s", "\"0.5s\""),
        ("5.s", "\"5s\""),
        ("5sec", "\"5s\""),
        ("5 Seconds", "\"150ms\""),
        ("5mins", "\"5m\""),
        ("2hours", "\"2h\""),
        ("10MS", "\"10ms\""),
        ("10µs", "\"10us\""),
        ("5msecs", "\"5ms\""),
        ("5millis", "\"5ms\""),
        ("5usec", "\"5us\""),
        ("5micros", "\"5us\""),
        ("5nsec", "\"5ns\""),
        ("5nanos", "\"5ns\""),
        ("5hrs", "\"5h\""),
        ("1m30s", "\"90s\""),
        ("1.2.3s", "\"1.5s\""),
        ("soon", "\"150ms\""),
        ("", "\"150ms\""),
        ("1d", "`h`"),
    ] {
        assert!(fault(text).contains(meant), "{text}: {}", fault(text));
    }
}

#[test]
fn zero_is_an_error_in_every_unit() {
    for unit in ["ns", "us", "ms", "s", "m", "h"] {
        assert!(fault(&format!("0{unit}")).contains("cannot be zero"));
        assert!(fault(&format!("0.00{unit}")).contains("cannot be zero"));
    }
}

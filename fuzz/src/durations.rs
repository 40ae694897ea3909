use std::time::Duration;

use healthsdk::fuzzing;

// The macros' parser, beside that of the settings.
#[path = "../../healthsdk-macros/src/grammar.rs"]
mod grammar;

const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Attributes and settings accept the same lengths of time, with the same meaning; one is written as it is read; and
/// where a fault proposes what to write, that is accepted.
pub fn durations(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let attribute = grammar::parse(&text).map(Duration::from_nanos);
    let settings = fuzzing::duration(&text);
    assert_eq!(attribute, settings, "{text:?}");
    match settings {
        Ok(duration) => {
            assert!(duration > Duration::ZERO && duration <= LONGEST, "{text:?} is {duration:?}");
            let written = fuzzing::written(duration);
            assert_eq!(fuzzing::duration(&written), Ok(duration), "{text:?} is written {written:?}");
        }
        Err(fault) => is_mended(&text, &fault),
    }
}

fn is_mended(text: &str, fault: &str) {
    match fault.rsplit('"').nth(1) {
        Some(proposed) => assert!(grammar::parse(proposed).is_ok(), "{text:?}: {fault}"),
        None => assert!(
            fault.ends_with(": write fewer decimals")
                || fault.ends_with(": leave the option out to get the default"),
            "{text:?}: {fault}"
        ),
    }
}

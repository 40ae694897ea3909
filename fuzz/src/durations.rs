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
    let proposed = fault.rsplit_once("write ").map_or(fault, |(_, proposed)| proposed);
    let quoted = proposed.split('"').nth(1);
    assert!(
        quoted.is_some() || fault.contains("fewer decimals") || fault.contains("leave the option out"),
        "{fault}"
    );
    if let Some(quoted) = quoted {
        assert!(grammar::parse(quoted).is_ok(), "{text:?}: {fault}");
    }
}

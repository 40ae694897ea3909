#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| healthsdk_fuzz::durations(input));

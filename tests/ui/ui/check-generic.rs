use healthsdk::{Registration, check};

fn record() -> &'static Registration {
    check!(postgres::<u8>)
}

fn main() {}

use healthsdk::{Registration, check};

fn record() -> &'static Registration {
    check!(postgres())
}

fn main() {}

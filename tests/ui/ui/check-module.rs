use healthsdk::{Registration, check};

fn record() -> &'static Registration {
    check!(crate)
}

fn main() {}

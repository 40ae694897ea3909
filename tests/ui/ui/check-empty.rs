use healthsdk::{Registration, check};

fn record() -> &'static Registration {
    check!()
}

fn main() {}

use healthsdk::{Registration, check};

async fn postgres() {}

fn record() -> &'static Registration {
    check!(postgres)
}

fn main() {}

use healthsdk::{Registration, check};

mod checks {
    pub async fn postgres() {}
}

fn record() -> &'static Registration {
    check!(checks::postgres)
}

fn main() {}

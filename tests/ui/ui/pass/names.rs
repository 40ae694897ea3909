//! Functions with names that an expansion might use itself, and raw ones.

#![allow(non_snake_case)]

use std::sync::Arc;

use healthsdk::{Monitor, check, health_check};

type Data = (Arc<u8>, Arc<str>);

#[health_check]
async fn r#type() {}

#[health_check]
async fn r#match(p0: Arc<u8>, p1: Arc<str>) {
    let _: Data = (p0, p1);
}

#[health_check]
async fn context(p0: Arc<u8>, p1: Arc<str>) {
    let _: Data = (p0, p1);
}

#[health_check]
async fn p0(_: Arc<u8>, _: Arc<str>) {}

#[health_check]
async fn healthsdk(_: Arc<u8>, _text: Arc<str>) {}

mod options {
    use super::{Arc, health_check};

    #[health_check]
    pub fn Some(_: Arc<u8>, _: Arc<str>) {}

    #[health_check]
    fn Ok(mut number: Arc<u8>) -> Result<(), String> {
        number = Arc::new(*number);
        drop(number);
        Result::Ok(())
    }

    #[health_check]
    fn None() {}
}

fn main() {
    let monitor = Monitor::builder().data(Arc::new(1_u8)).data(Arc::<str>::from("text"));
    let expected = ["type", "match", "context", "p0", "healthsdk", "Some", "Ok", "None"];
    let monitor = monitor.register(check!(r#type)).register(check!(options::Some));
    monitor.expect_checks(expected).build().unwrap();
}

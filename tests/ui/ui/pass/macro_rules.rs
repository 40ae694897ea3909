//! Checks that come out of `macro_rules!`, from every sort of metavariable.

use std::sync::Arc;

use healthsdk::{Monitor, check, health_check};

mod library {
    pub use healthsdk;

    #[macro_export]
    macro_rules! library_check {
        ($name:ident) => {
            #[healthsdk::health_check(crate = $crate::library::healthsdk)]
            async fn $name() {}
        };
    }
}

macro_rules! checks {
    ($($(#[$meta:meta])* $vis:vis $name:ident($ty:ty) = $timeout:literal, $tags:expr, $body:block)*) => {$(
        $(#[$meta])*
        #[health_check(timeout = $timeout, tags = $tags)]
        $vis async fn $name(_value: $ty) -> Result<(), String> $body
    )*};
}

macro_rules! annotated {
    ($item:item) => {
        #[health_check]
        $item
    };
}

macro_rules! fixed {
    ($path:path) => {
        #[health_check(crate = $path)]
        async fn fixed(p0: Arc<u8>, p1: Arc<str>) {
            drop((p0, p1));
        }
    };
}

mod checks {
    use super::{Arc, health_check};

    checks! {
        /// The first.
        pub first(Arc<u8>) = "150ms", "storage", { Ok(()) }
        second(Arc<str>) = "1s", ["storage", "primary"], { Err(String::new()) }
    }
}

annotated! {
    async fn whole(p0: Arc<u8>, p1: Arc<str>) {
        drop((p0, p1));
    }
}

fixed!(healthsdk);
library_check!(elsewhere);

macro_rules! named {
    ($path:path) => {
        check!($path)
    };
}

fn main() {
    let monitor = Monitor::builder().data(Arc::new(1_u8)).data(Arc::<str>::from("text"));
    let expected = ["first", "second", "whole", "fixed", "elsewhere"];
    monitor.register(named!(checks::first)).register(check!(fixed)).expect_checks(expected).build().unwrap();
}

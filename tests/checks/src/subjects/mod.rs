//! All cases: one file a client, and one line a case in [`all`].

use crate::case::Case;

pub mod dns;
pub mod grpc;
pub mod http;
pub mod object_store;
pub mod redis;

/// Makes [`all`], and the macro [`tests!`](crate::tests) that makes a test of each case.
macro_rules! cases {
    ($dollar:tt $($name:ident: $case:path,)*) => {
        /// Every case.
        pub fn all() -> Vec<Case> {
            vec![$($case(),)*]
        }

        /// A test of each case, with the function given.
        #[macro_export]
        macro_rules! tests {
            ($dollar run:path) => {
                $(
                    #[test]
                    fn $name() {
                        use $crate::subjects::*;
                        $dollar run(&$case());
                    }
                )*
            };
        }
    };
}

cases! {$
    awc: http::awc,
    hickory_resolver: dns::hickory,
    object_store_s3: object_store::s3,
    redis_manager: redis::manager,
    reqwest: http::reqwest,
    tonic: grpc::tonic,
}

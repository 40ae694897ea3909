//! All cases: one file a client, and one line a case in [`all`].

use crate::case::Case;

pub mod redis;
pub mod tls;

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
    redis_manager: redis::manager,
    tls_presented: tls::presented,
}

//! All cases: one file a client, and one line a case in [`all`].

use crate::case::Case;

pub mod bb8_postgres;
pub mod deadpool_postgres;
pub mod diesel;
pub mod dns;
pub mod grpc;
pub mod http;
pub mod async_nats;
pub mod lapin;
pub mod rdkafka;
pub mod bb8_redis;
pub mod deadpool_redis;
pub mod memcache;
pub mod mongodb;
pub mod redis;
pub mod sqlx;

mod postgres;

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
    bb8_postgres_testing: bb8_postgres::testing,
    bb8_postgres_trusting: bb8_postgres::trusting,
    deadpool_postgres: deadpool_postgres::pool,
    diesel_postgres: diesel::postgres,
    redis_manager: redis::manager,
    sqlx_mariadb: sqlx::mariadb,
    sqlx_postgres: sqlx::postgres,
    awc: http::awc,
    hickory_resolver: dns::hickory,
    async_nats_core: async_nats::core,
    async_nats_jetstream: async_nats::jetstream,
    lapin_recovering: lapin::recovering,
    rdkafka_producer: rdkafka::producer,
    bb8_redis_testing: bb8_redis::testing,
    bb8_redis_trusting: bb8_redis::trusting,
    deadpool_redis: deadpool_redis::pool,
    memcache: memcache::pool,
    mongodb: mongodb::client,
    redis_client: redis::plain,
    redis_manager: redis::manager,
    reqwest: http::reqwest,
    tonic: grpc::tonic,
}

//! All cases: one file a client, and one line a case in [`all`].

use crate::case::Case;

pub mod async_nats;
pub mod bb8_postgres;
pub mod bb8_redis;
pub mod deadpool_postgres;
pub mod deadpool_redis;
pub mod diesel;
pub mod dns;
pub mod grpc;
pub mod http;
pub mod lapin;
pub mod memcache;
pub mod mongodb;
pub mod object_store;
pub mod rdkafka;
pub mod redis;
pub mod sqlx;
pub mod tls;

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
    async_nats_core: async_nats::core,
    async_nats_jetstream: async_nats::jetstream,
    awc: http::awc,
    bb8_postgres_testing: bb8_postgres::testing,
    bb8_postgres_trusting: bb8_postgres::trusting,
    bb8_redis: bb8_redis::pool,
    deadpool_postgres: deadpool_postgres::pool,
    deadpool_redis: deadpool_redis::pool,
    diesel_postgres: diesel::postgres,
    hickory_resolver: dns::hickory,
    lapin_recovering: lapin::recovering,
    memcache: memcache::pool,
    mongodb: mongodb::client,
    object_store_s3: object_store::s3,
    rdkafka_producer: rdkafka::producer,
    redis_client: redis::plain,
    redis_manager: redis::manager,
    reqwest: http::reqwest,
    sqlx_mariadb: sqlx::mariadb,
    sqlx_postgres: sqlx::postgres,
    tls_presented: tls::presented,
    tonic: grpc::tonic,
}

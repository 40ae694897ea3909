//! bb8-postgres.

use bb8_postgres::PostgresConnectionManager;
use bb8_postgres::bb8::Pool;
use healthsdk::{Check, checks};
use tokio_postgres::NoTls;

use super::postgres::{self, LIMIT};
use crate::case::Case;
use crate::subject::{Subject, Taking, take};

/// A pool that tests what it hands out, as is its default.
pub fn testing() -> Case {
    case("bb8-postgres", true)
}

/// A pool that hands out what it has.
pub fn trusting() -> Case {
    case("bb8-postgres, without its test", false)
}

fn case(name: &'static str, test_on_check_out: bool) -> Case {
    let connect = move |url: String| async move { Bb8::new(&url, test_on_check_out) };
    Case::new(name, postgres::start, move |port| connect(postgres::url(port)))
        .wrong_password(move |port| connect(postgres::wrong_url(port)))
}

struct Bb8(Pool<PostgresConnectionManager<NoTls>>);

impl Bb8 {
    fn new(url: &str, test_on_check_out: bool) -> Self {
        let limit = LIMIT.try_into().expect("it is small");
        let manager = PostgresConnectionManager::new_from_stringlike(url, NoTls).expect("a legal address");
        let builder = Pool::builder().max_size(limit).test_on_check_out(test_on_check_out);
        Self(builder.build_unchecked(manager))
    }
}

impl Subject for Bb8 {
    fn check(&self) -> Check {
        checks::bb8_postgres::of("postgres", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || self.0.get_owned()))
    }
}

use healthsdk::health_check;

struct Db;

impl Db {
    #[health_check]
    async fn ping() {}
}

fn main() {}

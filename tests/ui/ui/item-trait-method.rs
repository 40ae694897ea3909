use healthsdk::health_check;

trait Db {
    #[health_check]
    async fn ping();
}

fn main() {}

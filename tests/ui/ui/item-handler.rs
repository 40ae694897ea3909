use actix_web::get;
use healthsdk::health_check;

#[health_check]
#[get("/postgres")]
async fn postgres() -> Result<(), std::io::Error> {
    Ok(())
}

fn main() {}

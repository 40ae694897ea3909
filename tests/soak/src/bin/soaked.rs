//! The service of the soak, in a process of its own; see `healthsdk_soak::service`.

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    healthsdk_soak::service::run().await
}

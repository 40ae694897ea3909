use healthsdk::health_check;

#[health_check]
async fn postgres() -> Result<i32, String> {
    Ok(1)
}

fn main() {}

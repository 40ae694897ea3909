use healthsdk::health_check;

#[health_check]
async fn postgres()
where
    u8: Copy,
{
}

fn main() {}

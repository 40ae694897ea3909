#[health_check]
async fn redis(client: web::Data<redis::Client>) -> redis::RedisResult<()> {
    client.get_multiplexed_async_connection().await?.ping().await
}

#[health_check]
async fn event_loop() {
    tokio::task::yield_now().await;
}

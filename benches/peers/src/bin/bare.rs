//! The limit: an actix-web handler that knows the answer, with the bytes of a probe of healthsdk.

use actix_web::{
    App, HttpResponse, HttpServer,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS},
    rt::System,
    web,
};
use healthsdk_peers::{PATH, serve_runs};

fn main() -> std::io::Result<()> {
    System::new().block_on(async {
        let server = HttpServer::new(|| App::new().route(PATH, web::get().to(known)))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))?;
        serve_runs(server.addrs()[0].port());
        server.run().await
    })
}

async fn known() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((VARY, HeaderValue::from_static("Accept")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(web::Bytes::from_static(br#"{"status":"ok"}"#))
}

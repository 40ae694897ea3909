//! ullun-api with its defaults: a timeout of 2 s, and results that it keeps for 1 s.

use std::{convert::Infallible, error::Error};

use healthsdk_peers::{PATH, args, check, names, serve_runs, set_up};
use tokio::{net::TcpListener, runtime::Builder};
use ullun::{app::App, health::Health};

fn main() -> Result<(), Box<dyn Error>> {
    set_up(&args());
    let health = names().fold(Health::new(), |health, (number, name)| {
        health.check(&name, move || async move {
            check(number).await;
            Ok::<_, Infallible>(())
        })
    });
    let app = App::new().get(PATH, health.readiness());
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        serve_runs(listener.local_addr()?.port());
        Ok(app.serve(listener).await?)
    })
}

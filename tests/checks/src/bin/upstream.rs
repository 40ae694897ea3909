//! A service that tells its health over gRPC, on the port of its one argument.

use std::error::Error;
use std::net::Ipv4Addr;

use healthsdk::{Check, Monitor, Selection};
use tonic::transport::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("no port")?.parse()?;
    let check = Check::new("stock", || async {}).tags(["stock"]);
    let monitor = Monitor::builder().linked(false).check(check).build()?;
    // Who asks counts as serving; there is no server of HTTP that would.
    monitor.report(Selection::everything()).await;
    Server::builder().add_service(monitor.grpc_health()).serve((Ipv4Addr::LOCALHOST, port).into()).await?;
    Ok(())
}

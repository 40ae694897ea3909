//! What the load generator can reach: a server that has its whole answer at hand, and sends it for whatever arrives.

use healthsdk_peers::serve_runs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
};

/// With the length of a probe's answer.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\nvary: Accept\r\ncontent-type: application/json\r\n\
    cache-control: no-store\r\nx-content-type-options: nosniff\r\ndate: Sat, 28 Nov 2026 12:00:00 GMT\r\n\r\n{\"status\":\"ok\"}";

fn main() -> std::io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        serve_runs(listener.local_addr()?.port());
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(answer(stream));
        }
    })
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = [0; 1024];
    while stream.read(&mut request).await? > 0 {
        stream.write_all(ANSWER).await?;
    }
    Ok(())
}

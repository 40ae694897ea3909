use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::board::Board;

/// Obeys lines like `switch redis hang` and answers `counts`, on threads that nothing else of the service uses.
pub(super) fn listen(board: Arc<Board>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::Builder::new().name("control".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever has gone wants no answer.
            let _ = serve(stream, &board);
        }
    })?;
    Ok(address)
}

fn serve(mut stream: TcpStream, board: &Board) -> io::Result<()> {
    stream.set_nodelay(true)?;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let answer = answer(&line?, board).unwrap_or_else(|error| error);
        writeln!(stream, "{answer}")?;
    }
    Ok(())
}

fn answer(line: &str, board: &Board) -> Result<String, String> {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["counts"] => Ok(board.counts().to_string()),
        ["switch", name, mode] => {
            board.desk(name).ok_or("no such check")?.set(mode.parse()?);
            Ok("switched".to_owned())
        }
        _ => Err(format!("no such command: {line:?}")),
    }
}

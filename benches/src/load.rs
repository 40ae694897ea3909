//! The load generator, a process of its own so that it shares neither allocator nor runtime with the server.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    task::JoinSet,
};

use crate::{Result, part};

/// Short, and many of them: what else the machine does then falls on few pairs, which the median leaves out.
const SLICE: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_millis(500);
const ANSWER_LIMIT: usize = 64 * 1024;

/// Requests per second of two paths of one server, measured in turn so many times by another process.
pub(crate) fn compare(port: u16, connections: u32, rounds: u32, paths: [&str; 2]) -> Result<Vec<(f64, f64)>> {
    let [first, second] = paths.map(str::to_owned);
    let args = [port.to_string(), connections.to_string(), rounds.to_string(), first, second];
    let figures = |line: &str| {
        let (first, second) = line.split_once(' ').ok_or("one figure")?;
        Result::Ok((first.parse()?, second.parse()?))
    };
    part::output("load", args)?.lines().map(figures).collect()
}

/// The other process. Prints two figures a round.
pub(crate) fn run(args: &[&str]) -> Result {
    let [port, connections, rounds, first, second] = args else { return Err("five arguments".into()) };
    let (port, connections, rounds): (u16, u32, u32) = (port.parse()?, connections.parse()?, rounds.parse()?);
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(Client::new(port).await?);
        }
        same_answer(&mut clients[0], first, second).await?;
        for path in [first, second] {
            slice(&mut clients, path, WARM_UP).await?;
        }
        for round in 0..rounds {
            // Turn by turn first, so that a drift of the machine favours neither.
            let order = if round % 2 == 0 { [first, second] } else { [second, first] };
            let figures =
                [slice(&mut clients, order[0], SLICE).await?, slice(&mut clients, order[1], SLICE).await?];
            let [first, second] = if round % 2 == 0 { figures } else { [figures[1], figures[0]] };
            println!("{first} {second}");
        }
        Ok(())
    })
}

/// Requests per second, each connection sending the next when it has the answer.
async fn slice(clients: &mut Vec<Client>, path: &str, time: Duration) -> Result<f64> {
    let request = request(path);
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for mut client in clients.drain(..) {
        let request = request.clone();
        tasks.spawn(async move {
            let mut count = 0;
            while began.elapsed() < time {
                client.ask(&request).await.map_err(|error| error.to_string())?;
                count += 1;
            }
            Ok::<_, String>((client, count))
        });
    }
    let mut total = 0;
    while let Some(done) = tasks.join_next().await {
        let (client, count): (_, u32) = done??;
        clients.push(client);
        total += count;
    }
    Ok(f64::from(total) / began.elapsed().as_secs_f64())
}

pub(crate) struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    pub(crate) async fn new(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(ANSWER_LIMIT) })
    }

    /// The whole answer is in `answer` afterwards, and it is a 200.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let mut whole = usize::MAX;
        while self.answer.len() < whole {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the connection was closed".into());
            }
            if whole == usize::MAX {
                whole = length(&self.answer)?.unwrap_or(usize::MAX);
            }
        }
        if self.answer.len() == whole && self.answer.starts_with(b"HTTP/1.1 200 ") {
            return Ok(());
        }
        Err(format!("no 200: {}", String::from_utf8_lossy(&self.answer)).into())
    }
}

/// The length of the answer, once its head is there.
pub(crate) fn length(answer: &[u8]) -> Result<Option<usize>> {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let mut headers =
        std::str::from_utf8(&answer[..head])?.split("\r\n").filter_map(|line| line.split_once(": "));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    match length {
        Some((_, length)) => Ok(Some(head + 4 + length.parse::<usize>()?)),
        // In chunks, of which the last is empty.
        None if answer.ends_with(b"\r\n0\r\n\r\n") => Ok(Some(answer.len())),
        None => Ok(None),
    }
}

pub(crate) fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

/// The two differ in nothing but the order of headers, and the date.
async fn same_answer(client: &mut Client, first: &str, second: &str) -> Result {
    let mut answers = Vec::new();
    for path in [first, second] {
        client.ask(&request(path)).await?;
        let answer = String::from_utf8(client.answer.clone())?;
        let mut lines: Vec<_> =
            answer.split("\r\n").filter(|line| !line.starts_with("date: ")).map(str::to_owned).collect();
        lines.sort_unstable();
        answers.push(lines);
    }
    if answers[0] == answers[1] { Ok(()) } else { Err(format!("not the same: {answers:?}").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_or_its_last_chunk_says() {
        let told = |answer: &str| length(answer.as_bytes()).expect("it is text");
        for name in ["content-length", "Content-Length"] {
            let head = format!("HTTP/1.1 200 OK\r\n{name}: 2\r\n\r\n");
            assert_eq!(told(&head), Some(head.len() + 2));
        }
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        assert_eq!(told(chunked), Some(chunked.len()));
        for part in (0..chunked.len()).filter_map(|end| chunked.get(..end)) {
            assert_eq!(told(part), None, "{part:?}");
        }
    }
}

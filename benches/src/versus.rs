//! Several servers under load in turn, by a process of its own.

use std::{
    process,
    time::{Duration, Instant},
};

use tokio::{runtime::Builder, task::JoinSet};

use crate::{
    Result,
    load::{Client, request},
    part, processor,
};

const SLICE: Duration = Duration::from_millis(250);
const WARM_UP: Duration = Duration::from_millis(500);

/// Where a server answers, and the process that it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) path: &'static str,
    pub(crate) process: u32,
}

/// What one server did in its turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Processor time of the server for a request, in microseconds; not a number where the system does not tell.
    pub(crate) busy: f64,
    /// The same of the process that asks.
    pub(crate) generator: f64,
}

/// So many rounds, in each of which every server has its turn.
pub(crate) fn compare(targets: &[Target], connections: u32, rounds: u32) -> Result<Vec<Vec<Slice>>> {
    let path = targets.first().ok_or("no server")?.path;
    let servers = targets.iter().map(|target| format!("{}/{}", target.port, target.process));
    let args = [path.to_owned(), connections.to_string(), rounds.to_string()];
    part::output("versus", args.into_iter().chain(servers))?
        .lines()
        .map(|line| line.split(' ').map(parsed).collect())
        .collect()
}

fn parsed(figures: &str) -> Result<Slice> {
    let figures = figures.split('/').map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    let [rate, busy, generator] = figures[..] else { return Err("not three figures".into()) };
    Ok(Slice { rate, busy, generator })
}

/// The other process. Prints a line a round.
pub(crate) fn run(args: &[&str]) -> Result {
    let [path, connections, rounds, servers @ ..] = args else {
        return Err("three arguments, and servers".into());
    };
    let (connections, rounds): (u32, usize) = (connections.parse()?, rounds.parse()?);
    let request = request(path);
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let servers = servers.iter().map(|server| numbers(server)).collect::<Result<Vec<_>>>()?;
        for server in &servers {
            slice(*server, connections, &request, WARM_UP).await?;
        }
        for round in 0..rounds {
            let mut figures = vec![String::new(); servers.len()];
            // Another begins each time, so that a drift of the machine favours none.
            for turn in 0..servers.len() {
                let index = (round + turn) % servers.len();
                let Slice { rate, busy, generator } =
                    slice(servers[index], connections, &request, SLICE).await?;
                figures[index] = format!("{rate}/{busy}/{generator}");
            }
            println!("{}", figures.join(" "));
        }
        Ok(())
    })
}

fn numbers(server: &str) -> Result<(u16, u32)> {
    let (port, process) = server.split_once('/').ok_or("a port and a process")?;
    Ok((port.parse()?, process.parse()?))
}

/// Each connection sends the next request when it has the answer. They are of this slice alone, because servers close those on
/// which they hear nothing while others have their turn.
async fn slice(
    (port, server): (u16, u32),
    connections: u32,
    request: &[u8],
    time: Duration,
) -> Result<Slice> {
    let mut clients = Vec::new();
    for _ in 0..connections {
        let mut client = Client::new(port).await?;
        client.ask(request).await?;
        clients.push(client);
    }
    let (before, began) = ([server, process::id()].map(busy), Instant::now());
    let mut tasks = JoinSet::new();
    for mut client in clients {
        let request = request.to_vec();
        tasks.spawn(async move {
            let mut count = 0;
            while began.elapsed() < time {
                client.ask(&request).await.map_err(|error| error.to_string())?;
                count += 1;
            }
            Ok::<u32, String>(count)
        });
    }
    let mut count = 0.0;
    while let Some(done) = tasks.join_next().await {
        count += f64::from(done??);
    }
    let (took, after) = (began.elapsed(), [server, process::id()].map(busy));
    let [busy, generator] = [0, 1].map(|index| (after[index] - before[index]) / count);
    Ok(Slice { rate: count / took.as_secs_f64(), busy, generator })
}

/// The processor time of all threads that a process has, in microseconds.
fn busy(process: u32) -> f64 {
    processor::used(process).map_or(f64::NAN, |used| used.as_secs_f64() * 1e6)
}

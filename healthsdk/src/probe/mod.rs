//! The prober in the service's own binary, for images that have no `curl`.
//!
//! One line at the top of `main`, before anything is built:
//!
//! ```no_run
//! healthsdk::probe::run_if_asked("http://127.0.0.1:8080/readyz");
//! ```
//!
//! From then on `my-service healthcheck` asks the service that runs already, and exits:
//!
//! ```dockerfile
//! HEALTHCHECK --start-period=30s CMD ["/my-service", "healthcheck"]
//! ```
//!
//! | exit code | [`Exit`] | |
//! | --- | --- | --- |
//! | 0 | `Healthy` | answered with 200 to 299 |
//! | 1 | `Unhealthy` | answered with anything else, redirects included |
//! | 3 | `Refused` | nothing listens there |
//! | 4 | `TimedOut` | no whole answer in time |
//! | 5 | `Broken` | not HTTP, or broken off |
//! | 64 | `Usage` | bad arguments; nothing was sent |
//!
//! Docker takes 0 for healthy and reserves 2, which is never used; an exec probe of Kubernetes takes 0 for success. To both, all other codes are
//! the same failure. Which one it was is for scripts, and the reason is in one line on standard error. On success nothing is
//! printed, unless `--verbose`.
//!
//! | option | default | |
//! | --- | --- | --- |
//! | `--timeout 2s` | 2 s | for the connection and the whole answer |
//! | `--wait 60s` | off | asks every 250 ms until it is healthy, this long at most: a gate of a deployment. Ends with the code of the last result |
//! | `--token-env NAME`, `--token-file PATH` | none | sends `Authorization: Bearer`. No option takes the token itself, because `ps` shows it |
//! | `--quiet`, `--verbose` | off | |
//!
//! An address is `http://127.0.0.1:8080/readyz`, `http://[::1]:9090`, `unix:/run/my-service.sock` or
//! `unix:/run/my-service.sock:/livez`; shorter ones are `127.0.0.1:8080`, `:8080` (this machine), and `/livez` (at the default
//! address). Without a path it is `/readyz`. `localhost` tries both loopback addresses, and what a server binds to listen
//! everywhere (`0.0.0.0`, `[::]`) means loopback. There is no TLS: ask the plain port, or that of
//! [`Monitor::serve`](crate::Monitor::serve).
//!
//! `my-service drain unix:/run/my-service.sock` sends `POST /drain` in the same way, with the same codes: for a preStop hook.
//! It takes no `--wait`, and has no default address unless [`Prober::drain_url`] gives one, as it belongs on a port of its
//! own and never on the public port.
//!
//! Redirects are not followed, and proxy settings of the environment are not used. At most 16 KiB of an answer are read.
//!
//! It speaks through the standard library alone. Measured once, on a small service: 83 KiB more in a stripped binary, and 2.6 ms from start
//! to exit, where `curl` took 11 ms and `true` 1.1 ms. A larger binary takes longer to load.

mod address;
mod answer;
mod args;
mod ask;
mod client;
mod dial;
mod exit;
mod token;
mod usage;

#[cfg(not(unix))]
#[path = "no_unix.rs"]
mod unix;
#[cfg(unix)]
mod unix;

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process,
};

pub use exit::Exit;

use args::{Args, Command};
use ask::Verdict;
use usage::usage;

/// Where the first argument is `healthcheck` or `drain`: does that, and ends the process. Otherwise returns, and the service
/// starts.
///
/// `url` is what `healthcheck` asks unless the command line says otherwise; see [the module](self) for its forms. Call this
/// first in `main`: a prober is in a hurry, and needs no pool and no configuration.
pub fn run_if_asked(url: impl Into<String>) {
    Prober::default().url(url).run_if_asked();
}

/// The prober, where [`run_if_asked`] is not enough.
///
/// ```no_run
/// use healthsdk::probe::Prober;
///
/// Prober::default().url("http://127.0.0.1:8080/readyz").drain_url("unix:/run/my-service.sock").run_if_asked();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Prober {
    url: Option<String>,
    drain_url: Option<String>,
}

impl Prober {
    /// What `healthcheck` asks unless the command line says otherwise. Default: none, and the command line must.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Where `drain` goes unless the command line says otherwise. Default: nowhere, and the command line must.
    pub fn drain_url(mut self, url: impl Into<String>) -> Self {
        self.drain_url = Some(url.into());
        self
    }

    /// As the function [`run_if_asked`].
    pub fn run_if_asked(&self) {
        if let Some(exit) = self.run(env::args_os()) {
            process::exit(exit.code().into());
        }
    }

    /// Does what the arguments ask for and says how it went, for a `main` that ends the process in its own way. They begin with
    /// the program's name, as [`std::env::args_os`] does. `None` where they ask for neither `healthcheck` nor `drain`.
    ///
    /// Writes to standard output and standard error, and blocks until it is done.
    pub fn run<A: Into<OsString>>(&self, args: impl IntoIterator<Item = A>) -> Option<Exit> {
        let mut args = args.into_iter().map(Into::into);
        let program = args.next()?;
        let command = Command::named(args.next()?.to_str()?)?;
        let default = match command {
            Command::Healthcheck => self.url.as_deref(),
            Command::Drain => self.drain_url.as_deref(),
        };
        Some(match Args::parse(command, args, default) {
            Ok(Some(args)) => told(&args, args.ask()),
            Ok(None) => {
                let program = Path::new(&program).file_name().unwrap_or(&program).to_string_lossy();
                print(io::stdout(), &usage(command, &program, default));
                Exit::Healthy
            }
            Err(fault) => {
                print(io::stderr(), &format!("{}: {fault}\n", command.name()));
                Exit::Usage
            }
        })
    }
}

fn told(args: &Args, Verdict { exit, line }: Verdict) -> Exit {
    let line = format!("{}: {}: {line}\n", args.command.name(), args.address);
    match exit {
        Exit::Healthy if args.verbose => print(io::stdout(), &line),
        Exit::Healthy => {}
        _ if args.quiet => {}
        _ => print(io::stderr(), &line),
    }
    exit
}

/// Where nobody reads, the exit code still says it.
fn print(mut to: impl Write, text: &str) {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}

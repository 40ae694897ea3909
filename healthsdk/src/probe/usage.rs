use super::args::Command;

/// What `--help` prints.
pub(super) fn usage(command: Command, program: &str, default: Option<&str>) -> String {
    let name = command.name();
    let default = default.map(|url| format!("\n             default: {url}")).unwrap_or_default();
    let (about, wait) = match command {
        Command::Healthcheck => (
            "Asks the running service whether it is healthy.",
            "\n  --wait TIME        ask every 250 ms until it is healthy, this long at most",
        ),
        Command::Drain => ("Tells the running service to drain.", ""),
    };
    format!(
        "\
{about}

Usage: {program} {name} [ADDRESS] [OPTIONS]

  ADDRESS    http://HOST:PORT/PATH, HOST:PORT/PATH, :PORT/PATH, /PATH,
             unix:SOCKET or unix:SOCKET:/PATH{default}

  --timeout TIME     for the whole answer (default: 2s){wait}
  --token-env NAME   send the token in this environment variable
  --token-file PATH  send the token in this file
  --quiet            say nothing, also of a failure
  --verbose          say what was answered, also of a success

Exit codes: 0 success, 1 any status but 2xx, 3 nothing listens there, 4 timeout,
5 no HTTP or broken off, 64 bad arguments
"
    )
}

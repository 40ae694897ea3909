use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::mode::Mode;

/// Longer than any freeze.
const PATIENCE: Duration = Duration::from_secs(30);

/// The soak's end of the switchboard of the service.
#[derive(Debug)]
pub(crate) struct Control(Mutex<BufReader<TcpStream>>);

impl Control {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(Mutex::new(BufReader::new(stream))))
    }

    /// Returns when the check does so from its next run on.
    pub(crate) fn switch(&self, check: &str, mode: Mode) -> io::Result<()> {
        let answer = self.ask(&format!("switch {check} {mode}\n"))?;
        if answer == "switched" { Ok(()) } else { Err(io::Error::other(answer)) }
    }

    pub(crate) fn counts(&self) -> io::Result<Value> {
        Ok(serde_json::from_str(&self.ask("counts\n")?)?)
    }

    fn ask(&self, line: &str) -> io::Result<String> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.get_mut().write_all(line.as_bytes())?;
        let mut answer = String::new();
        stream.read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    }
}

//! What stands for Unix sockets where there are none.

use std::{io, path::Path};

use super::dial::Stream;

pub(super) fn check(_: &str) -> Result<(), String> {
    Err("this system has no Unix sockets; ask a port".to_owned())
}

pub(super) fn dial(_: &Path) -> io::Result<Box<dyn Stream>> {
    Err(io::ErrorKind::Unsupported.into())
}

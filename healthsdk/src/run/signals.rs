use std::{
    io,
    task::{Context, Poll},
};

use crate::drain::Cause;

/// The signals that ask a process to end. Once installed, they do not end it by themselves any more.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Cause> {
        if self.terminate.poll_recv(context).is_ready() {
            return Poll::Ready(Cause::Terminate);
        }
        self.interrupt.poll_recv(context).map(|_| interrupt())
    }
}

#[cfg(windows)]
#[derive(Debug)]
pub(super) struct Signals {
    close: tokio::signal::windows::CtrlShutdown,
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_shutdown};
        Ok(Self { close: ctrl_shutdown()?, interrupt: ctrl_c()? })
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Cause> {
        if self.close.poll_recv(context).is_ready() {
            return Poll::Ready(Cause::Terminate);
        }
        self.interrupt.poll_recv(context).map(|_| interrupt())
    }
}

fn interrupt() -> Cause {
    Cause::Interrupt { terminal: io::IsTerminal::is_terminal(&io::stdin()) }
}

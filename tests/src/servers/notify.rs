use std::io::{self, IoSliceMut};
use std::iter;
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::cmsg_space;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, UnixCredentials, recvmsg, setsockopt, sockopt::PassCred,
};
use nix::unistd::{Pid, close};
use tempfile::TempDir;

/// One datagram, as a service sends it to its service manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it was received.
    pub at: Instant,
    /// Its lines, such as `READY=1`.
    pub text: String,
    /// Who has sent it, as the kernel says.
    pub pid: Option<Pid>,
}

impl Notice {
    /// The value of a variable, as of `STATUS`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }
}

/// The socket on which systemd listens to a service, `$NOTIFY_SOCKET`, without systemd: it keeps every datagram, and
/// closes the file descriptors that come with `BARRIER=1`, for which the sender waits. Dropping it closes it.
#[derive(Debug)]
pub struct NotifySocket {
    address: String,
    socket: Arc<UnixDatagram>,
    new: Receiver<Notice>,
    log: Arc<Mutex<Vec<Notice>>>,
    thread: Option<JoinHandle<()>>,
    _dir: TempDir,
}

impl NotifySocket {
    /// One in a folder of its own, as systemd makes it.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn start() -> NotifySocket {
        NotifySocket::bind(|dir| {
            let path = format!("{dir}/notify");
            Ok((SocketAddr::from_pathname(&path)?, path))
        })
    }

    /// One with an abstract address, as container runtimes make it.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_abstract() -> NotifySocket {
        NotifySocket::bind(|dir| Ok((SocketAddr::from_abstract_name(dir)?, format!("@{dir}"))))
    }

    /// `name` makes an address out of a name that nobody else has.
    fn bind(name: impl Fn(&str) -> io::Result<(SocketAddr, String)>) -> NotifySocket {
        let dir =
            tempfile::Builder::new().prefix("healthsdk-").tempdir().expect("a temporary folder can be made");
        let (addr, address) = name(&dir.path().to_string_lossy()).expect("the name is short");
        let socket = Arc::new(UnixDatagram::bind_addr(&addr).expect("the socket can be bound"));
        setsockopt(&*socket, PassCred, &true).expect("senders can be told");

        let (sender, new) = mpsc::channel();
        let log = Arc::default();
        let (shared, written) = (Arc::clone(&socket), Arc::clone(&log));
        let thread = thread::spawn(move || while receive(&shared, &written, &sender) {});
        NotifySocket { address, socket, new, log, thread: Some(thread), _dir: dir }
    }

    /// The value of `NOTIFY_SOCKET` for the service.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The next datagram, waiting for it.
    ///
    /// # Panics
    /// Where none comes in time.
    #[track_caller]
    pub fn next(&self, within: Duration) -> Notice {
        let next = self.new.recv_timeout(within);
        next.unwrap_or_else(|_| panic!("no notification within {within:?}; so far {:#?}", self.all()))
    }

    /// The next datagram with such a line in it, as `READY=1`, past all others.
    ///
    /// # Panics
    /// Where none comes in time.
    #[track_caller]
    pub fn next_with(&self, line: &str, within: Duration) -> Notice {
        let until = Instant::now() + within;
        let next = || self.new.recv_timeout(until.saturating_duration_since(Instant::now())).ok();
        let found = iter::from_fn(next).find(|notice| notice.text.lines().any(|has| has == line));
        found.unwrap_or_else(|| panic!("no {line} within {within:?}; so far {:#?}", self.all()))
    }

    /// All datagrams so far, also those which [`next`](Self::next) has told.
    pub fn all(&self) -> Vec<Notice> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for NotifySocket {
    fn drop(&mut self) {
        let ended = self.socket.shutdown(Shutdown::Both);
        let joined = self.thread.take().map(JoinHandle::join);
        assert!(
            thread::panicking() || (ended.is_ok() && joined.is_some_and(|joined| joined.is_ok())),
            "the socket did not end: {ended:?}"
        );
    }
}

/// Keeps one datagram; false at the end.
fn receive(socket: &UnixDatagram, log: &Mutex<Vec<Notice>>, new: &Sender<Notice>) -> bool {
    let mut bytes = [0; 4096];
    let mut control = cmsg_space!(UnixCredentials, [RawFd; 16]);
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut control), flags);
    let message = message.expect("the socket can be read");
    let controls: Vec<_> = message.cmsgs().expect("there is room for them").collect();
    let length = message.bytes;
    let pid = controls.iter().find_map(|control| match control {
        ControlMessageOwned::ScmCredentials(sender) => Some(Pid::from_raw(sender.pid())),
        _ => None,
    });
    if length > 0 {
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        let notice = Notice { at: Instant::now(), text, pid };
        log.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        drop(new.send(notice));
    }
    for control in controls {
        if let ControlMessageOwned::ScmRights(files) = control {
            for file in files {
                close(file).expect("it was just received");
            }
        }
    }
    length > 0
}

use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::Outcome;
use tokio::time::sleep;

use super::board::Desk;
use crate::cast::{MARK, SECRET};
use crate::mode::Mode;

/// Longer than any message that is kept.
const LARGE: usize = 1 << 20;
const LOOK: Duration = Duration::from_millis(20);

/// How long a run takes: where it passes, where it dawdles, and where it is to miss its timeout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Takes {
    pub(super) passing: Duration,
    pub(super) dawdling: Duration,
    pub(super) beyond: Duration,
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(thread::panicking(), "the destructor of a check");
    }
}

/// What a client that fails may say, with all that it knows.
fn reason() -> String {
    format!("{MARK}: no connection to postgres://soak:{SECRET}@db.internal/orders")
}

/// What a check that awaits does in this mode.
pub(super) async fn awaits(mode: Mode, takes: Takes) -> Outcome {
    match mode {
        Mode::Pass => sleep(takes.passing).await,
        Mode::Dawdle => sleep(takes.dawdling).await,
        Mode::Hang => pending().await,
        Mode::PanicLate => {
            let _bomb = Bomb;
            sleep(takes.passing).await;
        }
        mode => return blocks(mode, takes, || true),
    }
    Outcome::ok()
}

/// What a check does in this mode on its thread; it hangs while `hangs`.
pub(super) fn blocks(mode: Mode, takes: Takes, hangs: impl Fn() -> bool) -> Outcome {
    match mode {
        Mode::Pass => thread::sleep(takes.passing),
        Mode::Dawdle => thread::sleep(takes.dawdling),
        Mode::Fail => return Outcome::error(reason()),
        Mode::Hang => {
            while hangs() {
                thread::sleep(LOOK);
            }
        }
        Mode::Panic => panic!("{}", reason()),
        Mode::PanicLate => drop(Bomb),
        Mode::Block => thread::sleep(takes.beyond),
        Mode::Spin => {
            let until = Instant::now() + takes.beyond;
            while Instant::now() < until {
                std::hint::spin_loop();
            }
        }
        Mode::Large => return Outcome::error(reason() + &"l".repeat(LARGE)),
    }
    Outcome::ok()
}

/// A blocking check hangs until it is switched: nothing can take it off its thread.
pub(super) fn blocks_by(desk: &Arc<Desk>, takes: Takes) -> Outcome {
    blocks(desk.mode(), takes, || desk.mode() == Mode::Hang)
}

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::dev::ServerHandle;

use super::details::Bearer;
use crate::{dashboard::Dashboard, reach::Reach, watchdog::Workers};

/// What a monitor knows of servers, its own ones and where the main one listens, and keeps for them.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(super) drain_token: Option<Bearer>,
    /// The main server's workers, where they are watched.
    pub(super) workers: Option<Arc<Workers>>,
    /// For the page that they serve.
    #[cfg_attr(not(feature = "dashboard"), allow(dead_code, reason = "nothing is kept"))]
    pub(super) dashboard: Dashboard,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    reach: Reach,
    running: Vec<(u64, ServerHandle)>,
    started: u64,
}

impl Listeners {
    pub(crate) fn new(
        drain_token: Option<Bearer>,
        workers: Option<Arc<Workers>>,
        dashboard: Dashboard,
    ) -> Self {
        Self { drain_token, workers, dashboard, state: Mutex::default() }
    }

    /// Ends all of them, without waiting.
    pub(crate) fn close(&self) {
        for (_, server) in &self.state().running {
            // The command is sent by the call; the future only waits.
            drop(server.stop(false));
        }
    }

    /// The main server has this address, or says so: one on a unix socket has a made-up one.
    pub(super) fn main_server(&self, address: SocketAddr) {
        self.state().reach.add(address);
    }

    pub(super) fn began(&self, server: ServerHandle) -> u64 {
        let mut state = self.state();
        state.started += 1;
        let id = state.started;
        state.running.push((id, server));
        id
    }

    /// True where none is left.
    pub(super) fn ended(&self, id: u64) -> bool {
        let mut state = self.state();
        state.running.retain(|(other, _)| *other != id);
        state.running.is_empty()
    }

    pub(super) fn reach<T>(&self, with: impl FnOnce(&mut Reach) -> T) -> T {
        with(&mut self.state().reach)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

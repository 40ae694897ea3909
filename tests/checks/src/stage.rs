use std::time::{Duration, Instant};

use healthsdk_tests::eventually;
use healthsdk_tests::servers::Missing;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;

use crate::case::{Case, Connect};
use crate::subject::{Backend, Held, Subject};
use healthsdk_tests::proxy::Proxy;

/// How long taking all connections of a pool may last.
const ALL: Duration = Duration::from_secs(5);

/// A server with a proxy before it, and the runtime of an application with one client.
pub(crate) struct Stage {
    pub(crate) subject: Option<Box<dyn Subject>>,
    runtime: Runtime,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) backend: Box<dyn Backend>,
}

impl Stage {
    /// The client comes through the proxy.
    pub(crate) fn behind_proxy(case: &Case) -> Result<Self, Missing> {
        let proxy = Proxy::start();
        let backend = (case.start)(Some(proxy.port()))?;
        proxy.lead_to(backend.port());
        Ok(Self::new(case, Some(proxy), backend))
    }

    /// The client comes to the server itself.
    pub(crate) fn direct(case: &Case) -> Result<Self, Missing> {
        Ok(Self::new(case, None, (case.start)(None)?))
    }

    fn new(case: &Case, proxy: Option<Proxy>, backend: Box<dyn Backend>) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let mut stage = Self { subject: None, runtime, proxy, backend };
        stage.subject = Some(stage.connect(&case.connect));
        stage
    }

    pub(crate) fn connect(&self, connect: &Connect) -> Box<dyn Subject> {
        let port = self.proxy.as_ref().map_or_else(|| self.backend.port(), Proxy::port);
        self.runtime.block_on(connect(port))
    }

    pub(crate) fn subject(&self) -> &dyn Subject {
        self.subject.as_deref().expect("it is there until dropped")
    }

    pub(crate) fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("the stage is behind a proxy")
    }

    pub(crate) fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Every connection of the pool, where there is one.
    pub(crate) fn take_all(&self) -> Option<Result<Held, String>> {
        let begun = Instant::now();
        let _entered = self.runtime.enter();
        let taking = self.subject().take_all()?;
        let taken = self.runtime.block_on(async { timeout(ALL, taking).await });
        let taken = taken.unwrap_or_else(|_| Err(format!("not within {:.1?}", begun.elapsed())));
        Some(taken)
    }

    /// Takes all connections of the pool and gives them back, so that they are all there.
    pub(crate) fn fill(&self) {
        let taken = self.take_all().map(|taken| taken.expect("all connections can be had"));
        self.give_back(taken);
        self.rest();
    }

    /// Waits until the client does nothing by itself any more.
    pub(crate) fn rest(&self) {
        eventually("the client is at rest", ALL, || self.subject().is_at_rest());
    }

    /// In the runtime, which a client may need to take them back.
    pub(crate) fn give_back(&self, held: Option<Held>) {
        let _entered = self.runtime.enter();
        drop(held);
    }

    /// Lets go of a client of the application.
    pub(crate) fn let_go(&self, subject: Option<Box<dyn Subject>>) {
        let _entered = self.runtime.enter();
        drop(subject);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What a check left blocked must not block the test.
        self.backend.resume();
        let subject = self.subject.take();
        self.let_go(subject);
    }
}

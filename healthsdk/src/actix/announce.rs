use actix_web::{
    dev::{AppService, HttpServiceFactory},
    web::ServiceConfig,
};

use crate::{Monitor, run::stamp};

/// Mounts nothing, and tells the monitor of the server that it is mounted on.
struct Announce(Monitor);

impl Monitor {
    /// For an `App` of the main server that has no probes, because they are on a port of their own: mounts nothing, and tells
    /// the monitor that the server is there.
    ///
    /// ```no_run
    /// # use actix_web::{App, HttpServer};
    /// # use healthsdk::Monitor;
    /// # async fn f(monitor: Monitor) -> std::io::Result<()> {
    /// monitor.serve("0.0.0.0:9090")?;
    /// let announce = monitor.without_probes();
    /// HttpServer::new(move || App::new().configure(announce.clone())).bind(("0.0.0.0", 8080))?.run().await
    /// # }
    /// ```
    pub fn without_probes(&self) -> impl Fn(&mut ServiceConfig) + Clone + Send + Sync + 'static {
        let monitor = self.clone();
        move |config| {
            config.service(Announce(monitor.clone()));
        }
    }
}

impl HttpServiceFactory for Announce {
    fn register(self, service: &mut AppService) {
        let listeners = self.0.listeners();
        listeners.main_server(service.config().local_addr());
        if let Some(workers) = &listeners.workers {
            stamp(workers);
        }
        self.0.engine().serving();
    }
}

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use crate::{Health, Monitor, Outcome, Selection, observe};

/// What a [`#[health_route]`](macro@crate::health_route) takes in place of its [`Health`].
#[derive(Debug)]
pub struct Source {
    monitor: Option<Monitor>,
    may_start: bool,
}

impl Source {
    /// The entries of the selected checks.
    pub async fn gather(self, selection: Selection) -> Health {
        let Some(monitor) = self.monitor else {
            let mut health = Health::new();
            health.record(
                "healthsdk",
                Outcome::error("this route has no monitor; the log says how to give it one"),
            );
            return health;
        };
        Health::gathered(monitor.engine().read(&selection, self.may_start).await.report(&selection))
    }
}

impl FromRequest for Source {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let monitor = monitor(request)
            .cloned()
            .or_else(|| Monitor::stand_in().inspect_err(|error| observe::no_monitor(error.as_ref())).ok());
        if let Some(monitor) = &monitor {
            monitor.engine().serving();
        }
        let may_start = monitor.as_ref().is_some_and(|monitor| monitor.may_start(request));
        ready(Ok(Self { monitor, may_start }))
    }
}

impl Monitor {
    /// Whether this caller may have on-demand checks run.
    pub(super) fn may_start(&self, request: &HttpRequest) -> bool {
        !self.details().tells_apart() || self.details().allow(request)
    }
}

/// The monitor of the request's `App`.
pub(super) fn monitor(request: &HttpRequest) -> Option<&Monitor> {
    request.app_data::<Monitor>().or_else(|| request.app_data::<web::Data<Monitor>>().map(web::Data::get_ref))
}

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use crate::{Health, Monitor, Outcome, Selection, observe, run::Reader};

/// What a [`#[health_route]`](macro@crate::health_route) takes in place of its [`Health`].
#[derive(Debug)]
pub struct Source {
    monitor: Option<Monitor>,
    reader: Reader,
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
        let report = monitor.engine().read(&selection, self.reader).await.report(&selection);
        Health::gathered(report, monitor.engine().redactor().clone())
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
        let reader = monitor
            .as_ref()
            .map_or(Reader::new(false), |monitor| monitor.reader(monitor.details().allow(request), request));
        ready(Ok(Self { monitor, reader }))
    }
}

/// The monitor of the request's `App`.
pub(super) fn monitor(request: &HttpRequest) -> Option<&Monitor> {
    request.app_data::<Monitor>().or_else(|| request.app_data::<web::Data<Monitor>>().map(web::Data::get_ref))
}

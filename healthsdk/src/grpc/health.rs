use tonic::{Request, Response, metadata::MetadataValue};

use super::{HealthServer, source::Source, watch};
use crate::{
    Monitor,
    proto::{
        HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
        health_check_response::ServingStatus, health_server::Health,
    },
    run::Hops,
};

/// The most services that a list tells.
const LONGEST_LIST: usize = 100;
/// The longest request that is read, in bytes: a service name, and there is none of such a length.
const LONGEST_REQUEST: usize = 4096;

/// Answers the calls of gRPC's health service from a monitor. Made by [`Monitor::grpc_health`].
#[derive(Debug)]
pub struct GrpcHealth {
    source: Source,
    /// Keeps the checks running, as the probes on an `App` do.
    _monitor: Option<Monitor>,
}

impl GrpcHealth {
    /// With a monitor to keep, or without.
    pub(super) fn serve(source: Source, monitor: Option<Monitor>) -> HealthServer<Self> {
        let health = Self { source, _monitor: monitor };
        HealthServer::new(health).max_decoding_message_size(LONGEST_REQUEST)
    }
}

impl Monitor {
    /// The health service of gRPC for the service's own tonic server: `Server::builder().add_service(monitor.grpc_health())`.
    /// What its names stand for is told in [`grpc`](crate::grpc). It keeps the checks running.
    ///
    /// Watches end with `UNAVAILABLE` when the drain begins, so that they do not hold up the graceful stop of the server.
    pub fn grpc_health(&self) -> HealthServer<GrpcHealth> {
        GrpcHealth::serve(Source::new(self), Some(self.clone()))
    }
}

#[tonic::async_trait]
impl Health for GrpcHealth {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, tonic::Status> {
        let hops = request.metadata().get(Hops::HEADER).map(MetadataValue::as_bytes);
        match self.source.through(Hops::read(hops)).look(&request.get_ref().service).await {
            None => Err(watch::ended()),
            Some((ServingStatus::ServiceUnknown, _)) => Err(tonic::Status::not_found("unknown service")),
            Some((status, _)) => Ok(Response::new(status.into())),
        }
    }

    async fn list(
        &self,
        _: Request<HealthListRequest>,
    ) -> Result<Response<HealthListResponse>, tonic::Status> {
        let all = self.source.all().await.ok_or_else(watch::ended)?;
        if all.len() > LONGEST_LIST {
            return Err(tonic::Status::resource_exhausted(format!("more than {LONGEST_LIST} services")));
        }
        let statuses = all.into_iter().map(|(name, status)| (name, status.into())).collect();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    type WatchStream = watch::Stream;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, tonic::Status> {
        let stream = watch::stream(self.source.clone(), request.into_inner().service);
        stream.map(Response::new).ok_or_else(watch::ended)
    }
}

impl From<ServingStatus> for HealthCheckResponse {
    fn from(status: ServingStatus) -> Self {
        Self { status: status.into() }
    }
}

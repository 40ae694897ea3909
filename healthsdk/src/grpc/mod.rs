//! The health service of gRPC, `grpc.health.v1.Health`, for load balancers, meshes and Kubernetes' `grpc` probes.
//!
//! | service name | stands for |
//! | --- | --- |
//! | empty | the whole server: what `/readyz` says |
//! | `readiness`, `liveness`, `startup` | what the probe of this name says |
//! | a tag that readiness checks have | the worst of these checks, and not serving where the process is not ready |
//!
//! Ok and degraded are `SERVING`, error is `NOT_SERVING`. An unknown service is `NOT_FOUND` to a check, and
//! `SERVICE_UNKNOWN` to a watch. A tag that is called as a probe is hidden by it.
//!
//! Once the service drains, the whole server and every tag are `NOT_SERVING` for good, and watches end themselves. The
//! probes `liveness` and `startup` stay as they are, or a container would be killed amid its drain. A list has the whole
//! server and the tags, not the probes.
//!
//! Who asks is told statuses alone, and counts as a caller who is not authorised.

mod connection;
mod health;
mod serve;
mod source;
mod watch;

pub use crate::proto::health_server::HealthServer;
pub use health::GrpcHealth;

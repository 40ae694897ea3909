use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{Kind, Status, kind::Kinds};

const LONGEST_WAIT: Duration = Duration::from_secs(30);
const UTMOST_WAIT: Duration = Duration::from_secs(60 * 60);

const IMMEDIATE_FAIL: HeaderName = HeaderName::from_static("x-envoy-immediate-health-check-fail");
const DEGRADED: HeaderName = HeaderName::from_static("x-envoy-degraded");
const CLUSTER: HeaderName = HeaderName::from_static("x-envoy-upstream-healthchecked-cluster");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// What answers say besides their bodies, as the user set it.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    failure: StatusCode,
    degraded: StatusCode,
    longest_wait: Duration,
    pub(crate) envoy_immediate_fail: bool,
    pub(crate) envoy_degraded: bool,
    envoy_cluster: Option<HeaderValue>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            failure: StatusCode::SERVICE_UNAVAILABLE,
            degraded: StatusCode::OK,
            longest_wait: LONGEST_WAIT,
            envoy_immediate_fail: false,
            envoy_degraded: false,
            envoy_cluster: None,
        }
    }
}

/// Each setter says what is wrong with a value, and what to write instead.
impl Dialect {
    pub(crate) fn set_failure(&mut self, code: u16) -> Result<(), String> {
        self.failure = legal(code, 400..=599).ok_or_else(|| {
            format!("`.failure_code({code})` is not legal; write a code of 400 to 599: 503, or 500 as Kubernetes' own components have it")
        })?;
        Ok(())
    }

    pub(crate) fn set_degraded(&mut self, code: u16) -> Result<(), String> {
        let success = legal(code, 200..=299).filter(|code| !matches!(code.as_u16(), 204..=206));
        self.degraded = success.or_else(|| legal(code, 400..=599)).ok_or_else(|| {
            format!(
                "`.degraded_code({code})` is not legal: it must be final, and have a body; write 200, another code of 200 to 299 but \
                 not 204 to 206, or one of 400 to 599: 429 for Consul"
            )
        })?;
        Ok(())
    }

    pub(crate) fn set_longest_wait(&mut self, longest: Duration) -> Result<(), String> {
        if longest > UTMOST_WAIT {
            return Err(format!("`.longest_wait({longest:?})` must be at most 1 h; zero for never to wait"));
        }
        self.longest_wait = longest;
        Ok(())
    }

    pub(crate) fn set_envoy_cluster(&mut self, name: &str) -> Result<(), String> {
        let legal = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        let value = HeaderValue::from_str(name).ok().filter(|_| legal);
        self.envoy_cluster = Some(value.ok_or_else(|| {
            format!(
                "`.envoy_cluster(\"{}\")` is not legal; write the name of the cluster in visible ASCII characters without spaces, as \
                 Envoy's `service_name_matcher` has it",
                name.escape_debug()
            )
        })?);
        Ok(())
    }
}

impl Dialect {
    /// A degraded check is no reason to kill: where that is what a failure leads to, the answer stays 200.
    pub(crate) fn code(&self, status: Status, kinds: Kinds) -> StatusCode {
        match status {
            Status::Degraded if kinds.is_empty() || kinds.contains(Kind::Readiness) => self.degraded,
            Status::Ok | Status::Degraded => StatusCode::OK,
            Status::Error => self.failure,
        }
    }

    pub(super) fn wait(&self, asked: Duration) -> Duration {
        asked.min(self.longest_wait)
    }

    pub(super) fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    /// The headers for Envoy on an answer about a whole endpoint.
    pub(super) fn envoy<B>(&self, response: &mut HttpResponse<B>, status: Status, kinds: Kinds) {
        let headers = response.headers_mut();
        if self.envoy_immediate_fail && status == Status::Error && kinds.contains(Kind::Readiness) {
            headers.insert(IMMEDIATE_FAIL, TRUE);
        }
        if self.envoy_degraded && status == Status::Degraded {
            headers.insert(DEGRADED, TRUE);
        }
        if let Some(cluster) = &self.envoy_cluster {
            headers.insert(CLUSTER, cluster.clone());
        }
    }

    /// The headers for Envoy on any answer of a service that is about to stop.
    pub(super) fn envoy_leaving<B>(&self, response: &mut HttpResponse<B>) {
        if self.envoy_immediate_fail {
            response.headers_mut().insert(IMMEDIATE_FAIL, TRUE);
        }
    }
}

fn legal(code: u16, range: std::ops::RangeInclusive<u16>) -> Option<StatusCode> {
    StatusCode::from_u16(code).ok().filter(|_| range.contains(&code))
}

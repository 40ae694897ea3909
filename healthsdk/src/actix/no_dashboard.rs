use actix_web::web::ServiceConfig;

use crate::Monitor;

impl Monitor {
    #[allow(clippy::unused_self, reason = "as with the dashboard")]
    pub(super) fn mount_dashboard(&self, _config: &mut ServiceConfig) {}
}

//! One check.

use healthsdk::health_check;

/// Declared once, compiled twice.
#[health_check]
pub(crate) async fn database() {}

//! What is told of the server for gRPC.

use std::error::Error;

use tracing::error;

pub(crate) fn ended(error: &(dyn Error + 'static)) {
    error!(error, "the gRPC health service has ended, and answers nobody any more: {error}");
}

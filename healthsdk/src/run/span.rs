use tracing::Span;

use super::{caught::caught, feed::Run};
use crate::{info::Info, observe};

/// The span of one run. Whose subscriber it is told may panic: that is no fault of the check.
#[derive(Debug)]
pub(super) struct RunSpan(Span);

impl RunSpan {
    pub(super) fn begin(info: &Info) -> Self {
        Self(caught(|| observe::run_began(info)).unwrap_or_else(|_| Span::none()))
    }

    /// Calls this inside of the span.
    pub(super) fn during<T>(&self, call: impl FnOnce() -> T) -> T {
        let entered = caught(|| self.0.enter());
        let result = call();
        let _ = caught(|| drop(entered));
        result
    }

    /// Closes it with what the run came to; `None` where nobody waited for it any more.
    pub(super) fn end(self, run: Option<&Run>) {
        let _ = caught(|| observe::run_ended(&self.0, run));
        let _ = caught(|| drop(self));
    }
}

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

#[cfg(test)]
mod tests {
    use std::{
        fmt::Debug,
        sync::{Arc, Mutex},
        time::SystemTime,
    };

    use tracing::{
        Event, Metadata, Subscriber,
        field::Field,
        span::{Attributes, Id, Record},
        subscriber::with_default,
    };

    use super::*;
    use crate::{Entry, Outcome};

    /// What a subscriber was told, but for the entering and leaving.
    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Told {
        fn add(&self, what: String) {
            self.0.lock().expect("nobody panicked with it").push(what);
        }
    }

    impl Subscriber for Told {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            self.add(span.metadata().name().to_owned());
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut |field: &Field, value: &dyn Debug| self.add(format!("{field} is {value:?}")));
        }

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}

        fn try_close(&self, _: Id) -> bool {
            self.add("closed".to_owned());
            true
        }
    }

    #[test]
    fn a_span_is_closed_with_what_the_run_came_to() {
        let entry = Entry::own("check".to_owned(), Outcome::ok(), SystemTime::UNIX_EPOCH);
        let told = Arc::new(Told::default());
        with_default(Arc::clone(&told), || RunSpan::begin(&entry.info).end(None));
        let told = told.0.lock().expect("nobody panicked with it");
        assert_eq!(*told, ["health_check", "outcome is \"void\"", "closed"]);
    }
}

//! What the files need of the rest of healthsdk.

/// What a run says: nothing.
#[derive(Debug)]
pub(crate) struct Outcome;

impl Outcome {
    pub(crate) fn redacted(self, _: &redact::Redactor) -> Self {
        self
    }
}

pub(crate) mod check {
    use crate::{future::Future, pin::Pin};

    pub(crate) type RunFuture = Pin<Box<dyn Future<Output = super::Outcome> + Send>>;
}

pub(crate) mod info {
    #[derive(Debug)]
    pub(crate) struct Info;
}

pub(crate) mod outcome {
    use crate::fmt::Display;

    pub(crate) fn bounded(text: &dyn Display) -> String {
        text.to_string()
    }
}

pub(crate) mod redact {
    pub(crate) struct Redactor;

    impl Redactor {
        pub(crate) fn message(&self, message: String) -> String {
            message
        }
    }
}

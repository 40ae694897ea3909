use std::borrow::Cow;

use super::MonitorBuilder;
use crate::redact::Redactor;

impl MonitorBuilder {
    /// Takes out of every text what only this service knows for a secret, after the known patterns of secrets were taken out: of messages,
    /// data, panics, descriptions, reasons and names, before they are kept, logged or told.
    ///
    /// ```
    /// use healthsdk::Monitor;
    ///
    /// # fn main() -> Result<(), healthsdk::BuildError> {
    /// let monitor = Monitor::builder()
    ///     .redact(|text| text.replace("tenant-4711", "[tenant]").into())
    /// #   .allow_empty()
    ///     .build()?;
    /// # drop(monitor); Ok(()) }
    /// ```
    ///
    /// It runs where a check ran, or where a handler adds an entry, gives a reason or closes a gate; it must not wait for anything. Where it panics, a
    /// fixed text takes the place of the whole. A message that was longer than 1 KiB arrives cut, with `…` at its end, so a secret may
    /// arrive in half. A name, a tag or the service's name that it would change is a fault of the set-up. Given twice, the
    /// second takes the place of the first.
    pub fn redact(mut self, hook: impl Fn(&str) -> Cow<'_, str> + Send + Sync + 'static) -> Self {
        self.draft.redactor = Redactor::with_hook(hook);
        self
    }
}

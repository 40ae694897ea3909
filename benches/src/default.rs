use healthsdk::MonitorBuilder;

/// What is rendered besides.
pub(crate) const PAGES: &[&str] = &[];

/// As it is without any feature.
pub(crate) fn equipped(builder: MonitorBuilder) -> MonitorBuilder {
    builder
}

use healthsdk::MonitorBuilder;

/// As it is without any feature.
pub(crate) fn equipped(builder: MonitorBuilder) -> MonitorBuilder {
    builder
}

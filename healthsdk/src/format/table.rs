use super::{
    TEXT, Writer, health_json, json, kubernetes, microprofile, openmetrics::Text, problem, spring, xabaril,
};
#[cfg(feature = "dashboard")]
use crate::dashboard::Part;

/// In what a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    /// As Kubernetes' own components write it.
    Text,
    /// `application/health+json`, as draft-inadarei-api-health-check-06 has it.
    HealthJson,
    /// As Spring Boot's actuator writes it.
    Spring,
    SpringV2,
    /// As MicroProfile Health has it.
    MicroProfile,
    /// As Xabaril's user interface reads it.
    Xabaril,
    /// Problem details (RFC 9457), where there is a problem.
    Problem,
}

/// What is told of a whole endpoint otherwise than as a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// What may be asked for, where something else was.
    Words,
    /// What healthy means, as JSON; for authorised callers.
    Contract,
    ContractMarkdown,
    /// What is counted, for scrapers.
    Metrics(Text),
    /// The page for people, and what keeps it up to date.
    #[cfg(feature = "dashboard")]
    Dashboard(Part),
}

/// What a caller wants to be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Report(Form),
    Document(Document),
}

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Of a whole endpoint.
    Everything,
    /// Of one check, and in handlers.
    Reports,
}

/// What callers name it by: in `?format=`, the first as it is listed, and in `Accept`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) words: &'static [&'static str],
    pub(crate) media: &'static [&'static str],
}

#[derive(Debug)]
struct Row<T> {
    names: Names,
    is: T,
}

/// In the order of [`Form`]. Of those that are wanted alike, the first counts.
static REPORTS: [Row<Writer>; Form::ALL.len()] = [
    Row {
        names: Names { words: &["json"], media: &["application/json"] },
        is: Writer { content_type: "application/json", detailed: json::detailed, terse: json::terse },
    },
    Row {
        names: Names { words: &["kubernetes", "text"], media: &["text/plain"] },
        is: Writer { content_type: TEXT, detailed: kubernetes::detailed, terse: kubernetes::terse },
    },
    Row {
        names: Names { words: &["health-json", "health+json"], media: &[health_json::MEDIA] },
        is: Writer {
            content_type: health_json::MEDIA,
            detailed: health_json::detailed,
            terse: health_json::terse,
        },
    },
    Row {
        names: Names { words: &["spring"], media: &[spring::V3] },
        is: Writer { content_type: spring::V3, detailed: spring::v3, terse: spring::terse },
    },
    Row {
        names: Names { words: &["spring-v2"], media: &[spring::V2] },
        is: Writer { content_type: spring::V2, detailed: spring::v2, terse: spring::terse },
    },
    Row {
        names: Names { words: &["microprofile"], media: &[] },
        is: Writer {
            content_type: "application/json; charset=UTF-8",
            detailed: microprofile::detailed,
            terse: microprofile::terse,
        },
    },
    Row {
        names: Names { words: &["xabaril"], media: &[] },
        is: Writer { content_type: "application/json", detailed: xabaril::detailed, terse: xabaril::terse },
    },
    Row {
        names: Names { words: &["problem"], media: &[problem::MEDIA] },
        is: Writer { content_type: problem::MEDIA, detailed: problem::detailed, terse: problem::terse },
    },
];

/// After all reports, where both are wanted alike.
static DOCUMENTS: &[Row<Document>] = &[
    Row { names: Names { words: &["contract"], media: &[] }, is: Document::Contract },
    Row { names: Names { words: &["contract-markdown"], media: &[] }, is: Document::ContractMarkdown },
    Row {
        names: Names { words: &["openmetrics"], media: &["application/openmetrics-text"] },
        is: Document::Metrics(Text::OpenMetrics),
    },
    Row { names: Names { words: &["prometheus"], media: &[] }, is: Document::Metrics(Text::Prometheus) },
    #[cfg(feature = "dashboard")]
    Row { names: Names { words: &["html"], media: &["text/html"] }, is: Document::Dashboard(Part::Page) },
    #[cfg(feature = "dashboard")]
    Row { names: Names { words: &["dashboard"], media: &[] }, is: Document::Dashboard(Part::Update) },
    #[cfg(feature = "dashboard")]
    Row { names: Names { words: &[], media: &["text/event-stream"] }, is: Document::Dashboard(Part::Events) },
];

impl Form {
    pub(crate) const ALL: [Self; 8] = [
        Self::Json,
        Self::Text,
        Self::HealthJson,
        Self::Spring,
        Self::SpringV2,
        Self::MicroProfile,
        Self::Xabaril,
        Self::Problem,
    ];

    /// Where nothing is wrong, there are no details of a problem.
    pub(crate) fn with(self, code: u16) -> Self {
        if self == Self::Problem && code < 400 { Self::Json } else { self }
    }

    pub(crate) fn writer(self) -> &'static Writer {
        &REPORTS[self as usize].is
    }
}

/// What there is, by its names.
pub(crate) fn offered(offer: Offer) -> impl Iterator<Item = (Wanted, Names)> {
    let reports = Form::ALL.into_iter().map(|form| (Wanted::Report(form), REPORTS[form as usize].names));
    let documents = DOCUMENTS.iter().filter(move |_| offer == Offer::Everything);
    reports.chain(documents.map(|row| (Wanted::Document(row.is), row.names)))
}

/// What a word in `?format=` stands for.
pub(crate) fn find(word: &str, offer: Offer) -> Option<Wanted> {
    offered(offer).find(|(_, names)| names.words.contains(&word)).map(|(wanted, _)| wanted)
}

/// The words for `?format=`, for whoever wrote another.
pub(crate) fn words(offer: Offer) -> String {
    let words: Vec<_> = offered(offer).filter_map(|(_, names)| names.words.first().copied()).collect();
    format!("there is no such format here: write `format=` with one of {}\n", words.join(", "))
}

use std::{borrow::Cow, collections::BTreeMap, panic::Location};

use crate::{Check, Registration, check::Start, fault, inject::Context, options::Options, redact::Redactor};

/// A check as it was written.
pub(super) struct Declared {
    pub(super) name: Cow<'static, str>,
    pub(super) options: Options,
    pub(super) tags: Vec<Cow<'static, str>>,
    pub(super) description: Option<Cow<'static, str>>,
    pub(super) location: &'static Location<'static>,
    pub(super) body: Body,
    pub(super) built_in: bool,
    /// What is wrong with names that look like secrets.
    pub(super) secrets: Vec<String>,
}

pub(super) enum Body {
    Ready(Start),
    Prepare(fn(&Context<'_>) -> Option<Start>),
}

/// All of them, ordered by name and place.
pub(super) fn all(
    registrations: Vec<&'static Registration>,
    checks: Vec<Check>,
    redactor: &Redactor,
) -> Vec<Declared> {
    // By address: a record that is linked and registered by hand as well is one check.
    let distinct: BTreeMap<*const Registration, &Registration> = registrations
        .into_iter()
        .map(|registration| (std::ptr::from_ref(registration), registration))
        .collect();
    let mut declared: Vec<_> =
        distinct.into_values().map(Declared::from).chain(checks.into_iter().map(Declared::from)).collect();
    declared.sort_unstable_by(|a, b| (&a.name, key(a.location)).cmp(&(&b.name, key(b.location))));
    declared.into_iter().map(|check| check.redacted(redactor)).collect()
}

fn key<'a>(location: &'a Location<'_>) -> (&'a str, u32, u32) {
    (location.file(), location.line(), location.column())
}

impl Declared {
    /// A name or a tag is in every output, and cannot be told where it is a secret. Its fault is all that is told of it.
    fn redacted(mut self, redactor: &Redactor) -> Self {
        let names =
            [("name", &mut self.name)].into_iter().chain(self.tags.iter_mut().map(|tag| ("tag", tag)));
        for (what, name) in names.filter(|(_, name)| !redactor.is_clean(name)) {
            self.secrets.push(fault::secret(what, self.location));
            *name = redactor.text(name).into_owned().into();
        }
        self.description = self.description.map(|description| redactor.cow(description));
        self
    }
}

impl From<&'static Registration> for Declared {
    fn from(registration: &'static Registration) -> Self {
        Self {
            name: registration.name.into(),
            options: registration.options,
            tags: registration.tags.iter().copied().map(Cow::Borrowed).collect(),
            description: registration.description.map(Cow::Borrowed),
            location: registration.location,
            body: Body::Prepare(registration.prepare),
            built_in: false,
            secrets: Vec::new(),
        }
    }
}

impl From<Check> for Declared {
    fn from(check: Check) -> Self {
        Self {
            name: check.name,
            options: check.options,
            tags: check.tags,
            description: check.description,
            location: check.location,
            body: Body::Ready(check.start),
            built_in: false,
            secrets: Vec::new(),
        }
    }
}

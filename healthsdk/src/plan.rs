use std::{borrow::Cow, collections::BTreeMap, panic::Location, sync::Arc, time::Duration};

use crate::{
    Check, Kind, Registration,
    check::Start,
    fault,
    info::Info,
    inject::{Context, Data},
    options::Options,
    redact::Redactor,
    timing::{Defaults, Timing},
};

pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const LONGEST_NAME: usize = 64;

/// The checks that run, sorted by name, each valid and with its parameters at hand.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) checks: Vec<Planned>,
    /// What all that they say goes through.
    pub(crate) redactor: Redactor,
}

#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) info: Arc<Info>,
    pub(crate) timing: Timing,
    pub(crate) start: Start,
}

/// All that was declared, and what is wanted of it.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) registrations: Vec<&'static Registration>,
    pub(crate) checks: Vec<Check>,
    /// The crate's own: they make no monitor worth having, cannot be left out, and have names that no other check can have.
    pub(crate) built_in: Vec<Check>,
    pub(crate) data: Data,
    pub(crate) only: Option<Vec<String>>,
    pub(crate) without: Vec<String>,
    pub(crate) expected: Vec<String>,
    pub(crate) allow_empty: bool,
    pub(crate) defaults: Defaults,
    pub(crate) redactor: Redactor,
}

struct Declared {
    name: Cow<'static, str>,
    options: Options,
    tags: Vec<Cow<'static, str>>,
    description: Option<Cow<'static, str>>,
    location: &'static Location<'static>,
    body: Body,
    built_in: bool,
}

enum Body {
    Ready(Start),
    Prepare(fn(&Context<'_>) -> Option<Start>),
}

impl Plan {
    /// Validates the draft, or tells every fault in it.
    pub(crate) fn new(draft: Draft) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let mut declared = declared(draft.registrations, draft.checks);
        select(&mut declared, draft.only.as_deref(), &draft.without, &draft.expected, &mut faults);
        if declared.is_empty() && !draft.allow_empty {
            faults.push(fault::empty());
        }
        for pair in declared.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            faults.push(duplicate(&pair[0], &pair[1]));
        }
        let built_in = draft.built_in.into_iter().map(|check| Declared { built_in: true, ..check.into() });
        declared.extend(built_in);
        declared.sort_by(|a, b| a.name.cmp(&b.name));
        let checks = declared
            .into_iter()
            .filter_map(|check| {
                faults.extend(secrets(&check, &draft.redactor));
                plan(check.redacted(&draft.redactor), &draft.data, draft.defaults, &mut faults)
            })
            .collect();
        if faults.is_empty() { Ok(Self { checks, redactor: draft.redactor }) } else { Err(faults) }
    }
}

fn declared(registrations: Vec<&'static Registration>, checks: Vec<Check>) -> Vec<Declared> {
    // By address: a record that is linked and registered by hand as well is one check.
    let distinct: BTreeMap<*const Registration, &Registration> = registrations
        .into_iter()
        .map(|registration| (std::ptr::from_ref(registration), registration))
        .collect();
    let mut declared: Vec<_> =
        distinct.into_values().map(Declared::from).chain(checks.into_iter().map(Declared::from)).collect();
    declared.sort_by(|a, b| (&a.name, key(a.location)).cmp(&(&b.name, key(b.location))));
    declared
}

fn key<'a>(location: &'a Location<'_>) -> (&'a str, u32, u32) {
    (location.file(), location.line(), location.column())
}

fn select(
    declared: &mut Vec<Declared>,
    only: Option<&[String]>,
    without: &[String],
    expected: &[String],
    faults: &mut Vec<String>,
) {
    let known: Vec<&str> = declared.iter().map(|check| &*check.name).collect();
    let unknown = |name: &&String| !known.contains(&name.as_str());
    faults.extend(expected.iter().filter(unknown).map(|name| fault::expected(name, &known)));
    faults.extend(
        only.unwrap_or_default().iter().filter(unknown).map(|name| fault::unknown(".only(..)", name, &known)),
    );
    faults.extend(without.iter().filter(unknown).map(|name| fault::unknown(".without(..)", name, &known)));
    let listed = |names: &[String], check: &Declared| names.iter().any(|name| *name == check.name);
    declared.retain(|check| only.is_none_or(|only| listed(only, check)) && !listed(without, check));
}

fn duplicate(first: &Declared, second: &Declared) -> String {
    let name = &first.name;
    match (&first.body, &second.body) {
        _ if first.location != second.location => fault::duplicate(name, first.location, second.location),
        (Body::Ready(_), Body::Ready(_)) => fault::made_twice(name, first.location),
        _ => fault::compiled_twice(name, first.location),
    }
}

/// A name or a tag is in every output, and cannot be told where it is a secret.
fn secrets(check: &Declared, redactor: &Redactor) -> Vec<String> {
    let names = [("name", &check.name)].into_iter().chain(check.tags.iter().map(|tag| ("tag", tag)));
    let secret = names.filter(|(_, name)| !redactor.is_clean(name));
    secret.map(|(what, _)| fault::secret(what, check.location)).collect()
}

fn plan(check: Declared, data: &Data, defaults: Defaults, faults: &mut Vec<String>) -> Option<Planned> {
    let Declared { name, mut options, tags, description, location, body, built_in } = check;
    if options.kinds.is_empty() {
        options.add_kind(Kind::Readiness);
    }
    if !built_in && !is_name(&name) {
        faults.push(fault::invalid_name(&name, location));
    }
    for tag in tags.iter().filter(|tag| !is_name(tag)) {
        faults.push(fault::option(
            &name,
            location,
            format_args!("tag `{}` follows the rules of names", tag.escape_debug()),
        ));
    }
    faults.extend(option_faults(&options).into_iter().map(|what| fault::option(&name, location, what)));
    let start = match body {
        Body::Ready(start) => Some(start),
        Body::Prepare(prepare) => prepared(&name, &options, location, data, prepare, faults),
    };
    let timing = Timing::new(&options, defaults);
    if timing.retry_interval > timing.period().unwrap_or(LONGEST) {
        let what =
            format!("`retry_interval` ({:?}) must not be longer than `interval`", timing.retry_interval);
        faults.push(fault::option(&name, location, what));
    }
    let info = Info {
        name,
        kinds: options.kinds,
        tags,
        description,
        component: options.component,
        scope: options.scope,
        failure_status: options.failure_status,
        location: (!built_in).then_some(location),
    };
    Some(Planned { info: Arc::new(info), timing, start: start? })
}

fn prepared(
    name: &str,
    options: &Options,
    location: &Location<'_>,
    data: &Data,
    prepare: fn(&Context<'_>) -> Option<Start>,
    faults: &mut Vec<String>,
) -> Option<Start> {
    let context = Context::new(data);
    let start = prepare(&context);
    let taken = context.into_taken();
    for missing in taken.iter().filter(|taken| !taken.found) {
        faults.push(fault::missing_data(name, location, missing.type_name));
    }
    let killing = [Kind::Liveness, Kind::Startup].into_iter().find(|kind| options.kinds.contains(*kind));
    if let (Some(kind), Some(first), false) = (killing, taken.first(), options.allow_dependency) {
        faults.push(fault::option(name, location, fault::dependency(kind, first.type_name)));
    }
    start
}

fn option_faults(options: &Options) -> Vec<String> {
    let mut faults = Vec::new();
    let durations = [
        ("timeout", options.timeout),
        ("cancel_after", options.cancel_after),
        ("interval", options.interval),
        ("retry_interval", options.retry_interval),
        ("ttl", options.ttl),
        ("degraded_above", options.degraded_above),
    ];
    for (option, value) in durations.into_iter().filter_map(|(option, value)| Some((option, value?))) {
        if value.is_zero() || value > LONGEST {
            faults.push(format!("`{option}` is {value:?}; it must be longer than zero and at most 24 h"));
        }
    }
    if options.initial_delay.is_some_and(|delay| delay > LONGEST) {
        faults.push("`initial_delay` must be at most 24 h".to_owned());
    }
    for (option, value) in
        [("failure_threshold", options.failure_threshold), ("success_threshold", options.success_threshold)]
    {
        if value == Some(0) {
            faults.push(format!("`{option}` is 0; write how many runs in a row, at least 1"));
        }
    }
    if options.ttl.is_some() && (options.interval.is_some() || options.initial_delay.is_some()) {
        faults.push("`ttl` makes a check on-demand, `interval` and `initial_delay` are for background checks; write one".to_owned());
    }
    if !faults.is_empty() {
        return faults;
    }
    let timing = Timing::new(options, Defaults::default());
    if timing.cancel_after < timing.timeout {
        faults.push(fault::too_long("timeout", timing.timeout, "cancel_after", timing.cancel_after));
    }
    if let Some(above) = timing.degraded_above.filter(|above| *above >= timing.timeout) {
        faults.push(fault::too_long("degraded_above", above, "timeout", timing.timeout));
    }
    faults
}

fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

impl Declared {
    /// Names are examined, not changed: others refer to them.
    fn redacted(self, redactor: &Redactor) -> Self {
        let description = self.description.map(|description| redactor.cow(description));
        Self { description, ..self }
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
        }
    }
}

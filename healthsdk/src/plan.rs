mod declared;
mod limits;

use std::{panic::Location, sync::Arc};

use crate::{
    Check, Kind, Registration,
    check::Start,
    fault,
    info::Info,
    inject::{Context, Data},
    options::Options,
    redact::Redactor,
    settings::{Applied, Rules},
    timing::{Defaults, Timing},
};

pub(crate) use limits::{LONGEST, option_faults};

use declared::{Body, Declared};

const LONGEST_NAME: usize = 64;
/// Timings that are looked through for one that a check can share.
const MOST_TIMINGS: usize = 16;

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
    /// Shared by the checks that have the same.
    pub(crate) timing: Arc<Timing>,
    /// What both come from, where settings may change it.
    pub(crate) rules: Option<Box<Rules>>,
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
    pub(crate) settings: Applied,
}

impl Draft {
    /// Of every check that was declared, whether it is selected or not, ordered.
    pub(crate) fn names(&self) -> Vec<String> {
        let registered = self.registrations.iter().map(|registration| registration.name.to_owned());
        let made = self.checks.iter().chain(&self.built_in).map(|check| check.name.to_string());
        let mut names: Vec<_> = registered.chain(made).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl Plan {
    /// Validates the draft, or tells every fault in it.
    pub(crate) fn new(draft: Draft) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let mut declared = declared::all(draft.registrations, draft.checks, &draft.redactor);
        let named =
            |names: &[String]| names.iter().map(|name| draft.redactor.text(name).into_owned()).collect();
        let (only, without, expected): (Option<Vec<_>>, Vec<_>, Vec<_>) =
            (draft.only.as_deref().map(named), named(&draft.without), named(&draft.expected));
        select(&mut declared, only.as_deref(), &without, &expected, &mut faults);
        if declared.is_empty() && !draft.allow_empty {
            faults.push(fault::empty());
        }
        for pair in declared.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            faults.push(duplicate(&pair[0], &pair[1]));
        }
        let built_in = draft.built_in.into_iter().map(|check| Declared { built_in: true, ..check.into() });
        declared.extend(built_in);
        declared.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let mut timings = Vec::new();
        // Not collected: that would keep the memory of what was declared, which is several times as much.
        let mut checks = Vec::with_capacity(declared.len());
        for check in declared {
            checks.extend(plan(
                check,
                &draft.data,
                draft.defaults,
                &draft.settings,
                &mut timings,
                &mut faults,
            ));
        }
        if faults.is_empty() { Ok(Self { checks, redactor: draft.redactor }) } else { Err(faults) }
    }
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

fn plan(
    check: Declared,
    data: &Data,
    defaults: Defaults,
    settings: &Applied,
    timings: &mut Vec<Arc<Timing>>,
    faults: &mut Vec<String>,
) -> Option<Planned> {
    let Declared { name, mut options, tags, description, location, body, built_in, secrets } = check;
    faults.extend(secrets);
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
    let wrong = option_faults(&options, defaults);
    let declared_well = wrong.is_empty();
    faults.extend(wrong.into_iter().map(|what| fault::option(&name, location, what)));
    let start = match body {
        Body::Ready(start) => Some(start),
        Body::Prepare(prepare) => prepared(&name, &options, location, data, prepare, faults),
    };
    let rules = settings.rules(&name, options, defaults);
    if declared_well {
        let wrong = rules.faults(settings.now);
        faults.extend(wrong.into_iter().map(|what| fault::option(&name, location, what)));
    }
    let in_force = rules.at(settings.now);
    let info = Info {
        name,
        kinds: options.kinds,
        tags: tags.into(),
        description,
        component: options.component,
        scope: options.scope,
        failure_status: in_force.failure_status,
        location: (!built_in).then_some(location),
        enabled: in_force.enabled,
        overridden: in_force.overridden,
    };
    let rules = settings.may_set.then(|| Box::new(rules));
    Some(Planned { info: Arc::new(info), timing: shared(in_force.timing, timings), rules, start: start? })
}

/// One that was there before, if it is the same.
fn shared(timing: Timing, timings: &mut Vec<Arc<Timing>>) -> Arc<Timing> {
    let known = timings.iter().rev().take(MOST_TIMINGS).find(|known| ***known == timing).cloned();
    known.unwrap_or_else(|| {
        let timing = Arc::new(timing);
        timings.push(Arc::clone(&timing));
        timing
    })
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

fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests;

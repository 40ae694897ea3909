use std::fmt;

use super::{
    Contract,
    clause::{Answer, Clause, Failure, Runs},
};

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => writeln!(f, "# What healthy means for `{service}`\n")?,
            None => writeln!(f, "# What healthy means\n")?,
        }
        let codes = self.codes;
        writeln!(
            f,
            "A probe answers within {} and a moment: {} where all is well, {} where something is degraded, {} where something fails.",
            self.deadline, codes.ok, codes.degraded, codes.error
        )?;
        writeln!(
            f,
            "When the service is told to stop, readiness fails at once, requests are taken for {} more, and {} after the signal all is over.",
            self.drain_delay, self.grace
        )?;
        writeln!(f, "More than the status is told to {}.\n", self.details)?;
        writeln!(f, "| path | asks for |\n| --- | --- |")?;
        for probe in &self.probes {
            writeln!(f, "| `{}` | {} |", probe.path, probe.asks)?;
        }
        self.checks.iter().try_for_each(|clause| write!(f, "\n{clause}"))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## `{}`\n", self.name)?;
        writeln!(
            f,
            "{}\n",
            self.description.as_deref().map_or_else(|| "Nobody has said what it proves.".to_owned(), text)
        )?;
        let whose = if self.is_shared() { "what all replicas share" } else { "this replica alone" };
        writeln!(f, "- answers for {}, and speaks of {whose}", self.kinds.join(", "))?;
        if let Some(component) = self.component {
            writeln!(f, "- looks at a {component}")?;
        }
        if !self.tags.is_empty() {
            let tags: Vec<_> = self.tags.iter().map(|tag| format!("`{tag}`")).collect();
            writeln!(f, "- belongs to {}", tags.join(", "))?;
        }
        writeln!(f, "- {}; every {} while a change is pending", self.runs, self.retry_interval)?;
        write!(f, "- a run fails after {}, and is dropped after {}", self.timeout, self.cancel_after)?;
        match &self.degraded_above {
            Some(above) => writeln!(f, "; one longer than {above} is degraded")?,
            None => writeln!(f)?,
        }
        let plural = |runs| if runs == 1 { "" } else { "s" };
        let (failed, passed) = (self.failure_threshold, self.success_threshold);
        writeln!(
            f,
            "- fails after {failed} failed run{}, within {}; recovers after {passed} passed one{}",
            plural(failed),
            self.detected_within,
            plural(passed)
        )?;
        writeln!(
            f,
            "- is stale, and fails, after {} without a result: so a run that blocks its thread shows",
            self.stale_after
        )?;
        writeln!(f, "- a failure counts as {}", self.failure_status)?;
        if let Some(overridden) = &self.overridden {
            let options = overridden.options().map(|(option, value)| format!("`{option}` {value}"));
            let options: Vec<_> = options.collect();
            writeln!(f, "- not as declared, by settings: {}", options.join(", "))?;
        }
        if let Some(place) = &self.declared_at {
            writeln!(f, "- declared in `{}`", place.file)?;
        }
        let Failure { at_first, later } = &self.if_it_fails;
        write!(f, "\n| while it fails |")?;
        at_first.iter().try_for_each(|answer| write!(f, " `{}` |", answer.path))?;
        write!(f, "\n| --- |")?;
        at_first.iter().try_for_each(|_| write!(f, " --- |"))?;
        row("and has never passed", at_first, f)?;
        match later {
            Some(later) => row("having passed", later, f)?,
            None => write!(f, "\n\nOnce it has passed, it does not run any more.")?,
        }
        writeln!(f)
    }
}

fn row(when: &str, answers: &[Answer], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "\n| {when} |")?;
    answers.iter().try_for_each(|answer| write!(f, " {answer} |"))
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.status)
    }
}

impl fmt::Display for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Background { interval, initial_delay: None } => write!(f, "runs every {interval}"),
            Self::Background { interval, initial_delay: Some(delay) } => {
                write!(f, "runs every {interval}, {delay} after the start for the first time")
            }
            Self::OnDemand { ttl, refresh: None } => {
                write!(f, "runs when asked, and what it said serves for {ttl}")
            }
            Self::OnDemand { ttl, refresh: Some(refresh) } => {
                write!(f, "runs when asked and every {refresh}, and what it said serves for {ttl}")
            }
        }
    }
}

/// In Markdown, as it was written, on one line.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

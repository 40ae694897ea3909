use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{LONGEST_DEADLINE, MonitorBuilder};
use crate::{
    Settings, observe,
    settings::{Globals, Layer, Live, over},
};

impl MonitorBuilder {
    /// What operators set in place of what is written here, whatever is called first. Of several settings, the ones given last
    /// weigh more, key by key.
    ///
    /// ```no_run
    /// # use healthsdk::{Monitor, Settings};
    /// # fn main() -> Result<(), healthsdk::BuildError> {
    /// let monitor = Monitor::builder().settings(Settings::from_env()).build()?;
    /// # drop(monitor); Ok(()) }
    /// ```
    ///
    /// Building the monitor fails where a key, an option or a check is not known, or where the options of a check contradict each
    /// other; the fault says which setting it is, and what was probably meant.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings.push(settings);
        self
    }

    /// A file of settings, which weighs more than all others, and whose checks are changed while the service runs: JSON in the form of
    /// [`Settings`], or YAML where its name ends in `.yaml` or `.yml` and the feature `yaml` is on. Default: none.
    ///
    /// It is read when the monitor is built, and once a second from then on. A change, or that it is gone, counts once two readings in a row
    /// find the same, so that half of a file is not taken for the whole; replace it at once (by a rename) all the same. What it says of checks
    /// then holds at once; a change of anything else waits for the next start. The entry `process/settings`, in every report, says what is set, and is degraded where a
    /// change is wrong: what the file said before then holds on. A file that is removed sets nothing any more. While the service drains
    /// nothing changes.
    ///
    /// Building the monitor fails where the file is wrong, or has more than 256 KiB, but not where it is missing.
    pub fn settings_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings_file = Some(path.into());
        self
    }

    /// Takes what the settings say into the draft: who reads the file from now on, and which of them set the times of the drain.
    pub(super) fn apply_settings(&mut self, faults: &mut Vec<String>) -> (Option<Arc<Live>>, Vec<String>) {
        let reads = !self.settings.is_empty() || self.settings_file.is_some();
        let known = if reads { self.draft.names() } else { Vec::new() };
        let mut budget = Vec::new();
        for settings in std::mem::take(&mut self.settings) {
            let (Layer { globals, checks }, wrong) = settings.read(&known, &self.draft.redactor);
            faults.extend(wrong);
            self.apply_globals(globals, &mut budget, faults);
            self.draft.settings.settings.push(checks);
        }
        let (live, Layer { globals, checks }, wrong) =
            Live::new(self.settings_file.take(), known, self.draft.redactor.clone());
        faults.extend(wrong);
        self.apply_globals(globals, &mut budget, faults);
        let applied = &mut self.draft.settings;
        (applied.file, applied.now) = (checks, SystemTime::now());
        let all = applied.settings.iter().chain([&applied.file]);
        all.clone()
            .filter_map(|checks| over(checks, applied.now))
            .for_each(|over| observe::settings_over(&over));
        let sets = live.has_file() || all.into_iter().any(|checks| !checks.is_empty());
        applied.may_set = sets;
        let live = sets.then(|| Arc::new(live));
        self.draft.built_in.extend(live.as_ref().map(Live::check));
        (live, budget)
    }

    fn apply_globals(&mut self, globals: Globals, budget: &mut Vec<String>, faults: &mut Vec<String>) {
        let Globals { deadline, details, drain_delay, grace, ttl, file, written: _ } = globals;
        match deadline {
            Some((deadline, label)) if deadline > LONGEST_DEADLINE => {
                faults.push(format!("{label} is {deadline:?}; it must be at most 60 s"));
            }
            Some((deadline, _)) => self.deadline = deadline,
            None => {}
        }
        let mut set = |into: &mut Duration, said: Option<(Duration, String)>| {
            if let Some((duration, label)) = said {
                *into = duration;
                budget.push(label);
            }
        };
        set(&mut self.budget.delay, drain_delay);
        set(&mut self.budget.grace, grace);
        self.draft.defaults.ttl = ttl.map(|(ttl, _)| ttl).or(self.draft.defaults.ttl);
        if let Some((details, label)) = details {
            match details.fault() {
                Some(fault) => faults.push(format!("{label}: {fault}")),
                None => self.details = details,
            }
        }
        self.settings_file = file.or(self.settings_file.take());
    }
}

use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

use super::{rules::Rules, wanted::Wanted};
use crate::{options::Options, timing::Defaults};

/// What settings say of checks when the plan is made.
#[derive(Debug)]
pub(crate) struct Applied {
    /// The later ones weigh more.
    pub(crate) settings: Vec<BTreeMap<String, Arc<Wanted>>>,
    pub(crate) file: BTreeMap<String, Arc<Wanted>>,
    pub(crate) now: SystemTime,
    /// There are some, or a file that may say something later.
    pub(crate) may_set: bool,
}

impl Applied {
    pub(crate) fn rules(&self, name: &str, declared: Options, defaults: Defaults) -> Rules {
        let settings = self.settings.iter().filter_map(|checks| checks.get(name).cloned()).collect();
        Rules::new(declared, defaults, settings).with_file(self.file.get(name).cloned())
    }
}

impl Default for Applied {
    fn default() -> Self {
        Self { settings: Vec::new(), file: BTreeMap::new(), now: SystemTime::UNIX_EPOCH, may_set: true }
    }
}

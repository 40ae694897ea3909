use std::{collections::BTreeMap, sync::Arc};

use super::{effect::Urgency, engine::Engine, moment::Moment, rest::Rest};
use crate::settings::Wanted;

impl Engine {
    /// Has every check comply with what the settings file says now, and publishes it before it returns. Nothing changes while the
    /// process drains.
    pub(crate) fn adjust(&self, file: &BTreeMap<String, Arc<Wanted>>) {
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        let starting = table.is_starting();
        let mut urgency = Urgency::None;
        for check in 0..if table.frozen || table.closed { 0 } else { table.cells.len() } {
            let cell = &mut table.cells[check];
            let wanted = file.get(&*cell.info.name).cloned();
            if wanted.is_none() && cell.is_as_declared() {
                continue;
            }
            if let Some(adjusted) = cell.adjust(wanted, starting, now) {
                urgency = Urgency::AtOnce;
                rest.adjusted(&table, adjusted);
            }
            table.arm(check);
        }
        self.settle(&mut table, urgency, now.at, &mut rest);
        self.finish(table, rest);
    }
}

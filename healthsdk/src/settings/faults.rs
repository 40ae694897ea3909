/// How many are told: a settings file may have as many as it has lines.
const MOST: usize = 20;

/// What is wrong in one source: the first ones, and how many more there are.
#[derive(Default)]
pub(super) struct Faults {
    told: Vec<String>,
    more: usize,
}

impl Faults {
    pub(super) fn push(&mut self, fault: String) {
        if self.told.len() < MOST {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn told(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("and {} more", self.more));
        }
        self.told
    }
}

impl Extend<String> for Faults {
    fn extend<I: IntoIterator<Item = String>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

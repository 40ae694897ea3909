use crate::{
    chance::Chance,
    instance::Instance,
    kubelet::{Kubelet, published},
    settings::{Check, Probe},
    time::Micros,
    world::World,
};

/// A process with one check, and the kubelet that asks it.
#[derive(Debug)]
pub(crate) struct Replica {
    checked: Checked,
    kubelet: Kubelet,
}

#[derive(Debug)]
enum Checked {
    Background(Box<Instance>),
    EachProbe,
}

/// How a process comes to what it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// healthsdk's background check: a probe reads what is published.
    Background(Check),
    /// Written by hand: each probe asks the dependency.
    EachProbe,
}

/// What has changed, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Published as failed, whatever that counts as.
    pub(crate) failed: bool,
    /// The kubelet sends it traffic.
    pub(crate) in_rotation: bool,
}

impl Replica {
    /// One of a fleet that has run for long.
    pub(crate) fn steady(how: How, probe: Probe, chance: &mut Chance) -> Self {
        let checked = match how {
            How::Background(check) => Checked::Background(Box::new(Instance::steady(check, chance))),
            How::EachProbe => Checked::EachProbe,
        };
        let mut kubelet = Kubelet::new(probe, chance);
        if let How::Background(check) = how {
            kubelet.delay(check.interval + check.timeout);
        }
        Self { checked, kubelet }
    }

    pub(crate) fn seen(&self) -> Seen {
        let in_rotation = self.kubelet.is_ready();
        match &self.checked {
            Checked::Background(instance) => Seen { failed: instance.is_failed(), in_rotation },
            Checked::EachProbe => Seen { failed: !in_rotation, in_rotation },
        }
    }

    pub(crate) fn wake(&self) -> Micros {
        match &self.checked {
            Checked::Background(instance) => instance.wake().min(self.kubelet.wake()),
            Checked::EachProbe => self.kubelet.wake(),
        }
    }

    pub(crate) fn advance(&mut self, now: Micros, world: &mut impl World, chance: &mut Chance) {
        match &mut self.checked {
            Checked::Background(instance) => {
                if instance.wake() <= now {
                    instance.advance(now, world, chance);
                }
                self.kubelet.advance(now, |_| published(instance.is_ready()));
            }
            Checked::EachProbe => self.kubelet.advance(now, |now| world.ask(now, chance)),
        }
    }

    /// Goes on until this time, and tells each change of what is seen.
    pub(crate) fn run(
        &mut self,
        until: Micros,
        world: &mut impl World,
        chance: &mut Chance,
        mut changed: impl FnMut(Micros, Seen),
    ) {
        let mut before = self.seen();
        loop {
            let now = self.wake();
            if now >= until {
                return;
            }
            self.advance(now, world, chance);
            let seen = self.seen();
            if seen != before {
                changed(now, seen);
                before = seen;
            }
        }
    }
}

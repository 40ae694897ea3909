use crate::violations::Invariant;

/// A bug that `--cfg healthsdk_planted` brings, and the invariants of which it must break one: see `docs/soak.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bug {
    pub(crate) name: &'static str,
    pub(crate) breaks: &'static [Invariant],
}

const BUGS: [Bug; 8] = [
    Bug { name: "second-run", breaks: &[Invariant::Alone] },
    Bug { name: "no-deadline", breaks: &[Invariant::InTime] },
    Bug { name: "deaf", breaks: &[Invariant::Truth] },
    Bug { name: "leak", breaks: &[Invariant::Growth] },
    Bug { name: "blamed", breaks: &[Invariant::Truth, Invariant::Liveness] },
    Bug { name: "chatty", breaks: &[Invariant::Secrecy] },
    Bug { name: "unredacted", breaks: &[Invariant::Secrecy] },
    Bug { name: "busy", breaks: &[Invariant::Growth] },
];

impl Bug {
    /// The one of this name, or all.
    pub(crate) fn find(name: &str) -> Result<Vec<Self>, String> {
        if name == "all" {
            return Ok(BUGS.to_vec());
        }
        let names = BUGS.map(|bug| bug.name).join(", ");
        let bug = BUGS.into_iter().find(|bug| bug.name == name);
        Ok(vec![bug.ok_or(format!("no bug {name:?}; there are {names}, or all"))?])
    }
}

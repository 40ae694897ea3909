/// What a run would say of its dependency now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Dawdle,
    Fail,
    /// Never ends, on a thread that nothing takes it off.
    Stuck,
}

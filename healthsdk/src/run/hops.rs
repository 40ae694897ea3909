use std::cell::Cell;

thread_local! {
    /// Of the run that this thread polls.
    static POLLED: Cell<Hops> = const { Cell::new(Hops::NONE) };
}

/// How many services a question has come through: one whose check asks another service, whose check asks a third, and so on,
/// maybe in a circle.
///
/// Who waits for a run that waits for him would wait for ever. So a question that came through a service waits for no run but
/// those that it starts itself; and after some services it starts none, so that a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hops(u8);

impl Hops {
    pub(crate) const HEADER: &'static str = "health-hops";
    pub(crate) const NONE: Self = Self(0);
    const LIMIT: Self = Self(3);

    /// Out of the header's value. What cannot be read counts as the limit.
    pub(crate) fn read(value: Option<&[u8]>) -> Self {
        let Some(value) = value else { return Self::NONE };
        let number = str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
        number.map_or(Self::LIMIT, Self)
    }

    /// Those of a question that the run which is being polled asks.
    #[cfg_attr(not(feature = "full"), allow(dead_code, reason = "only checks that ask services use it"))]
    pub(crate) fn onward() -> String {
        POLLED.get().0.saturating_add(1).to_string()
    }

    /// Whether the question came straight from a prober.
    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn may_start(self) -> bool {
        self < Self::LIMIT
    }

    /// Makes them those of the thread while it polls.
    pub(super) fn during<T>(self, poll: impl FnOnce() -> T) -> T {
        let before = POLLED.replace(self);
        let polled = poll();
        POLLED.set(before);
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_and_one_that_cannot_be_starts_nothing() {
        assert!(Hops::read(None).is_none());
        assert!(Hops::read(Some(b"0")).is_none());
        assert_eq!(Hops::read(Some(b" 2 ")), Hops(2));
        for odd in [&b""[..], b"-1", b"256", b"one", b"1, 2", b"\xff"] {
            assert!(!Hops::read(Some(odd)).may_start(), "{odd:?}");
        }
        assert!(Hops(2).may_start() && !Hops(3).may_start() && !Hops(255).may_start());
    }

    #[test]
    fn what_a_run_asks_came_through_one_service_more() {
        assert_eq!(Hops::onward(), "1");
        assert_eq!(Hops(2).during(Hops::onward), "3");
        assert_eq!(Hops(255).during(Hops::onward), "255");
        assert_eq!(Hops::onward(), "1");
    }
}

//! The files of `healthsdk/src/run`, and what they need beside them.

#![allow(dead_code, reason = "each scenario takes what it needs")]

#[path = "../../../healthsdk/src/run/attempt.rs"]
mod attempt;
#[path = "../../../healthsdk/src/run/caught.rs"]
mod caught;
mod clock;
#[path = "../../../healthsdk/src/run/lane.rs"]
mod lane;
#[path = "../../../healthsdk/src/run/pool.rs"]
mod pool;
#[path = "../../../healthsdk/src/run/round.rs"]
mod round;
pub mod scenarios;

mod driver {
    use crate::io;

    pub(super) struct Runtime;

    impl Runtime {
        pub(super) fn enter(&self) -> impl Drop + use<> {
            struct Entered;
            impl Drop for Entered {
                fn drop(&mut self) {}
            }
            Entered
        }
    }

    pub(super) fn driver() -> io::Result<&'static Runtime> {
        Ok(&Runtime)
    }
}

mod feed {
    /// Number and whether it is of a run.
    #[derive(Debug)]
    pub(super) struct Event(pub(super) usize);

    impl Event {
        pub(super) fn is_of_run(&self) -> bool {
            false
        }
    }

    #[derive(Debug)]
    pub(super) struct Run;
}

mod hops {
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Hops;

    impl Hops {
        pub(super) fn during<T>(self, poll: impl FnOnce() -> T) -> T {
            poll()
        }
    }
}

mod span {
    use super::feed::Run;
    use crate::info::Info;

    pub(super) struct RunSpan;

    impl RunSpan {
        pub(super) fn begin(_: &Info) -> Self {
            Self
        }

        pub(super) fn during<T>(&self, call: impl FnOnce() -> T) -> T {
            call()
        }

        pub(super) fn end(self, _: Option<&Run>) {}
    }
}

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls code of the user's where no fault of it may go further; `None` where it panics.
pub(crate) fn call<T>(call: impl FnOnce() -> T) -> Option<T> {
    // The drop of the payload may panic as well.
    catch_unwind(AssertUnwindSafe(call)).map_err(std::mem::forget).ok()
}

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::outcome::bounded;

/// Calls the user's code, or drops what is the user's; where it panics, says with what message.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(told)
}

/// The panic's message. The payload is the user's: its drop may panic as well.
fn told(payload: Box<dyn Any + Send>) -> String {
    let message = payload
        .downcast_ref::<&str>()
        .map(|text| bounded(text))
        .or_else(|| payload.downcast_ref::<String>().map(|text| bounded(text)))
        .unwrap_or_else(|| "no message".to_owned());
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
    message
}

//! What is told of who is told.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::{error, info};

pub(crate) fn tokens_read(tokens: usize) {
    info!(tokens, "the file of tokens for details has changed, and was read again: {tokens} tokens");
}

/// Told once: whoever asks could have it told each time.
pub(crate) fn guard_panicked() {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Ordering::Relaxed) {
        error!(
            "the guard of `Details::when` panicked, so this caller is told no more than the status; told once"
        );
    }
}

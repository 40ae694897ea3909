use std::sync::atomic::{AtomicBool, Ordering};

static QUICK: AtomicBool = AtomicBool::new(false);

/// From now on little of everything is measured, which shows that it can be and nothing else.
pub(crate) fn quick() {
    QUICK.store(true, Ordering::Relaxed);
}

pub(crate) fn is_quick() -> bool {
    QUICK.load(Ordering::Relaxed)
}

/// So many rounds, requests or functions, or a tenth.
pub(crate) fn of(usual: u32) -> u32 {
    if is_quick() { (usual / 10).max(2) } else { usual }
}

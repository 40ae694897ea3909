//! No check at all is linked.

fn main() -> Result<(), healthsdk::BuildError> {
    healthsdk::Monitor::builder().build().map(drop)
}

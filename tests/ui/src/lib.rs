//! What the compiler says of each mistake; see `tests/ui.rs`.

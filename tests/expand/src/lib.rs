//! What the attributes expand to; see `tests/expand/main.rs`.

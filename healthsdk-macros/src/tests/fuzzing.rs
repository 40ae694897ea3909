//! The fuzz target of the attributes, with its seeds and a few changes of them.

#![allow(unreachable_pub, reason = "the same files are modules of the fuzz crate")]

#[path = "../../../fuzz/src/attribute.rs"]
mod attribute;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[test]
#[cfg_attr(miri, ignore = "it reads files")]
fn the_expansion_is_rust_or_errors_whatever_is_written() {
    replay::replay("attribute", attribute::attribute);
}

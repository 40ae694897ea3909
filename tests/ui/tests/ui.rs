//! What the compiler says of each mistake, and what has to compile.
//!
//! The messages are those of the pinned toolchain; `TRYBUILD=overwrite` writes them anew.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}

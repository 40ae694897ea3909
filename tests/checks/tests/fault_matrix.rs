//! What each check says under each fault of its server or of the way there, held against `docs/fault-matrix.md`.

use healthsdk_check_tests::{matrix, subjects};

healthsdk_check_tests::tests!(matrix::run);

#[test]
fn the_document_has_rows_of_every_check_and_of_no_other() {
    matrix::complete(&subjects::all());
}

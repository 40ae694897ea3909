//! What one run of each check costs its server, held against `docs/check-costs.md`.

use healthsdk_check_tests::{cost, subjects};

healthsdk_check_tests::tests!(cost::run);

#[test]
fn the_document_has_a_row_of_every_check_and_of_no_other() {
    cost::complete(&subjects::all());
}

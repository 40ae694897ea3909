//! and so has the binary, which also uses the library.

mod checks;

use linking_twice as _;

fn main() -> Result<(), healthsdk::BuildError> {
    healthsdk::Monitor::builder().build().map(drop)
}

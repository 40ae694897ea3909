//! What each fuzz target does with an input: a function that panics where a promise does not hold.

mod attribute;
mod details;
mod durations;
mod query_accept;
mod redaction;
mod settings;
mod text;

// The macros' own modules: a macro crate exports nothing else than its macros.
#[path = "../../healthsdk-macros/src/args.rs"]
mod args;
#[path = "../../healthsdk-macros/src/check.rs"]
mod check;
#[path = "../../healthsdk-macros/src/duration.rs"]
mod duration;
#[path = "../../healthsdk-macros/src/errors.rs"]
mod errors;
#[path = "../../healthsdk-macros/src/function.rs"]
mod function;
#[path = "../../healthsdk-macros/src/grammar.rs"]
mod grammar;
#[path = "../../healthsdk-macros/src/name.rs"]
mod name;
#[path = "../../healthsdk-macros/src/options.rs"]
mod options;
#[path = "../../healthsdk-macros/src/path.rs"]
mod path;
#[path = "../../healthsdk-macros/src/reference.rs"]
mod reference;
#[path = "../../healthsdk-macros/src/route.rs"]
mod route;
#[path = "../../healthsdk-macros/src/rules.rs"]
mod rules;
#[path = "../../healthsdk-macros/src/signature.rs"]
mod signature;
#[path = "../../healthsdk-macros/src/value.rs"]
mod value;
#[path = "../../healthsdk-macros/src/words.rs"]
mod words;

pub use attribute::attribute;
pub use details::details;
pub use durations::durations;
pub use query_accept::query_accept;
pub use redaction::redaction;
pub use settings::settings;
pub use text::text;

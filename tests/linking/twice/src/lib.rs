//! The library has the module,

mod checks;

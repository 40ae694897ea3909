use proc_macro2::TokenStream;
use syn::{Error, Result};

/// Every mistake found so far, so that all of them are told at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value, or `None` with the error kept.
    pub(crate) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// `Err` with everything that was kept, if there was anything.
    pub(crate) fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    /// The item as it was written and one `compile_error!` for each mistake: with the item in place, nothing that
    /// names it adds an error of its own.
    pub(crate) fn beside(error: &Error, item: TokenStream) -> TokenStream {
        let mut tokens = item;
        tokens.extend(error.to_compile_error());
        tokens
    }
}

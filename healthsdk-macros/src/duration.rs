use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::grammar;

/// A length of time in whole nanoseconds, longer than zero and at most 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duration(u64);

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

impl Duration {
    pub(crate) const fn from_secs(seconds: u64) -> Self {
        Self(seconds * SECOND)
    }

    /// The error says what to write.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        grammar::parse(text).map(Self)
    }
}

/// The constructor that reads best.
impl ToTokens for Duration {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let span = Span::mixed_site();
        let (constructor, count) = match self.0 {
            n if n % SECOND == 0 => ("from_secs", n / SECOND),
            n if n % MILLISECOND == 0 => ("from_millis", n / MILLISECOND),
            n if n % 1_000 == 0 => ("from_micros", n / 1_000),
            n => ("from_nanos", n),
        };
        let constructor = syn::Ident::new(constructor, span);
        let count = proc_macro2::Literal::u64_unsuffixed(count);
        tokens.extend(quote_spanned!(span=> __healthsdk::Duration::#constructor(#count)));
    }
}

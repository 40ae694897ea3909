//! Checks that are there only where the linker brings this crate in.

mod deep {
    mod private {
        use healthsdk::health_check;

        #[health_check]
        async fn hidden_deep() {}
    }
}

/// Where `check!` reaches.
pub mod reachable {
    use healthsdk::health_check;

    /// A check that may be registered by hand as well.
    #[health_check]
    pub async fn by_hand() {}
}

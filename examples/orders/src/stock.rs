use std::time::Duration;

use reqwest::{Client, StatusCode, Url, redirect::Policy};

/// Another service, which knows what there is to be ordered.
pub(crate) struct Stock {
    client: Client,
    url: Url,
}

impl Stock {
    pub(crate) fn new(url: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder().timeout(Duration::from_secs(2)).redirect(Policy::none()).build()?;
        let url: Url = url.parse()?;
        if url.cannot_be_a_base() {
            return Err(format!("STOCK_URL={url}: it begins with http://").into());
        }
        Ok(Self { client, url })
    }

    /// Whether it says that there is no such item. While it cannot say so, orders are taken.
    pub(crate) async fn lacks(&self, item: &str) -> bool {
        let answer = self.client.get(self.at(&["items", item])).send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::NOT_FOUND)
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// What it answers a load balancer.
    pub(crate) fn readyz(&self) -> Url {
        self.at(&["readyz"])
    }

    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

//! Settings of a client.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderValue;

use super::{Network, RetryPolicy};

/// Settings of a [`Client`](crate::http::Client).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Value of the header `User-Agent`.
    pub user_agent: HeaderValue,
    /// Proxies and trusted certificates.
    pub network: Network,
    /// How calls are retried.
    pub retries: RetryPolicy,
    /// Timeout for establishing a connection.
    pub connect_timeout: Duration,
    /// Timeout of one attempt, from connecting to the last byte of the response.
    pub timeout: Duration,
    /// The current time, for signatures.
    pub clock: fn() -> DateTime<Utc>,
    /// A random number between 0 and 1, for the jitter of retries.
    pub random: fn() -> f64,
}

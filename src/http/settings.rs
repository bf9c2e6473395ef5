//! How a client behaves.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderValue;

use super::{Network, RetryPolicy};

/// How a [`Client`] behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Value of the header `User-Agent`.
    pub user_agent: HeaderValue,
    /// How services are reached, and whom to believe to be one.
    pub network: Network,
    /// How often and how patiently calls are repeated.
    pub retries: RetryPolicy,
    /// How long a connection may take to come up.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from connecting to the answer's last byte.
    pub timeout: Duration,
    /// The time of day, for signatures.
    pub clock: fn() -> DateTime<Utc>,
    /// A number between 0 and 1 that differs from call to call and from process to process, to spread out repetitions.
    pub random: fn() -> f64,
}

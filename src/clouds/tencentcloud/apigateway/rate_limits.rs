//! The published rate limits of the service.

use std::time::Duration;

use super::actions::ACTIONS;
use crate::http::{Rate, RateLimiter};

/// A little below the limit, because requests that leave at even intervals do not arrive so. Source: "A maximum of 20 requests can be
/// initiated per second for this API", on the page of each action.
pub(super) fn rate_limits() -> RateLimiter {
    let rate = Rate {
        interval: Duration::from_millis(51),
        burst: 18,
    };
    RateLimiter::new(ACTIONS.map(|action| (action, rate)), None)
}

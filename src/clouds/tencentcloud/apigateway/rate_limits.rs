//! The limits of the service.

use std::time::Duration;

use super::actions::ACTIONS;
use crate::http::{Rate, RateLimiter};

/// A little below the limit: what leaves evenly does not arrive so. Source: "A maximum of 20 requests can be initiated per
/// second for this API", on the page of each.
pub(super) fn rate_limits() -> RateLimiter {
    let rate = Rate {
        interval: Duration::from_millis(51),
        burst: 18,
    };
    RateLimiter::new(ACTIONS.map(|action| (action, rate)), None)
}

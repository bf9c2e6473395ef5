//! Rate limits of the service.

use std::time::Duration;

use crate::http::{Rate, RateLimiter};

/// Slightly below the limits of five and ten per second, because calls arrive less evenly than they are sent. Source: "Amazon API
/// Gateway quotas" in the vendor's documentation, per account and region.
pub(super) fn rate_limits() -> RateLimiter {
    let of_kind = Rate {
        interval: Duration::from_millis(205),
        burst: 4,
    };
    let all = Rate {
        interval: Duration::from_millis(103),
        burst: 36,
    };
    RateLimiter::new([("CreateApiKey", of_kind), ("DeleteApiKey", of_kind)], Some(all))
}

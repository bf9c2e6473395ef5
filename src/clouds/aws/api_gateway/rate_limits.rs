//! Rate limits of the service.

use std::time::Duration;

use crate::http::{Rate, RateLimiter};

/// Slightly below the limits of five and ten per second, because calls arrive less evenly than they are sent. Source: "Amazon API
/// Gateway quotas" in the vendor's documentation, per account and region.
///
/// Keys enter and leave usage plans one after the other: of two calls at the same time in an account and region, the service refuses one,
/// whatever their plans. Source: the vendor's support, cited in the issue 12065 of serverless/serverless. The quotas have no figure for
/// them.
pub(super) fn rate_limits() -> RateLimiter {
    let of_kind = Rate {
        interval: Duration::from_millis(205),
        burst: 4,
    };
    let all = Rate {
        interval: Duration::from_millis(103),
        burst: 36,
    };
    let one_by_one = Rate { burst: 1, ..of_kind };
    let limited = [
        ("CreateApiKey", of_kind),
        ("CreateUsagePlanKey", one_by_one),
        ("DeleteApiKey", of_kind),
        ("DeleteUsagePlanKey", one_by_one),
    ];
    RateLimiter::new(limited, Some(all))
}

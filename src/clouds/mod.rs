//! The clouds. Each folder holds the same: `mod` what there is, `client` the connection, `provider_block` its settings, `auth` who we are,
//! `endpoint` where calls go, a folder named like the service with the vendor's calls, and `objects` with a folder for each object.

pub mod aws;
pub mod scaleway;
pub mod shared;
pub mod tencentcloud;

use crate::framework::Cloud;
use crate::host::Clock;

/// Every cloud there is.
pub fn all(clock: Clock) -> Vec<Cloud> {
    vec![aws::cloud(clock), tencentcloud::cloud(clock), scaleway::cloud(clock)]
}

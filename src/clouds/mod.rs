//! The clouds. Each folder has the same layout: `mod` the registration, `client` the connection, `provider_block` and `setting_sources` its
//! settings, `auth` credentials, `endpoint` endpoints, a folder with the operations of the service, and `objects` with a folder per object.

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

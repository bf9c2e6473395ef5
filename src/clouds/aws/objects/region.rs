//! The `region` argument of objects.

use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::region::Region;
use crate::framework::Invalid;
use crate::schema::Attr;

/// Plans an object's region: the configured one, or the provider's. Returns what is wrong with it.
pub(super) fn plan(
    client: &Client,
    config: &Attr<String>,
    prior: Option<&Attr<String>>,
    planned: &mut Attr<String>,
) -> Option<Invalid> {
    if config.is_null() {
        *planned = match (&client.region, prior) {
            // What only a call can tell is no reason to take an object for one that has to move.
            (Region::OfInstance, Some(prior)) => prior.clone(),
            _ => client.region.planned(),
        };
        if planned.is_null() {
            let message = "is not set, and neither are the provider's `region`, the environment variable AWS_REGION nor the profile's `region`";
            return Some(Invalid::attribute("region", message));
        }
        // A state from before the argument, until it is refreshed: its object is in the provider's region.
        if prior.is_some_and(Attr::is_null) {
            *planned = Attr::Null;
        }
        return None;
    }
    client.foreign(planned)
}

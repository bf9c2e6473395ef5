//! Identities in requests and answers.

use super::convert;
use super::proto::tfplugin6::ResourceIdentityData;
use crate::framework::Diagnostic;
use crate::framework::managed::Handler;
use crate::value::Object;

/// The identity in a request, completed by what is known of the object of a state. An error if that is another object.
pub(super) fn completed(
    resource: &dyn Handler,
    stored: Option<&ResourceIdentityData>,
    state: &Object,
) -> Result<Object, Diagnostic> {
    let stored = convert::identity(stored, resource.identity_schema())?;
    resource.identity(stored.as_ref(), state)
}

/// The identity for an answer.
pub(super) fn encoded(resource: &dyn Handler, identity: Option<Object>) -> Option<ResourceIdentityData> {
    convert::identity_data(identity?, resource.identity_schema())
}

//! The rpc behind a `moved` block that leads to another provider.

use super::call::{RpcResult, respond};
use super::proto::tfplugin6::move_resource_state;
use super::{convert, identity, managed};
use crate::framework::Diagnostic;
use crate::provider::Provider;

/// Takes over the state of the same resource type from another address of this provider, or from the official one. What that has stored as
/// private data is left out.
pub(super) async fn state(
    provider: &Provider,
    request: move_resource_state::Request,
) -> RpcResult<move_resource_state::Response> {
    respond("MoveResourceState", async {
        let resource = managed::resource(provider, &request.target_type_name)?;
        refuse_others(provider, &request)?;
        let source = convert::moved(request.source_state.as_ref(), resource.schema())?;
        let (source, writer) = source.ok_or_else(|| {
            refused(
                &request,
                "its state is empty, or in the format of Terraform before 0.12",
            )
        })?;
        let outcome = resource.upgrade(source, writer);
        let stored = convert::foreign(request.source_identity.as_ref(), resource.identity_schema())?;
        let moved = outcome
            .value
            .as_ref()
            .map(|state| resource.identity(stored.as_ref(), state));
        let target_identity = identity::encoded(resource, moved.transpose()?);
        let (target_state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
        Ok(move_resource_state::Response {
            target_state,
            target_identity,
            diagnostics,
            ..Default::default()
        })
    })
    .await
}

/// Only what this provider takes the place of has the same states. The host in an address says nothing: it is that of a mirror, or of the
/// registry of either command line.
fn refuse_others(provider: &Provider, request: &move_resource_state::Request) -> Result<(), Diagnostic> {
    if request.source_type_name != request.target_type_name {
        return Err(refused(request, "both have to be of the same type"));
    }
    let mut address = request.source_provider_address.rsplitn(3, '/');
    let (name, namespace) = (address.next().unwrap_or_default(), address.next().unwrap_or_default());
    let sources = provider.predecessors(&request.target_type_name);
    // OpenTofu before 1.12.4 passes the first word of the source's type instead of an address.
    let is_implied = request.source_type_name.split('_').next() == Some(&request.source_provider_address);
    if !is_implied && !sources.contains(&format!("{namespace}/{name}")) {
        let why = format!(
            "only resources of {} have states that are known here",
            sources.join(", ")
        );
        return Err(refused(request, &why));
    }
    if request.source_schema_version != 0 {
        let why = format!(
            "its schema version is {}, and only version 0 is known here",
            request.source_schema_version
        );
        return Err(refused(request, &why));
    }
    Ok(())
}

fn refused(request: &move_resource_state::Request, why: &str) -> Diagnostic {
    let detail = format!(
        "{} of the provider {} cannot be moved to {} of this one: {why}. Nothing was changed. Remove the `moved` block, remove the object \
         from the state, and import it by its id.",
        request.source_type_name, request.source_provider_address, request.target_type_name
    );
    Diagnostic::error("Unsupported move", detail)
}

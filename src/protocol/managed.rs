//! The rpcs of managed resources.

use std::sync::Arc;

use super::call::{RpcResult, respond};
use super::changes::Changes;
use super::proto::tfplugin6::{
    apply_resource_change, generate_resource_config, import_resource_state, plan_resource_change, read_resource,
    upgrade_resource_identity, upgrade_resource_state, validate_resource_config,
};
use super::{convert, identity};
use crate::framework::managed::Handler;
use crate::framework::{Diagnostic, Outcome, Seed};
use crate::provider::Provider;
use crate::value::Path;

pub(super) async fn validate(
    provider: &Provider,
    request: validate_resource_config::Request,
) -> RpcResult<validate_resource_config::Response> {
    respond("ValidateResourceConfig", async {
        let resource = resource(provider, &request.type_name)?;
        let config = convert::required(request.config.as_ref(), resource.schema())?;
        Ok(validate_resource_config::Response {
            diagnostics: convert::diagnostics(resource.validate(&config)),
        })
    })
    .await
}

pub(super) async fn upgrade(
    provider: &Provider,
    request: upgrade_resource_state::Request,
) -> RpcResult<upgrade_resource_state::Response> {
    respond("UpgradeResourceState", async {
        let resource = resource(provider, &request.type_name)?;
        let Some((state, writer)) = convert::stored(request.raw_state.as_ref(), resource.schema())? else {
            let detail = "The state holds this object in the format of Terraform before 0.12, or not at all. Remove it from the \
                          state and import it again.";
            return Err(Diagnostic::error("Unreadable state", detail));
        };
        let (upgraded_state, diagnostics) = convert::outcome(resource.upgrade(state, writer), &resource.schema().ty());
        Ok(upgrade_resource_state::Response {
            upgraded_state,
            diagnostics,
        })
    })
    .await
}

/// Reads an identity of any version by its names. Terraform asks only for other versions than the current one, and there has been no other.
pub(super) async fn upgrade_identity(
    provider: &Provider,
    request: upgrade_resource_identity::Request,
) -> RpcResult<upgrade_resource_identity::Response> {
    respond("UpgradeResourceIdentity", async {
        let schema = resource(provider, &request.type_name)?.identity_schema();
        let stored = convert::foreign(request.raw_identity.as_ref(), schema)?;
        // One whose attributes are all null is completed by the next read.
        let identity = stored.unwrap_or_else(|| schema.empty_object());
        Ok(upgrade_resource_identity::Response {
            upgraded_identity: convert::identity_data(identity, schema),
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn read(provider: &Provider, request: read_resource::Request) -> RpcResult<read_resource::Response> {
    respond("ReadResource", async {
        let resource = resource(provider, &request.type_name)?;
        let prior = convert::required(request.current_state.as_ref(), resource.schema())?;
        let stored = identity::completed(resource, request.current_identity.as_ref(), &prior)?;
        let outcome = resource.read(prior).await;
        let new_identity = match &outcome.value {
            Some(state) => resource.identity(Some(&stored), state)?,
            None => stored,
        };
        let (new_state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
        Ok(read_resource::Response {
            new_state,
            diagnostics,
            private: request.private,
            new_identity: identity::encoded(resource, Some(new_identity)),
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn plan(
    provider: &Provider,
    request: plan_resource_change::Request,
) -> RpcResult<plan_resource_change::Response> {
    respond("PlanResourceChange", async {
        let resource = resource(provider, &request.type_name)?;
        let prior = convert::object(request.prior_state.as_ref(), resource.schema())?;
        let config = convert::object(request.config.as_ref(), resource.schema())?;
        let is_create = prior.is_none() && config.is_some();
        let planned_private = if is_create {
            private_of_creation(resource, &request)?
        } else {
            request.prior_private
        };
        // That of a new object is known once it is made. OpenTofu 1.12 cannot store a plan whose identities are not known.
        let known = match &prior {
            Some(prior) => Some(identity::completed(resource, request.prior_identity.as_ref(), prior)?),
            None => None,
        };
        let planned = match config {
            None => Outcome {
                value: None,
                diagnostics: Vec::new(),
            },
            Some(config) => resource.plan(config, prior).await,
        };
        let (value, replaced) = planned.value.map(|plan| (plan.state, plan.requires_replace)).unzip();
        let state = Outcome {
            value,
            diagnostics: planned.diagnostics,
        };
        let (planned_state, diagnostics) = convert::outcome(state, &resource.schema().ty());
        let replaced = replaced.into_iter().flatten();
        Ok(plan_resource_change::Response {
            planned_state,
            diagnostics,
            requires_replace: replaced.map(|name| Path::attribute(name).into()).collect(),
            planned_private,
            planned_identity: identity::encoded(resource, known),
            ..Default::default()
        })
    })
    .await
}

/// What the plan of a new object keeps: the seed of its random values, where the host hands that to the apply, before what was there.
fn private_of_creation(resource: &dyn Handler, request: &plan_resource_change::Request) -> Result<Vec<u8>, Diagnostic> {
    let stored = &request.prior_private;
    let client = request.client_capabilities.as_ref();
    if !client.is_some_and(|client| client.store_planned_private) {
        return Ok(stored.clone());
    }
    let (kept, _) = Seed::split(&request.planned_private)?;
    let seed = resource.seed(kept);
    Ok(seed.map_or_else(|| stored.clone(), |seed| seed.with(stored)))
}

pub(super) async fn apply(
    provider: &Arc<Provider>,
    changes: &Changes,
    request: apply_resource_change::Request,
) -> RpcResult<apply_resource_change::Response> {
    let provider = Arc::clone(provider);
    let change = async move {
        let mut made = None;
        let response = respond("ApplyResourceChange", async {
            let resource = resource(&provider, &request.type_name)?;
            let prior = convert::object(request.prior_state.as_ref(), resource.schema())?;
            let planned = convert::object(request.planned_state.as_ref(), resource.schema())?;
            let (seed, private) = Seed::split(&request.planned_private)?;
            let is_create = prior.is_none();
            if let Some(prior) = &prior {
                identity::completed(resource, request.planned_identity.as_ref(), prior)?;
            }
            let outcome = resource.apply(prior, planned, seed).await;
            made = outcome.value.clone().filter(|_| is_create);
            let new_identity = outcome.value.as_ref().and_then(|state| {
                // The object is there, whatever was planned for it.
                let planned = identity::completed(resource, request.planned_identity.as_ref(), state);
                planned.or_else(|_| resource.identity(None, state)).ok()
            });
            let (new_state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
            Ok(apply_resource_change::Response {
                new_state,
                private: private.to_vec(),
                diagnostics,
                new_identity: identity::encoded(resource, new_identity),
                ..Default::default()
            })
        });
        let response = response.await;
        let undo = async move {
            if let (Some(made), Some(resource)) = (made, provider.resource(&request.type_name)) {
                resource.undo(made).await;
            }
        };
        (response, undo)
    };
    changes.execute(change).await?
}

pub(super) async fn import(
    provider: &Provider,
    request: import_resource_state::Request,
) -> RpcResult<import_resource_state::Response> {
    respond("ImportResourceState", async {
        let resource = resource(provider, &request.type_name)?;
        let given = convert::identity(request.identity.as_ref(), resource.identity_schema())?;
        let outcome = match &given {
            Some(identity) => resource.import_identity(identity),
            None => resource.import(&request.id),
        };
        let is_found = outcome.value.is_some();
        let known = outcome
            .value
            .as_ref()
            .map(|state| resource.identity(given.as_ref(), state));
        let identity = identity::encoded(resource, known.transpose()?);
        let (state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
        let imported = import_resource_state::ImportedResource {
            type_name: request.type_name,
            state,
            identity,
            ..Default::default()
        };
        Ok(import_resource_state::Response {
            imported_resources: is_found.then_some(imported).into_iter().collect(),
            diagnostics,
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn generate(
    provider: &Provider,
    request: generate_resource_config::Request,
) -> RpcResult<generate_resource_config::Response> {
    respond("GenerateResourceConfig", async {
        let resource = resource(provider, &request.type_name)?;
        let state = convert::required(request.state.as_ref(), resource.schema())?;
        let generated = resource.generate(&state);
        let (config, diagnostics) = convert::outcome(generated, &resource.schema().ty());
        Ok(generate_resource_config::Response { config, diagnostics })
    })
    .await
}

pub(super) fn resource<'p>(provider: &'p Provider, type_name: &str) -> Result<&'p dyn Handler, Diagnostic> {
    provider.resource(type_name).ok_or_else(|| {
        let detail = format!("Terraform requested the resource type {type_name}, which this provider does not have.");
        Diagnostic::error("Unknown resource type", detail)
    })
}

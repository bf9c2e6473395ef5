//! What Terraform asks of a provider: one short method per rpc. Each decodes, calls, encodes.
//!
//! Rpcs without a method here answer UNIMPLEMENTED: what they belong to is announced in no schema and by no capability, so
//! Terraform does not call them.

mod call;
mod changes;
mod convert;
pub mod proto;

use std::sync::Arc;

use tonic::{Request, Response, Status};

use self::call::answer;
pub use self::changes::Changes;
use self::proto::tfplugin6 as pb;
use self::proto::tfplugin6::provider_server;
use crate::framework::Diagnostic;
use crate::framework::Outcome;
use crate::framework::managed::Handler;
use crate::provider::Provider;
use crate::value::Path;

/// The provider as a gRPC service. Dropping it asks the provider to stop: nobody waits for what it does any more.
pub struct Server {
    provider: Arc<Provider>,
    changes: Changes,
}

type Answer<T> = Result<Response<T>, Status>;

impl Server {
    /// Serves this provider. Its changes are among `changes`.
    pub fn new(provider: Arc<Provider>, changes: Changes) -> Self {
        Self { provider, changes }
    }

    fn resource(&self, type_name: &str) -> Result<&dyn Handler, Diagnostic> {
        resource(&self.provider, type_name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.provider.stop();
    }
}

#[tonic::async_trait]
impl provider_server::Provider for Server {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        answer("GetMetadata", async {
            let resources = self
                .provider
                .resources()
                .map(|resource| pb::get_metadata::ResourceMetadata {
                    type_name: resource.type_name().to_owned(),
                });
            Ok(pb::get_metadata::Response {
                server_capabilities: Some(capabilities()),
                resources: resources.collect(),
                ..Default::default()
            })
        })
        .await
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        answer("GetProviderSchema", async {
            let resources = self.provider.resources();
            let schemas = resources.map(|r| (r.type_name().to_owned(), convert::schema(r.schema())));
            Ok(pb::get_provider_schema::Response {
                provider: Some(convert::schema(&self.provider.schema())),
                resource_schemas: schemas.collect(),
                server_capabilities: Some(capabilities()),
                ..Default::default()
            })
        })
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        answer("GetResourceIdentitySchemas", async { Ok(Default::default()) }).await
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        answer("GetFunctions", async { Ok(Default::default()) }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        answer("ValidateProviderConfig", async {
            let config = convert::required(request.get_ref().config.as_ref(), &self.provider.schema())?;
            Ok(pb::validate_provider_config::Response {
                diagnostics: convert::diagnostics(self.provider.validate(&config)),
            })
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        answer("ConfigureProvider", async {
            let request = request.into_inner();
            let config = convert::required(request.config.as_ref(), &self.provider.schema())?;
            Ok(pb::configure_provider::Response {
                diagnostics: convert::diagnostics(self.provider.configure(&config, request.terraform_version)),
            })
        })
        .await
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        tracing::info!("Terraform asked to stop: waits end, calls in flight go on");
        self.provider.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        answer("ValidateResourceConfig", async {
            let request = request.into_inner();
            let resource = self.resource(&request.type_name)?;
            let config = convert::required(request.config.as_ref(), resource.schema())?;
            Ok(pb::validate_resource_config::Response {
                diagnostics: convert::diagnostics(resource.validate(&config)),
            })
        })
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        answer("UpgradeResourceState", async {
            let request = request.into_inner();
            let resource = self.resource(&request.type_name)?;
            let Some(state) = convert::stored(request.raw_state.as_ref(), resource.schema())? else {
                let detail = "The state holds this object in a form older than Terraform 0.12, or not at all. Remove it from the \
                              state and import it again.";
                return Err(Diagnostic::error("Unreadable state", detail));
            };
            let (upgraded_state, diagnostics) = convert::outcome(resource.upgrade(state), &resource.schema().ty());
            Ok(pb::upgrade_resource_state::Response {
                upgraded_state,
                diagnostics,
            })
        })
        .await
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        answer("ReadResource", async {
            let request = request.into_inner();
            let resource = self.resource(&request.type_name)?;
            let prior = convert::required(request.current_state.as_ref(), resource.schema())?;
            let (new_state, diagnostics) = convert::outcome(resource.read(prior).await, &resource.schema().ty());
            Ok(pb::read_resource::Response {
                new_state,
                diagnostics,
                private: request.private,
                ..Default::default()
            })
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        answer("PlanResourceChange", async {
            let request = request.into_inner();
            let resource = self.resource(&request.type_name)?;
            let prior = convert::object(request.prior_state.as_ref(), resource.schema())?;
            let planned = match convert::object(request.config.as_ref(), resource.schema())? {
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
            Ok(pb::plan_resource_change::Response {
                planned_state,
                diagnostics,
                requires_replace: replaced.map(|name| Path::attribute(name).into()).collect(),
                planned_private: request.prior_private,
                ..Default::default()
            })
        })
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let provider = Arc::clone(&self.provider);
        let request = request.into_inner();
        let change = async move {
            let mut made = None;
            let answer = answer("ApplyResourceChange", async {
                let resource = resource(&provider, &request.type_name)?;
                let prior = convert::object(request.prior_state.as_ref(), resource.schema())?;
                let planned = convert::object(request.planned_state.as_ref(), resource.schema())?;
                let is_create = prior.is_none();
                let outcome = resource.apply(prior, planned).await;
                made = outcome.value.clone().filter(|_| is_create);
                let (new_state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
                Ok(pb::apply_resource_change::Response {
                    new_state,
                    private: request.planned_private,
                    diagnostics,
                    ..Default::default()
                })
            });
            let answer = answer.await;
            let undo = async move {
                if let (Some(made), Some(resource)) = (made, provider.resource(&request.type_name)) {
                    resource.undo(made).await;
                }
            };
            (answer, undo)
        };
        self.changes.carry_out(change).await?
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        answer("ImportResourceState", async {
            let request = request.into_inner();
            let resource = self.resource(&request.type_name)?;
            let outcome = resource.import(&request.id);
            let is_found = outcome.value.is_some();
            let (state, diagnostics) = convert::outcome(outcome, &resource.schema().ty());
            let imported = pb::import_resource_state::ImportedResource {
                type_name: request.type_name,
                state,
                ..Default::default()
            };
            Ok(pb::import_resource_state::Response {
                imported_resources: is_found.then_some(imported).into_iter().collect(),
                diagnostics,
                ..Default::default()
            })
        })
        .await
    }
}

fn resource<'p>(provider: &'p Provider, type_name: &str) -> Result<&'p dyn Handler, Diagnostic> {
    provider.resource(type_name).ok_or_else(|| {
        let detail = format!("Terraform asked for the resource type {type_name}, which this provider does not have.");
        Diagnostic::error("Unknown resource type", detail)
    })
}

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        ..Default::default()
    }
}

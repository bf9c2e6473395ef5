//! Terraform's plugin protocol 6 over gRPC.
//!
//! One file per kind of object: the rpcs of the provider itself in [`provider`], those of managed resources in [`managed`] and
//! [`moves`], those of data sources in [`data_source`], those of list resources in [`list`]. Each rpc decodes its request, calls the
//! provider or an object, and encodes the response.
//!
//! Rpcs without a method here return `UNIMPLEMENTED`. Terraform does not call them: no schema and no capability announces what they
//! belong to.

mod call;
mod changes;
mod convert;
mod data_source;
mod identity;
mod list;
mod managed;
mod moves;
pub mod proto;
mod provider;

use std::sync::Arc;

use tonic::Request;

use self::call::RpcResult;
pub use self::changes::Changes;
use self::proto::tfplugin6 as pb;
use self::proto::tfplugin6::provider_server;
use crate::provider::Provider;

/// The provider as a gRPC service. Dropping it stops the provider, since its connection is closed and nobody waits for responses.
pub struct Server {
    provider: Arc<Provider>,
    changes: Changes,
}

impl Server {
    /// Serves this provider, and registers its changes in `changes`.
    pub fn new(provider: Arc<Provider>, changes: Changes) -> Self {
        Self { provider, changes }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.provider.stop();
    }
}

#[tonic::async_trait]
impl provider_server::Provider for Server {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> RpcResult<pb::get_metadata::Response> {
        provider::metadata(&self.provider).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> RpcResult<pb::get_provider_schema::Response> {
        provider::schemas(&self.provider).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> RpcResult<pb::get_resource_identity_schemas::Response> {
        provider::identity_schemas(&self.provider).await
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> RpcResult<pb::get_functions::Response> {
        provider::functions().await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> RpcResult<pb::validate_provider_config::Response> {
        provider::validate(&self.provider, request.into_inner()).await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> RpcResult<pb::configure_provider::Response> {
        provider::configure(&self.provider, request.into_inner()).await
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> RpcResult<pb::stop_provider::Response> {
        provider::stop(&self.provider).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> RpcResult<pb::validate_resource_config::Response> {
        managed::validate(&self.provider, request.into_inner()).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> RpcResult<pb::upgrade_resource_state::Response> {
        managed::upgrade(&self.provider, request.into_inner()).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> RpcResult<pb::upgrade_resource_identity::Response> {
        managed::upgrade_identity(&self.provider, request.into_inner()).await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> RpcResult<pb::move_resource_state::Response> {
        moves::state(&self.provider, request.into_inner()).await
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> RpcResult<pb::read_resource::Response> {
        managed::read(&self.provider, request.into_inner()).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> RpcResult<pb::plan_resource_change::Response> {
        managed::plan(&self.provider, request.into_inner()).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> RpcResult<pb::apply_resource_change::Response> {
        managed::apply(&self.provider, &self.changes, request.into_inner()).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> RpcResult<pb::import_resource_state::Response> {
        managed::import(&self.provider, request.into_inner()).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> RpcResult<pb::generate_resource_config::Response> {
        managed::generate(&self.provider, request.into_inner()).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> RpcResult<pb::validate_data_resource_config::Response> {
        data_source::validate(&self.provider, request.into_inner()).await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> RpcResult<pb::read_data_source::Response> {
        data_source::read(&self.provider, request.into_inner()).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> RpcResult<pb::validate_list_resource_config::Response> {
        list::validate(&self.provider, request.into_inner()).await
    }

    async fn list_resource(&self, request: Request<pb::list_resource::Request>) -> RpcResult<list::Events> {
        Ok(list::list(Arc::clone(&self.provider), request.into_inner()))
    }
}

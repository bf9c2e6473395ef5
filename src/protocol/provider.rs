//! The rpcs of the provider itself: schemas, metadata, its block, stop.

use tonic::Response;

use super::call::{RpcResult, respond};
use super::convert;
use super::proto::tfplugin6::{
    self as pb, configure_provider, get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas,
    stop_provider, validate_provider_config,
};
use crate::provider::Provider;

pub(super) async fn metadata(provider: &Provider) -> RpcResult<get_metadata::Response> {
    respond("GetMetadata", async {
        let resources = provider.resources().map(|resource| get_metadata::ResourceMetadata {
            type_name: resource.type_name().to_owned(),
        });
        let data_sources = provider.data_sources().map(|source| get_metadata::DataSourceMetadata {
            type_name: source.type_name().to_owned(),
        });
        let lists = provider.lists().map(|list| get_metadata::ListResourceMetadata {
            type_name: list.type_name().to_owned(),
        });
        Ok(get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: resources.collect(),
            data_sources: data_sources.collect(),
            list_resources: lists.collect(),
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn schemas(provider: &Provider) -> RpcResult<get_provider_schema::Response> {
    respond("GetProviderSchema", async {
        let resources = provider.resources();
        let schemas = resources.map(|r| (r.type_name().to_owned(), convert::schema(r.schema())));
        let data_sources = provider.data_sources();
        let data_schemas = data_sources.map(|d| (d.type_name().to_owned(), convert::schema(d.schema())));
        // Terraform itself wraps it in the block `config`.
        let list_schemas = provider
            .lists()
            .map(|l| (l.type_name().to_owned(), convert::schema(l.schema())));
        Ok(get_provider_schema::Response {
            provider: Some(convert::schema(&provider.schema())),
            resource_schemas: schemas.collect(),
            data_source_schemas: data_schemas.collect(),
            list_resource_schemas: list_schemas.collect(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn identity_schemas(provider: &Provider) -> RpcResult<get_resource_identity_schemas::Response> {
    respond("GetResourceIdentitySchemas", async {
        let resources = provider.resources();
        let schemas = resources.map(|r| (r.type_name().to_owned(), convert::identity_schema(r.identity_schema())));
        Ok(get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            ..Default::default()
        })
    })
    .await
}

pub(super) async fn functions() -> RpcResult<get_functions::Response> {
    respond("GetFunctions", async { Ok(Default::default()) }).await
}

pub(super) async fn validate(
    provider: &Provider,
    request: validate_provider_config::Request,
) -> RpcResult<validate_provider_config::Response> {
    respond("ValidateProviderConfig", async {
        let config = convert::required(request.config.as_ref(), &provider.schema())?;
        Ok(validate_provider_config::Response {
            diagnostics: convert::diagnostics(provider.validate(&config)),
        })
    })
    .await
}

pub(super) async fn configure(
    provider: &Provider,
    request: configure_provider::Request,
) -> RpcResult<configure_provider::Response> {
    respond("ConfigureProvider", async {
        let config = convert::required(request.config.as_ref(), &provider.schema())?;
        Ok(configure_provider::Response {
            diagnostics: convert::diagnostics(provider.configure(&config, request.terraform_version)),
        })
    })
    .await
}

pub(super) async fn stop(provider: &Provider) -> RpcResult<stop_provider::Response> {
    tracing::info!("Terraform asked to stop: waiting calls are cancelled, requests in flight are finished");
    provider.stop();
    Ok(Response::new(stop_provider::Response::default()))
}

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

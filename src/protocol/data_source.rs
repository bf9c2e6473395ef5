//! The rpcs of data sources.

use super::call::{RpcResult, respond};
use super::convert;
use super::proto::tfplugin6::{read_data_source, validate_data_resource_config};
use crate::framework::{DataSourceHandler, Diagnostic};
use crate::provider::Provider;

pub(super) async fn validate(
    provider: &Provider,
    request: validate_data_resource_config::Request,
) -> RpcResult<validate_data_resource_config::Response> {
    respond("ValidateDataResourceConfig", async {
        let source = data_source(provider, &request.type_name)?;
        let config = convert::required(request.config.as_ref(), source.schema())?;
        Ok(validate_data_resource_config::Response {
            diagnostics: convert::diagnostics(source.validate(&config)),
        })
    })
    .await
}

pub(super) async fn read(
    provider: &Provider,
    request: read_data_source::Request,
) -> RpcResult<read_data_source::Response> {
    respond("ReadDataSource", async {
        let source = data_source(provider, &request.type_name)?;
        let config = convert::required(request.config.as_ref(), source.schema())?;
        let (state, diagnostics) = convert::outcome(source.read(config).await, &source.schema().ty());
        Ok(read_data_source::Response {
            state,
            diagnostics,
            ..Default::default()
        })
    })
    .await
}

fn data_source<'p>(provider: &'p Provider, type_name: &str) -> Result<&'p dyn DataSourceHandler, Diagnostic> {
    provider.data_source(type_name).ok_or_else(|| {
        let detail = format!("Terraform requested the data source {type_name}, which this provider does not have.");
        Diagnostic::error("Unknown data source", detail)
    })
}

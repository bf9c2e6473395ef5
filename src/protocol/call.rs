//! What all rpcs have in common: two log lines, panics and errors turned into diagnostics.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tonic::{Response, Status};

use super::proto::tfplugin6 as pb;
use crate::framework::{Diagnostic, panics};

/// What an rpc returns to tonic.
pub(super) type RpcResult<T> = Result<Response<T>, Status>;

/// A response with diagnostics. Its default is the response of a failed call.
pub(super) trait HasDiagnostics: Default {
    /// Its diagnostics.
    fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic>;
}

/// Runs one rpc. An error or a panic becomes a response with that diagnostic, because Terraform does not show the text of a gRPC status.
pub(super) async fn respond<A: HasDiagnostics>(
    rpc: &'static str,
    work: impl Future<Output = Result<A, Diagnostic>>,
) -> RpcResult<A> {
    tracing::trace!("received request");
    let mut response = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(diagnostic)) => failed(diagnostic),
        Err(panic) => failed(panicked(rpc, panic.as_ref())),
    };
    let is_error = |diagnostic: &&pb::Diagnostic| diagnostic.severity() == pb::diagnostic::Severity::Error;
    let errors = response.diagnostics().iter().filter(is_error).count();
    tracing::trace!(diagnostic_error_count = errors, "served request");
    Ok(Response::new(response))
}

fn failed<A: HasDiagnostics>(diagnostic: Diagnostic) -> A {
    let mut response = A::default();
    response.diagnostics().push(diagnostic.into());
    response
}

pub(super) fn panicked(rpc: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let reason = panics::reason(panic);
    panics::diagnostic(&format!(
        "During {rpc}, {reason}. Other calls go on. Check at the cloud what this one has done."
    ))
}

macro_rules! responses {
    ($($module:ident),* $(,)?) => {
        $(impl HasDiagnostics for pb::$module::Response {
            fn diagnostics(&mut self) -> &mut Vec<pb::Diagnostic> {
                &mut self.diagnostics
            }
        })*
    };
}

responses!(
    apply_resource_change,
    configure_provider,
    generate_resource_config,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    plan_resource_change,
    read_data_source,
    read_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_data_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    type Read = pb::read_resource::Response;

    #[tokio::test]
    async fn a_panic_becomes_an_error_of_that_call() {
        let panics = async { panic!("index {} is out of bounds", 7) };
        let response = respond::<Read>("ReadResource", panics).await.unwrap().into_inner();
        let [diagnostic] = response.diagnostics.as_slice() else {
            panic!("{response:?}")
        };
        assert_eq!(diagnostic.severity(), pb::diagnostic::Severity::Error);
        assert_eq!(diagnostic.summary, "Provider bug");
        assert!(
            diagnostic
                .detail
                .starts_with("During ReadResource, the provider panicked: index 7 is out of bounds."),
            "{diagnostic:?}"
        );
        assert!(response.new_state.is_none());
    }

    #[tokio::test]
    async fn an_error_is_the_only_diagnostic_of_a_failed_call() {
        let fails = async { Err(Diagnostic::error("Summary", "Detail")) };
        let response = respond::<Read>("ReadResource", fails).await.unwrap().into_inner();
        assert_eq!(response.diagnostics, [Diagnostic::error("Summary", "Detail").into()]);
    }
}

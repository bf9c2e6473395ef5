//! The rpcs of list resources, which `terraform query` reads.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;

use futures_util::stream::{self, BoxStream, StreamExt};
use tonic::{Response, Status};
use tracing::Span;

use super::call::{RpcResult, panicked, respond};
use super::proto::tfplugin6::{list_resource, validate_list_resource_config};
use super::{convert, identity, managed};
use crate::framework::{Detail, Diagnostic, Found, ListHandler, ListRequest, Outcome};
use crate::provider::Provider;

/// The response of a list: one event for each object, or for an error.
pub(super) type Events = BoxStream<'static, Result<list_resource::Event, Status>>;

pub(super) async fn validate(
    provider: &Provider,
    request: validate_list_resource_config::Request,
) -> RpcResult<validate_list_resource_config::Response> {
    respond("ValidateListResourceConfig", async {
        let list = list_resource(provider, &request.type_name)?;
        let config = convert::required(request.config.as_ref(), list.schema())?;
        Ok(validate_list_resource_config::Response {
            diagnostics: convert::diagnostics(list.validate(&config)),
        })
    })
    .await
}

/// Lists objects. An error or a panic becomes the last event, because Terraform does not show the text of a gRPC status.
pub(super) fn list(provider: Arc<Provider>, request: list_resource::Request) -> Response<Events> {
    tracing::trace!("received request");
    let events = stream::once(async move {
        match begin(provider, request) {
            Ok(events) => events,
            Err(diagnostic) => stream::iter([failed(diagnostic)]).boxed(),
        }
    });
    let events = AssertUnwindSafe(events.flatten()).catch_unwind();
    let events = events.map(|event| Ok(event.unwrap_or_else(|panic| failed(panicked("ListResource", panic.as_ref())))));
    Response::new(within(Span::current(), events.boxed()))
}

fn begin(
    provider: Arc<Provider>,
    request: list_resource::Request,
) -> Result<BoxStream<'static, list_resource::Event>, Diagnostic> {
    let list = list_resource(&provider, &request.type_name)?;
    let config = convert::required(request.config.as_ref(), list.schema())?;
    let found = list.list(ListRequest {
        config,
        limit: request.limit.try_into().unwrap_or_default(),
        detail: match request.include_resource_object {
            true => Detail::Object,
            false => Detail::Identity,
        },
    });
    let events = found.map(move |found| {
        let event = found.and_then(|found| event(&provider, &request.type_name, found));
        event.unwrap_or_else(failed)
    });
    Ok(events.boxed())
}

fn event(provider: &Provider, type_name: &str, found: Found) -> Result<list_resource::Event, Diagnostic> {
    let resource = managed::resource(provider, type_name)?;
    let (resource_object, diagnostic) = match found.object {
        None => (None, Vec::new()),
        Some(object) => {
            let object = Outcome {
                value: Some(object),
                diagnostics: Vec::new(),
            };
            convert::outcome(object, &resource.schema().ty())
        }
    };
    Ok(list_resource::Event {
        identity: identity::encoded(resource, Some(found.identity)),
        display_name: found.display_name,
        resource_object,
        diagnostic,
    })
}

fn failed(diagnostic: Diagnostic) -> list_resource::Event {
    list_resource::Event {
        diagnostic: vec![diagnostic.into()],
        ..Default::default()
    }
}

/// The same events, with everything logged on the way to them in the span of their call.
fn within(span: Span, mut events: Events) -> Events {
    stream::poll_fn(move |context| {
        let _entered = span.enter();
        let event = events.poll_next_unpin(context);
        if matches!(event, Poll::Ready(None)) {
            tracing::trace!("served request");
        }
        event
    })
    .boxed()
}

fn list_resource<'p>(provider: &'p Provider, type_name: &str) -> Result<&'p dyn ListHandler, Diagnostic> {
    provider.list(type_name).ok_or_else(|| {
        let detail = format!("Terraform requested a list of {type_name}, which this provider does not have.");
        Diagnostic::error("Unknown list resource", detail)
    })
}

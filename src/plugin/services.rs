//! The gRPC server: the provider's service, and those that go-plugin expects of every plugin.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use futures_util::{FutureExt, StreamExt, stream};
use tonic::body::Body;
use tonic::codegen::{BoxStream, Service, http};
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;
use tracing::{Span, error_span};

use super::connection::Provided;
use super::random;
use super::shutdown::{ShutdownReason, Stop};
use crate::protocol::Changes;
use crate::protocol::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::protocol::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::protocol::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::protocol::proto::plugin::{ConnInfo, Empty, StdioData};
use crate::protocol::proto::tfplugin6::provider_server::{Provider, ProviderServer};

/// Maximum size of a message in either direction, as in Go providers.
const MESSAGE_LIMIT: usize = 256 << 20;

/// How long changes may take to finish after the host is gone. Undoing a create takes seconds.
pub(super) const FINISHING: Duration = Duration::from_secs(12);

/// All services.
pub(super) async fn router<P: Provider>(changes: &Changes, stop: &Stop) -> Router {
    let (health, health_server) = tonic_health::server::health_reporter();
    // go-plugin's ping asks for this name.
    health.set_service_status("plugin", ServingStatus::Serving).await;
    Server::builder()
        .trace_fn(span)
        .add_service(PerConnection::<P>(stop.clone(), PhantomData))
        .add_service(GrpcControllerServer::new(Controller {
            changes: changes.clone(),
            stop: stop.clone(),
        }))
        .add_service(GrpcStdioServer::new(Stdio(stop.clone())))
        .add_service(GrpcBrokerServer::new(Broker(stop.clone())))
        .add_service(health_server)
}

/// The span around a call, with the field names that other providers use.
fn span(request: &http::Request<()>) -> Span {
    let rpc = request.uri().path().rsplit('/').next();
    // At level ERROR, which is always enabled, so that its fields are in all events of the call.
    error_span!("rpc", tf_rpc = rpc, tf_req_id = random::word())
}

/// Dispatches each call to the provider of its connection, until the host is gone.
struct PerConnection<P>(Stop, PhantomData<fn() -> P>);

impl<P: Provider> Service<http::Request<Body>> for PerConnection<P> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Some(Provided(provider)) = request.extensions().get::<Provided<P>>() else {
            return ready(Ok(Status::internal("the call has no connection").into_http())).boxed();
        };
        let mut provider = ProviderServer::from_arc(Arc::clone(provider))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let host_left = self.0.host_left();
        Box::pin(async move {
            tokio::select! {
                biased;
                () = host_left => Ok(Status::cancelled("the host has requested a shutdown").into_http()),
                answer = provider.call(request) => answer,
            }
        })
    }
}

impl<P: Provider> NamedService for PerConnection<P> {
    const NAME: &'static str = <ProviderServer<P> as NamedService>::NAME;
}

impl<P> Clone for PerConnection<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

struct Controller {
    changes: Changes,
    stop: Stop,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    /// go-plugin waits for the response without a timeout, and kills the process two seconds later.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.stop.request(ShutdownReason::Requested);
        let _ = tokio::time::timeout(FINISHING, self.changes.finished()).await;
        Ok(Response::new(Empty {}))
    }
}

/// Sends nothing: the host logs everything received here as unexpected.
struct Stdio(Stop);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(Box::pin(
            stream::pending().take_until(self.0.requested()),
        )))
    }
}

/// Sends nothing either: the provider needs no further connections.
struct Broker(Stop);

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        let unanswered = request.into_inner().filter_map(|_| ready(None));
        Ok(Response::new(Box::pin(unanswered.take_until(self.0.requested()))))
    }
}

//! The services that go-plugin expects beside the provider's own, and the server that offers them all.

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
use super::stop::{Ending, Stop};
use crate::protocol::Changes;
use crate::protocol::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::protocol::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::protocol::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::protocol::proto::plugin::{ConnInfo, Empty, StdioData};
use crate::protocol::proto::tfplugin6::provider_server::{Provider, ProviderServer};

/// Largest message in either direction, as in the Go servers.
const MESSAGE_LIMIT: usize = 256 << 20;

/// How long what was begun goes on after its host has left: an undone create takes seconds, and nobody is to wait for a network that
/// does not answer.
pub(super) const FINISHING: Duration = Duration::from_secs(12);

/// Everything a host may call.
pub(super) async fn router<P: Provider>(changes: &Changes, stop: &Stop) -> Router {
    let (health, health_server) = tonic_health::server::health_reporter();
    // go-plugin's ping asks for this name.
    health.set_service_status("plugin", ServingStatus::Serving).await;
    Server::builder()
        .trace_fn(span)
        .add_service(OfConnection::<P>(stop.clone(), PhantomData))
        .add_service(GrpcControllerServer::new(Controller {
            changes: changes.clone(),
            stop: stop.clone(),
        }))
        .add_service(GrpcStdioServer::new(Stdio(stop.clone())))
        .add_service(GrpcBrokerServer::new(Broker(stop.clone())))
        .add_service(health_server)
}

/// Around everything that is logged while a call runs, under the names that other providers use.
fn span(request: &http::Request<()>) -> Span {
    let rpc = request.uri().path().rsplit('/').next();
    // At the level that is always on: it must also surround warnings when nothing else is logged.
    error_span!("rpc", tf_rpc = rpc, tf_req_id = random::word())
}

/// Hands each call to the provider of its connection, for as long as there is a host that waits for the answer.
struct OfConnection<P>(Stop, PhantomData<fn() -> P>);

impl<P: Provider> Service<http::Request<Body>> for OfConnection<P> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Some(Provided(provider)) = request.extensions().get::<Provided<P>>() else {
            return ready(Ok(Status::internal("a call without a connection").into_http())).boxed();
        };
        let mut provider = ProviderServer::from_arc(Arc::clone(provider))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let host_left = self.0.host_left();
        Box::pin(async move {
            tokio::select! {
                biased;
                () = host_left => Ok(Status::cancelled("the host has asked for the end").into_http()),
                answer = provider.call(request) => answer,
            }
        })
    }
}

impl<P: Provider> NamedService for OfConnection<P> {
    const NAME: &'static str = <ProviderServer<P> as NamedService>::NAME;
}

impl<P> Clone for OfConnection<P> {
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
    /// go-plugin waits for the answer as long as it takes, and kills the process two seconds later.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.stop.request(Ending::Host);
        let _ = tokio::time::timeout(FINISHING, self.changes.finished()).await;
        Ok(Response::new(Empty {}))
    }
}

/// Silent: the host logs whatever comes here as unexpected.
struct Stdio(Stop);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(Box::pin(
            stream::pending().take_until(self.0.requested()),
        )))
    }
}

/// Silent too: a provider has nothing to offer on a further connection.
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

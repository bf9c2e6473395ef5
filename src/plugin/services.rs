//! The services that go-plugin expects beside the provider's own, and the server that offers them all.

use futures_util::future::ready;
use futures_util::{StreamExt, stream};
use tonic::codegen::{BoxStream, http};
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;
use tracing::{Span, error_span};

use super::random;
use super::stop::{Reason, Stop};
use crate::rpc::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::rpc::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::rpc::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::rpc::proto::plugin::{ConnInfo, Empty, StdioData};
use crate::rpc::proto::tfplugin6::provider_server::{Provider, ProviderServer};

/// Largest message in either direction, as in the Go servers.
const MESSAGE_LIMIT: usize = 256 << 20;

/// Everything a host may call.
pub(super) async fn router<P: Provider>(provider: P, stop: &Stop) -> Router {
    let (health, health_server) = tonic_health::server::health_reporter();
    // go-plugin's ping asks for this name.
    health.set_service_status("plugin", ServingStatus::Serving).await;
    let provider = ProviderServer::new(provider)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    Server::builder()
        .trace_fn(span)
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(stop.clone())))
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

struct Controller(Stop);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.request(Reason::Host);
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

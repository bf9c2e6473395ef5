//! Acts as Terraform: shakes hands with a provider, connects, calls, ends it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apikeys::protocol::proto::plugin::Empty;
use apikeys::protocol::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use apikeys::protocol::proto::plugin::grpc_controller_client::GrpcControllerClient;
use apikeys::protocol::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use apikeys::protocol::proto::tfplugin6::provider_client::ProviderClient;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{self, Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::identity::Identity;
use crate::launch::{Exit, Launch, Process, patiently};

impl Launch {
    /// Starts the provider and waits for its line.
    pub async fn plugin(mut self) -> Plugin {
        let identity = self.identity.take();
        let mut process = self.run();
        // A test program talks about itself first.
        let line = process.stdout.wait_for(|line| line.contains('|')).await;
        Plugin {
            line: Line(line),
            identity,
            process,
        }
    }

    /// Starts the provider and connects to it.
    pub async fn host(self) -> Host {
        let plugin = self.plugin().await;
        let channel = plugin.connect().await.unwrap();
        Host { plugin, channel }
    }
}

/// The line that the provider announces itself with.
pub struct Line(pub String);

impl Line {
    /// Its parts.
    pub fn fields(&self) -> Vec<&str> {
        self.0.split('|').collect()
    }

    /// The socket's path.
    pub fn address(&self) -> &Path {
        Path::new(self.fields()[3])
    }

    /// The provider's certificate, if it serves TLS.
    pub fn certificate(&self) -> Option<CertificateDer<'static>> {
        let text = self.fields()[5];
        (!text.is_empty()).then(|| BASE64_STANDARD_NO_PAD.decode(text).unwrap().into())
    }
}

/// A provider that has announced itself.
pub struct Plugin {
    /// What it announced itself with.
    pub line: Line,
    /// Its process.
    pub process: Process,
    identity: Option<Identity>,
}

impl Plugin {
    /// The certificate and key of the host that started it.
    pub fn identity(&self) -> &Identity {
        self.identity.as_ref().expect("a host with TLS")
    }

    /// Connects as the host that started it.
    pub async fn connect(&self) -> Result<Channel, transport::Error> {
        let tls = self
            .identity
            .as_ref()
            .map(|identity| identity.client(self.line.certificate().unwrap()));
        connect(self.line.address(), tls).await
    }

    /// Goes through the TLS handshake as the host that started it.
    pub async fn tls(&self) -> io::Result<TlsStream<UnixStream>> {
        self.tls_as(self.identity().client(self.line.certificate().unwrap()))
            .await
    }

    /// Goes through the TLS handshake, or the client's half of it, as somebody else.
    pub async fn tls_as(&self, config: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
        handshake(UnixStream::connect(self.line.address()).await?, config).await
    }
}

/// A host with its connection. Dropping it kills the provider.
pub struct Host {
    /// The provider's process.
    pub plugin: Plugin,
    channel: Channel,
}

impl Host {
    /// A provider in the default environment.
    pub async fn start(program: impl Into<PathBuf>) -> Self {
        Launch::new(program).host().await
    }

    /// The connection itself, for calls that no client makes.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A client of the provider's services, for messages of any size.
    pub fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone())
            .max_decoding_message_size(i32::MAX as usize)
            .max_encoding_message_size(i32::MAX as usize)
    }

    /// A client of the service that ends the provider.
    pub fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::new(self.channel.clone())
    }

    /// A client of the service for what the provider prints.
    pub fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::new(self.channel.clone())
    }

    /// A client of the service for further connections.
    pub fn broker(&self) -> GrpcBrokerClient<Channel> {
        GrpcBrokerClient::new(self.channel.clone())
    }

    /// A client of the health service.
    pub fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel.clone())
    }

    /// Ends the provider as the host does: the rpc, then the end of the connection.
    pub async fn shutdown(self) -> Exit {
        // An error is the server's right: it may be gone before the answer is through.
        let _ = self.controller().shutdown(Empty {}).await;
        drop(self.channel);
        self.plugin.process.exit().await
    }
}

/// Whether a call comes through.
pub async fn works(channel: Result<Channel, transport::Error>) -> bool {
    let Ok(channel) = channel else { return false };
    let plugin = HealthCheckRequest {
        service: "plugin".into(),
    };
    let answer = HealthClient::new(channel).check(plugin).await;
    answer.is_ok_and(|answer| answer.get_ref().status() == ServingStatus::Serving)
}

/// Connects over a unix socket, with or without TLS.
pub async fn connect(address: &Path, tls: Option<ClientConfig>) -> Result<Channel, transport::Error> {
    let address = address.to_owned();
    let connector = tower::service_fn(move |_| {
        let (address, tls) = (address.clone(), tls.clone());
        async move {
            let stream = UnixStream::connect(address).await?;
            let stream: Box<dyn Stream> = match tls {
                None => Box::new(stream),
                Some(config) => Box::new(handshake(stream, config).await?),
            };
            io::Result::Ok(TokioIo::new(stream))
        }
    });
    patiently(Endpoint::from_static("http://localhost").connect_with_connector(connector)).await
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn handshake(stream: UnixStream, config: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
    let connector = TlsConnector::from(Arc::new(config));
    patiently(connector.connect("localhost".try_into().unwrap(), stream)).await
}

//! Accepts clients and turns them into streams that tonic can serve.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tracing::{debug, warn};

use super::socket::Listener;
use crate::protocol::proto::tfplugin6::provider_server::Provider;

/// Timeout of a TLS handshake. The host's takes milliseconds.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Pause after the system refused to accept a client, for example because all file descriptors are in use.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts clients until the stream is dropped, with a TLS handshake if `tls` is set. `provider` returns the provider for the next client.
///
/// Each handshake has a task of its own, so that a client that stalls does not block others.
pub(super) fn incoming<P: Provider>(
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    provider: impl Fn() -> Arc<P> + Send + 'static,
) -> impl Stream<Item = io::Result<Connection<P>>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = sender.closed() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok(stream) => {
                    tokio::spawn(greet(stream, tls.clone(), provider(), sender.clone()));
                }
                Err(error) => {
                    warn!(%error, "accepting a client");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

async fn greet<S, P>(
    stream: S,
    tls: Option<Arc<ServerConfig>>,
    provider: Arc<P>,
    accepted: mpsc::Sender<io::Result<Connection<P>>>,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let stream: Box<dyn Transport> = match tls {
        None => Box::new(stream),
        Some(config) => {
            let handshake = TlsAcceptor::from(config).accept(stream);
            match tokio::time::timeout(HANDSHAKE_LIMIT, handshake)
                .await
                .unwrap_or_else(|late| Err(late.into()))
            {
                Ok(stream) => Box::new(stream),
                Err(error) => return debug!(%error, "refusing a client"),
            }
        }
    };
    // Without a receiver the server is shutting down, and the connection is dropped.
    let _ = accepted.send(Ok(Connection { stream, provider })).await;
}

/// A connection that is ready for gRPC.
pub(super) struct Connection<P> {
    stream: Box<dyn Transport>,
    provider: Arc<P>,
}

/// The provider that serves a connection.
pub(super) struct Provided<P>(pub(super) Arc<P>);

trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

impl<P> Clone for Provided<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Provider> Connected for Connection<P> {
    type ConnectInfo = Provided<P>;

    fn connect_info(&self) -> Provided<P> {
        Provided(Arc::clone(&self.provider))
    }
}

impl<P> AsyncRead for Connection<P> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<P> AsyncWrite for Connection<P> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    use super::*;
    use crate::plugin::tls::Tls;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stalls_in_the_handshake_is_let_go_after_a_while() {
        let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let tls = Tls::pinned(certificate.cert.der().clone()).unwrap();
        // No bytes at all, and the head of a message without its body.
        for bytes in [&b""[..], b"\x16\x03\x01\x02\0"] {
            let (mut client, server) = duplex(1024);
            let (accepted, mut connections) = mpsc::channel(1);
            client.write_all(bytes).await.unwrap();
            let begin = Instant::now();
            let greeted = greet(server, Some(Arc::clone(&tls.config)), Arc::new(()), accepted);
            tokio::time::timeout(2 * HANDSHAKE_LIMIT, greeted).await.unwrap();
            assert_eq!(begin.elapsed().as_secs(), HANDSHAKE_LIMIT.as_secs());
            assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "the connection is closed");
            assert!(connections.recv().await.is_none());
        }
    }
}

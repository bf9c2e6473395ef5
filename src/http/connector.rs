//! Establishes connections: directly or through a proxy, with or without TLS.

use std::error::Error as StdError;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_socks::tcp::Socks5Stream;
use tower_service::Service;

use super::proxy::{InvalidProxyUrl, Kind, Proxy, Routes, bare_host};
use super::tunnel;

/// Establishes connections.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) routes: Arc<Routes>,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) user_agent: HeaderValue,
    pub(super) tcp: HttpConnector,
    /// Timeout for establishing a connection.
    pub(super) timeout: Duration,
}

/// Why no connection was established.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no connection within {} s", .0.as_secs())]
    TimedOut(Duration),
    #[error(transparent)]
    Tcp(Box<dyn StdError + Send + Sync>),
    #[error("the TLS handshake failed")]
    Tls(#[source] io::Error),
    #[error("the proxy {proxy} cannot be reached")]
    ProxyUnreachable {
        proxy: String,
        #[source]
        source: Box<Self>,
    },
    #[error("the proxy {proxy} refused to connect")]
    Tunnel {
        proxy: String,
        #[source]
        source: tunnel::Error,
    },
    #[error("the SOCKS proxy {proxy} refused to connect")]
    Socks {
        proxy: String,
        #[source]
        source: tokio_socks::Error,
    },
    #[error("through the proxy {proxy}")]
    Behind {
        proxy: String,
        #[source]
        source: Box<Self>,
    },
    #[error(transparent)]
    InvalidProxyUrl(#[from] InvalidProxyUrl),
    #[error("the host name in the URL is invalid")]
    Host,
}

/// A connection.
pub(super) struct Link {
    io: TokioIo<Box<dyn Stream>>,
    /// Whether the other end is a proxy that forwards requests, which must then have absolute URIs.
    is_forwarding: bool,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Connector {
    async fn connect(mut self, to: &Uri) -> Result<Link, Error> {
        let is_tls = to.scheme() == Some(&Scheme::HTTPS);
        let routes = Arc::clone(&self.routes);
        let Some(proxy) = routes.to(to)? else {
            let stream = self.tcp(to.clone()).await?;
            return self.link(stream, to, is_tls).await;
        };
        let unreachable = |source| Error::ProxyUnreachable {
            proxy: proxy.to_string(),
            source: Box::new(source),
        };
        let mut stream = self.tcp(proxy.uri.clone()).await.map_err(unreachable)?;
        if proxy.kind == Kind::Https {
            stream = self.tls(stream, &proxy.uri).await.map_err(unreachable)?;
        }
        if proxy.kind != Kind::Socks && !is_tls {
            return Ok(Link {
                io: TokioIo::new(stream),
                is_forwarding: true,
            });
        }
        let stream = self.through(proxy, stream, to).await?;
        self.link(stream, to, is_tls).await.map_err(|source| Error::Behind {
            proxy: proxy.to_string(),
            source: Box::new(source),
        })
    }

    async fn tcp(&mut self, to: Uri) -> Result<Box<dyn Stream>, Error> {
        let stream = self.tcp.call(to).await.map_err(|error| Error::Tcp(error.into()))?;
        Ok(Box::new(stream.into_inner()))
    }

    /// Has a proxy connect to the host of `to`, by CONNECT or SOCKS5.
    async fn through(&self, proxy: &Proxy, mut stream: Box<dyn Stream>, to: &Uri) -> Result<Box<dyn Stream>, Error> {
        let default = if to.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let port = to.port_u16().unwrap_or(default);
        if proxy.kind == Kind::Socks {
            let target = (bare_host(to), port);
            let passed = match &proxy.user {
                None => Socks5Stream::connect_with_socket(stream, target).await,
                Some(user) => {
                    Socks5Stream::connect_with_password_and_socket(stream, target, &user.name, &user.password).await
                }
            };
            let passed = passed.map_err(|source| Error::Socks {
                proxy: proxy.to_string(),
                source,
            })?;
            return Ok(passed.into_inner());
        }
        let authorization = proxy.authorization();
        let host = format!("{}:{port}", to.host().unwrap_or_default());
        let opened = tunnel::open(&mut stream, &host, &self.user_agent, authorization.as_ref()).await;
        opened.map(|()| stream).map_err(|source| Error::Tunnel {
            proxy: proxy.to_string(),
            source,
        })
    }

    async fn link(&self, stream: Box<dyn Stream>, to: &Uri, is_tls: bool) -> Result<Link, Error> {
        let stream = if is_tls { self.tls(stream, to).await? } else { stream };
        Ok(Link {
            io: TokioIo::new(stream),
            is_forwarding: false,
        })
    }

    async fn tls(&self, stream: Box<dyn Stream>, to: &Uri) -> Result<Box<dyn Stream>, Error> {
        let name = ServerName::try_from(bare_host(to).to_owned()).map_err(|_| Error::Host)?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await.map_err(Error::Tls)?;
        Ok(Box::new(stream))
    }
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Link, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let (timeout, routes) = (connector.timeout, Arc::clone(&connector.routes));
            let connected = tokio::time::timeout(timeout, connector.connect(&to)).await;
            connected.unwrap_or_else(|_| {
                let late = Error::TimedOut(timeout);
                Err(match routes.to(&to)? {
                    Some(proxy) => Error::Behind {
                        proxy: proxy.to_string(),
                        source: Box::new(late),
                    },
                    None => late,
                })
            })
        })
    }
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.is_forwarding)
    }
}

impl Read for Link {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }
}

//! One request out, one answer in: with [`connector`](crate::http::connector) the only file that knows the HTTP library.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connector::Connector;
use super::proxy::{Proxy, Routes};
use super::{Error, Network, Response, Settings, roots};
use crate::secret::buffer::{self, Buffer};

/// Connections that are kept and used again, none of them made before it is needed.
#[derive(Debug)]
pub(super) struct Connections {
    user_agent: HeaderValue,
    network: Network,
    connect_timeout: Duration,
    timeout: Duration,
    pool: OnceLock<Pool>,
}

#[derive(Debug)]
struct Pool {
    client: legacy::Client<Connector, Full<Bytes>>,
    routes: Arc<Routes>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request went out, or may have.
    Lost(Box<dyn StdError + Send + Sync>),
    /// No connection came up, or it was closed before the request's first byte.
    NotSent(Box<dyn StdError + Send + Sync>),
}

impl Connections {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            user_agent: settings.user_agent.clone(),
            network: settings.network.clone(),
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            pool: OnceLock::new(),
        }
    }

    /// Sends a request and reads the whole answer. A redirect is an answer.
    pub(super) async fn exchange(&self, mut request: Request<Bytes>) -> Result<Response, Failure> {
        let Pool { client, routes } = self.pool()?;
        let headers = request.headers_mut();
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        let forwarding = routes.forwarding(request.uri());
        if let Some(authorization) = forwarding.and_then(Proxy::authorization) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        let exchange = async {
            let response = client.request(request.map(Full::new)).await?;
            match (response.status(), forwarding) {
                // That the request did not go on is only said by this answer, and whoever is behind the proxy can give it, too.
                (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(proxy)) => {
                    Err(Failure::Lost(Unknown(proxy.to_string()).into()))
                }
                _ => read(response).await.map_err(Failure::Lost),
            }
        };
        let late = |_| Failure::Lost(Late(self.timeout.as_secs()).into());
        tokio::time::timeout(self.timeout, exchange).await.map_err(late)?
    }

    fn pool(&self) -> Result<&Pool, Failure> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let tls = roots::client_config(&self.network.trust).map_err(|error| Failure::NotSent(error.into()))?;
        let routes = Arc::new(Routes::new(&self.network.proxies));
        let connector = Connector {
            routes: Arc::clone(&routes),
            tls: Arc::new(tls),
            user_agent: self.user_agent.clone(),
            tcp: self.tcp(),
            timeout: self.connect_timeout,
        };
        // The client repeats by itself what it has not begun to write to a connection used before, and nothing else.
        let client = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(connector);
        Ok(self.pool.get_or_init(|| Pool { client, routes }))
    }

    fn tcp(&self) -> HttpConnector {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Of several addresses each gets its share.
        tcp.set_connect_timeout(Some(self.connect_timeout));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        tcp
    }
}

/// Shorter than the 60 s after which servers close an idle connection: one that closes just as a request goes out loses
/// the answer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(25);

/// How soon a connection without traffic is looked after.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Far beyond any answer of an API, and far below what would hurt us: AWS's limit is 10 MB, and a page of Tencent Cloud has 100 keys of less
/// than 1 KB each. It holds for API, tokens and metadata alike.
const LONGEST_BODY: usize = 16 << 20;

async fn read(mut response: hyper::Response<Incoming>) -> Result<Response, Box<dyn StdError + Send + Sync>> {
    let announced = response.body().size_hint().exact();
    let announced = announced
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or_default();
    let mut body = Buffer::new(announced, LONGEST_BODY);
    while let Some(frame) = response.frame().await {
        let Ok(chunk) = frame?.into_data() else { continue };
        body.push(&chunk).map_err(TooLong)?;
    }
    Ok(Response {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body: body.into_bytes(),
    })
}

/// A proxy of requests that go unencrypted answers in the place of the service.
#[derive(Debug, thiserror::Error)]
#[error(
    "the proxy {0} answered with status 407: it does not know the user name and the password of its URL, or there are none"
)]
struct Unknown(String);

#[derive(Debug, thiserror::Error)]
#[error("no whole answer within {0} s")]
struct Late(u64);

#[derive(Debug, thiserror::Error)]
#[error("answer is {0}")]
struct TooLong(buffer::TooLong);

/// What the HTTP library says is in which of its parts something failed; what that was is the cause.
#[derive(Debug)]
struct Cause(legacy::Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => fmt::Display::fmt(cause, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()?.source()
    }
}

impl From<legacy::Error> for Failure {
    fn from(error: legacy::Error) -> Self {
        // The library takes a request back only where none of it was written.
        let is_untouched = || error.source()?.downcast_ref().map(hyper::Error::is_canceled);
        if error.is_connect() || is_untouched() == Some(true) {
            Self::NotSent(Cause(error).into())
        } else {
            Self::Lost(Cause(error).into())
        }
    }
}

impl Failure {
    /// The cause, whatever it means.
    pub(super) fn cause(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Lost(cause) | Self::NotSent(cause) => cause.as_ref(),
        }
    }

    /// The error of a call that ends with this failure.
    pub(super) fn into_error(self, operation: &'static str, host: String, attempts: u32) -> Error {
        match self {
            Self::Lost(source) => Error::Lost {
                operation,
                host,
                attempts,
                source,
            },
            Self::NotSent(source) => Error::NotSent {
                operation,
                host,
                attempts,
                source,
            },
        }
    }
}

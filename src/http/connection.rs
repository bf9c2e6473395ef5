//! Sends one request and reads its response. Only this file and [`connector`](crate::http::connector) use the HTTP library.

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
use super::{Error, Network, Response, Settings, tls};
use crate::secret::buffer::{self, Buffer};

/// A connection pool, built on first use.
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

/// Why there is no response.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request was sent, or may have been.
    Lost(Box<dyn StdError + Send + Sync>),
    /// No connection was established, or it was closed before the first byte of the request.
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

    /// Sends a request and reads the complete response. Redirects are not followed.
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
                // The service behind the proxy can send this status, too, so it does not prove that the proxy kept the request.
                (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(proxy)) => {
                    Err(Failure::Lost(ProxyAuthentication(proxy.to_string()).into()))
                }
                _ => read(response).await.map_err(Failure::Lost),
            }
        };
        let timed_out = |_| Failure::Lost(TimedOut(self.timeout.as_secs()).into());
        tokio::time::timeout(self.timeout, exchange).await.map_err(timed_out)?
    }

    fn pool(&self) -> Result<&Pool, Failure> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let tls = tls::client_config(&self.network.trust).map_err(|error| Failure::NotSent(error.into()))?;
        let routes = Arc::new(Routes::new(&self.network.proxies));
        let connector = Connector {
            routes: Arc::clone(&routes),
            tls: Arc::new(tls),
            user_agent: self.user_agent.clone(),
            tcp: self.tcp(),
            timeout: self.connect_timeout,
        };
        // The client retries by itself only requests whose first byte it could not write to a reused connection.
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
        // If the name has several addresses, each gets its share of the timeout.
        tcp.set_connect_timeout(Some(self.connect_timeout));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        tcp
    }
}

/// Shorter than the 60 s after which servers close an idle connection: a connection closed while a request is being sent loses the
/// response.
const IDLE_TIMEOUT: Duration = Duration::from_secs(25);

/// Interval of TCP keepalive probes.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Maximum size of a response body. AWS limits its own to 10 MB, and a page of Tencent Cloud has 100 keys of less than 1 KB each. It also
/// applies to tokens and instance metadata.
const MAX_BODY: usize = 16 << 20;

async fn read(mut response: hyper::Response<Incoming>) -> Result<Response, Box<dyn StdError + Send + Sync>> {
    let announced = response.body().size_hint().exact();
    let announced = announced
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or_default();
    let mut body = Buffer::new(announced, MAX_BODY);
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

/// The status of a proxy that forwards unencrypted requests.
#[derive(Debug, thiserror::Error)]
#[error("the proxy {0} responded with status 407: the user name and password in its URL are missing or wrong")]
struct ProxyAuthentication(String);

#[derive(Debug, thiserror::Error)]
#[error("no complete response within {0} s")]
struct TimedOut(u64);

#[derive(Debug, thiserror::Error)]
#[error("response is {0}")]
struct TooLong(buffer::TooLong);

/// An error of the HTTP library, shown as its cause: its own message only names the part of the library that failed.
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
        // The library reports a request as canceled only if none of it was written.
        let is_untouched = || error.source()?.downcast_ref().map(hyper::Error::is_canceled);
        if error.is_connect() || is_untouched() == Some(true) {
            Self::NotSent(Cause(error).into())
        } else {
            Self::Lost(Cause(error).into())
        }
    }
}

impl Failure {
    /// The underlying error.
    pub(super) fn cause(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Lost(cause) | Self::NotSent(cause) => cause.as_ref(),
        }
    }

    /// Converts it into the error of a call that ends with it.
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

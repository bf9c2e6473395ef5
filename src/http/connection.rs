//! One request out, one answer in: the only file that knows the HTTP library.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request};

use super::{Answer, Error, Network, Settings, roots};
use crate::buffer::{self, Buffer};

/// Connections that are kept and used again, none of them made before it is needed.
#[derive(Debug)]
pub(super) struct Connections {
    user_agent: HeaderValue,
    network: Network,
    connect_timeout: Duration,
    timeout: Duration,
    direct: OnceLock<reqwest::Client>,
    proxied: OnceLock<reqwest::Client>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request went out, or may have.
    Lost(Box<dyn StdError + Send + Sync>),
    /// No connection came up.
    NotSent(Box<dyn StdError + Send + Sync>),
}

impl Connections {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            user_agent: settings.user_agent.clone(),
            network: settings.network.clone(),
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            direct: OnceLock::new(),
            proxied: OnceLock::new(),
        }
    }

    /// Sends a request and reads the whole answer. A redirect is an answer.
    pub(super) async fn exchange(&self, request: Request<Bytes>) -> Result<Answer, Failure> {
        let client = self.client(request.uri().host().unwrap_or_default())?;
        let request = reqwest::Request::try_from(request).map_err(Failure::from)?;
        let response = client.execute(request).await.map_err(Failure::from)?;
        read(response).await.map_err(Failure::Lost)
    }

    /// A proxy is for the world outside: like Go's HTTP client, and hence like Terraform and other providers, we reach this very
    /// machine without it. So we do what is on its own link, such as the metadata service of an instance: a proxy would find another one.
    fn client(&self, host: &str) -> Result<&reqwest::Client, Failure> {
        let (client, proxies) = if is_near(host) {
            (&self.direct, Vec::new())
        } else {
            let proxies = self.network.proxies.for_requests();
            (&self.proxied, proxies.map_err(|error| Failure::NotSent(error.into()))?)
        };
        if let Some(client) = client.get() {
            return Ok(client);
        }
        let builder = proxies
            .into_iter()
            .fold(reqwest::Client::builder().no_proxy(), |builder, proxy| {
                builder.proxy(proxy)
            });
        let tls = roots::client_config(&self.network.trust).map_err(|error| Failure::NotSent(error.into()))?;
        let built = builder
            .tls_backend_preconfigured(tls)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build()
            .map_err(Failure::from)?;
        Ok(client.get_or_init(|| built))
    }
}

/// Shorter than the 60 s after which servers close an idle connection: one that closes just as a request goes out loses
/// the answer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Far beyond any answer of an API, and far below what would hurt us: AWS's limit is 10 MB, and a page of Tencent Cloud has 100 keys of less
/// than 1 KB each. It holds for API, tokens and metadata alike.
const LONGEST_BODY: usize = 16 << 20;

fn is_near(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_on_link = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback() || is_on_link(address))
}

async fn read(mut response: reqwest::Response) -> Result<Answer, Box<dyn StdError + Send + Sync>> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or_default();
    let mut body = Buffer::new(announced, LONGEST_BODY);
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
        body.push(&chunk).map_err(TooLong)?;
    }
    Ok(Answer {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body: body.into_bytes(),
    })
}

#[derive(Debug, thiserror::Error)]
#[error("answer is {0}")]
struct TooLong(buffer::TooLong);

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::NotSent(error.into())
        } else {
            Self::Lost(error.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_its_link_are_told_from_the_world() {
        let rows = [
            ("localhost", true),
            ("LOCALHOST", true),
            ("127.0.0.1", true),
            ("127.8.9.10", true),
            ("[::1]", true),
            ("169.254.169.254", true),
            ("[fe80::1]", true),
            ("169.253.1.1", false),
            ("[fd00::1]", false),
            ("localhost.example", false),
            ("10.0.0.1", false),
            ("api.scaleway.com", false),
            ("", false),
        ];
        for (host, expected) in rows {
            assert_eq!(is_near(host), expected, "{host}");
        }
    }
}

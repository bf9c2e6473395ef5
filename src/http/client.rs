//! The loop.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Uri};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::connection::{Connections, Failure};
use super::retry::{self, Next, Outcome, Policy};
use super::retry_after::retry_after;
use super::{Answer, Call, Error, Pace, Service};

/// How a [`Client`] behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Value of the header `User-Agent`.
    pub user_agent: HeaderValue,
    /// How often and how patiently calls are repeated.
    pub retries: Policy,
    /// How long a connection may take to come up.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from connecting to the answer's last byte.
    pub timeout: Duration,
    /// The time of day, for signatures.
    pub clock: fn() -> DateTime<Utc>,
    /// A number between 0 and 1 that differs from call to call and from process to process, to spread out repetitions:
    /// [`random_fraction`](super::random_fraction).
    pub random: fn() -> f64,
}

/// Sends calls, over connections that it keeps. Nothing is built before the first call.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    connections: Connections,
    stop: CancellationToken,
}

impl Client {
    /// A client; `stop` ends every wait, and no request that is on its way.
    pub fn new(settings: Settings, stop: CancellationToken) -> Self {
        let connections = Connections::new(settings.user_agent.clone(), settings.connect_timeout, settings.timeout);
        Self {
            settings,
            connections,
            stop,
        }
    }

    /// Carries out a call: as often as its [`Repeat`](super::Repeat), the service's verdicts and the settings allow.
    ///
    /// When all attempts are used up on answers that are not [`Verdict::Done`](super::Verdict::Done), the last one is
    /// handed over, so that the caller can say what the vendor said.
    ///
    /// # Errors
    ///
    /// [`Error`], which tells whether the operation certainly did not run.
    pub async fn send<S: Service + ?Sized>(&self, service: &S, call: Call) -> Result<Answer, Error> {
        let Call {
            operation,
            request,
            repeat,
        } = call;
        let host = host(request.uri()).ok_or(Error::Url { operation })?;
        let mut attempt = 1;
        loop {
            self.keep_pace(service.pace(), operation).await?;
            let mut signed = request.clone();
            let now = (self.settings.clock)();
            service
                .authorize(&mut signed, now)
                .map_err(|source| Error::Unsigned { operation, source })?;

            let result = self.connections.exchange(signed).await;
            log(operation, attempt, &result);
            let outcome = match &result {
                Ok(answer) => {
                    let asked = retry_after(&answer.headers, (self.settings.clock)());
                    Outcome::Answered(service.classify(answer).or_after(asked))
                }
                Err(Failure::Lost(_)) => Outcome::Lost,
                Err(Failure::NotSent(_)) => Outcome::NotSent,
            };
            match retry::next(
                outcome,
                repeat,
                attempt,
                &self.settings.retries,
                (self.settings.random)(),
            ) {
                Next::Stop => return result.map_err(|failure| failure.into_error(operation, host, attempt)),
                Next::Wait(wait) => self.pause(operation, wait).await?,
            }
            attempt += 1;
        }
    }

    async fn keep_pace(&self, pace: &Pace, operation: &'static str) -> Result<(), Error> {
        for bucket in pace.buckets(operation) {
            self.pause(operation, bucket.take(Instant::now())).await?;
        }
        Ok(())
    }

    async fn pause(&self, operation: &'static str, wait: Duration) -> Result<(), Error> {
        if wait.is_zero() {
            return Ok(());
        }
        tracing::debug!(operation, wait_ms = wait.as_millis(), "waiting");
        self.stop
            .run_until_cancelled(tokio::time::sleep(wait))
            .await
            .ok_or(Error::Stopped { operation })
    }
}

/// The host of a request for messages; `None` when the request cannot be sent as it is written.
///
/// The HTTP client takes dot segments out of a path and escapes what it thinks should be: the request would not arrive as
/// it was signed, or would mean something else.
fn host(uri: &Uri) -> Option<String> {
    let url = Url::parse(&uri.to_string()).ok()?;
    let is_sent_as_written = url.path() == uri.path() && url.query() == uri.query();
    if !matches!(url.scheme(), "http" | "https") || !is_sent_as_written {
        return None;
    }
    uri.authority().map(host_and_port)
}

/// The authority without the user that may stand in it.
fn host_and_port(authority: &Authority) -> String {
    match authority.port() {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    }
}

fn log(operation: &'static str, attempt: u32, result: &Result<Answer, Failure>) {
    match result {
        Ok(answer) => {
            let status = answer.status.as_u16();
            let request_id = request_id(&answer.headers);
            tracing::debug!(operation, attempt, status, request_id, "answered");
        }
        Err(failure @ Failure::Lost(_)) => tracing::debug!(operation, attempt, error = failure.cause(), "lost"),
        Err(failure @ Failure::NotSent(_)) => tracing::debug!(operation, attempt, error = failure.cause(), "not sent"),
    }
}

/// Vendors have their own prefixes for this header, and two ways to spell the rest.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let is_request_id = |name: &str| name.ends_with("request-id") || name.ends_with("requestid");
    let (_, id) = headers.iter().find(|(name, _)| is_request_id(name.as_str()))?;
    id.to_str().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_a_url_that_is_sent_as_written_is_called() {
        let rows = [
            ("https://api.example", Some("api.example")),
            ("https://api.example/a?b=c%20d", Some("api.example")),
            ("https://api.example/tags/arn%3Aaws%2Fx", Some("api.example")),
            ("http://user:word@127.0.0.1:4010/", Some("127.0.0.1:4010")),
            ("http://[::1]:4010/", Some("[::1]:4010")),
            ("https://api.example/keys/..", None),
            ("https://api.example/keys/%2E%2E", None),
            ("https://api.example/keys/{id}", None),
            ("https://api.example/keys?name='a'", None),
            ("ftp://api.example/", None),
            ("/keys", None),
        ];
        for (uri, expected) in rows {
            assert_eq!(host(&uri.parse().unwrap()).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn a_request_id_is_found_under_any_vendors_name() {
        let rows = [
            ("x-amzn-requestid", Some("id")),
            ("x-request-id", Some("id")),
            ("x-tc-requestid", Some("id")),
            ("content-type", None),
        ];
        for (name, expected) in rows {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static("id"))]);
            assert_eq!(request_id(&headers), expected, "{name}");
        }
    }
}

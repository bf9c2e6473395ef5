//! The retry loop: waits, signs, sends, classifies, and perhaps retries.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::uri::Authority;
use http::{HeaderMap, Request, Uri};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::clock::ServiceClock;
use super::connection::{Connections, Failure};
use super::retry::{self, Next, Outcome, Progress};
use super::retry_after::retry_after;
use super::settings::Settings;
use super::{Call, Deadline, Error, OnStop, RateLimiter, Response, Service, Verdict, date};

/// Sends calls over pooled connections. Nothing is built before the first call.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    connections: Connections,
    stop: CancellationToken,
    clock: ServiceClock,
}

impl Client {
    /// A client. `stop` cancels waiting calls with [`OnStop::Cancel`], and no request in flight.
    pub fn new(settings: Settings, stop: CancellationToken) -> Self {
        let connections = Connections::new(&settings);
        Self {
            settings,
            connections,
            stop,
            clock: ServiceClock::default(),
        }
    }

    /// Sends a call, and retries it as its [`RetrySafety`](crate::http::RetrySafety), its [`Deadline`], the service's verdicts and the settings
    /// allow.
    ///
    /// When attempts or time run out on responses that are not [`Verdict::Done`], the last one is returned, so that the caller can report
    /// the vendor's error.
    ///
    /// # Errors
    ///
    /// [`Error`], whose variant says whether the operation may have been executed.
    pub async fn send<S: Service + ?Sized>(&self, service: &S, call: Call) -> Result<Response, Error> {
        let operation = call.operation;
        let host = host(call.request.uri()).ok_or(Error::Url { operation })?;
        let mut progress = Progress::default();
        let mut wait = Duration::ZERO;
        let mut last = None;
        loop {
            if let Err(interrupted) = self.wait_for_turn(service.rate_limiter(), &call, wait).await {
                return instead(interrupted, last);
            }
            let result = self.attempt(service, &call, &mut progress).await?;
            let outcome = self.outcome(service, operation, &result);
            self.note_accepted(&progress, &result, outcome);
            let random = (self.settings.random)();
            wait = match retry::next(outcome, call.retry_safety, &progress, &self.settings.retries, random) {
                Next::Wait(wait) => wait,
                Next::CorrectClock => {
                    progress.offsets.extend(progress.correction);
                    Duration::ZERO
                }
                Next::Renew if service.renew().await => {
                    progress.renewed = true;
                    Duration::ZERO
                }
                Next::Renew | Next::Stop => {
                    return result.map_err(|failure| failure.into_error(operation, host, progress.attempt));
                }
            };
            last = Some(result.map_err(|failure| failure.into_error(operation, host.clone(), progress.attempt)));
        }
    }

    /// Sends a request once and unchanged, for a library that retries by itself. `operation` names it in logs and errors.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] and [`Error::NotSent`].
    pub async fn send_once(&self, operation: &'static str, request: Request<Bytes>) -> Result<Response, Error> {
        let host = host(request.uri()).ok_or(Error::Url { operation })?;
        let result = self.connections.exchange(request).await;
        log(operation, 1, &result);
        result.map_err(|failure| failure.into_error(operation, host, 1))
    }

    /// The current time of the local clock.
    pub fn now(&self) -> DateTime<Utc> {
        (self.settings.clock)()
    }

    /// The service's time at the local time `here`, to about a second; `None` before the first response. A single response with a wrong
    /// time does not change it.
    pub fn service_time(&self, here: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.clock.at(here)
    }

    /// The time in signatures at the local time `here`. It is within minutes of the service's time once the service has accepted a
    /// signature.
    pub fn signing_time(&self, here: DateTime<Utc>) -> DateTime<Utc> {
        here + self.clock.followed()
    }

    /// The service's time at the local time `here`, assumed to be the same before the first response.
    pub fn at_service(&self, here: DateTime<Utc>) -> DateTime<Utc> {
        self.service_time(here).unwrap_or(here)
    }

    async fn attempt<S: Service + ?Sized>(
        &self,
        service: &S,
        call: &Call,
        progress: &mut Progress,
    ) -> Result<Result<Response, Failure>, Error> {
        progress.attempt += 1;
        let operation = call.operation;
        let mut request = call.request.clone();
        let sent = self.now();
        if progress.offsets.is_empty() {
            progress.offsets.push(self.clock.followed());
        }
        let signed = progress.offsets.last().copied().unwrap_or_default();
        service
            .authorize(&mut request, sent + signed)
            .map_err(|source| Error::Unsigned { operation, source })?;
        let exchange = tokio::time::timeout_at(call.deadline.at, self.connections.exchange(request));
        let result = exchange.await.unwrap_or_else(|late| Err(Failure::Lost(late.into())));
        log(operation, progress.attempt, &result);
        if let Ok(answer) = &result {
            let shown = date::clock_offset(&answer.headers, sent, self.now());
            if let Some(shown) = shown {
                self.clock.learn(shown);
            }
            progress.correction = self.clock.correction(&progress.offsets, shown);
        }
        Ok(result)
    }

    /// Signs later calls with the offset of a call that was rejected for clock skew, and then accepted with this offset.
    fn note_accepted(&self, progress: &Progress, result: &Result<Response, Failure>, outcome: Outcome) {
        let is_served = result.as_ref().is_ok_and(|answer| answer.status.is_success());
        match (progress.offsets.as_slice(), outcome) {
            ([_, .., accepted], Outcome::Answered(Verdict::Done)) if is_served => self.clock.follow(*accepted),
            _ => {}
        }
    }

    /// The outcome of an attempt. The rate limiter learns of throttling from it.
    fn outcome<S: Service + ?Sized>(
        &self,
        service: &S,
        operation: &'static str,
        result: &Result<Response, Failure>,
    ) -> Outcome {
        let verdict = match result {
            Ok(answer) => service
                .classify(answer)
                .or_after(retry_after(&answer.headers, self.now())),
            Err(Failure::Lost(_)) => return Outcome::Lost,
            Err(Failure::NotSent(_)) => return Outcome::NotSent,
        };
        match verdict {
            Verdict::Throttled { after, .. } => {
                let after = after.unwrap_or_default().min(self.settings.retries.max_retry_after);
                service.rate_limiter().throttled(operation, after, Instant::now());
            }
            _ => service.rate_limiter().served(operation),
        }
        Outcome::Answered(verdict)
    }

    async fn wait_for_turn(&self, rate_limiter: &RateLimiter, call: &Call, wait: Duration) -> Result<(), Error> {
        self.pause(call, wait).await?;
        for bucket in rate_limiter.buckets(call.operation) {
            self.pause(call, bucket.take(Instant::now())).await?;
        }
        self.pause(call, rate_limiter.throttle_delay(call.operation, Instant::now()))
            .await
    }

    async fn pause(&self, call: &Call, wait: Duration) -> Result<(), Error> {
        let operation = call.operation;
        let Deadline { at, on_stop } = call.deadline;
        if Instant::now() + wait >= at {
            return Err(Error::DeadlineExceeded { operation });
        }
        if wait.is_zero() {
            return Ok(());
        }
        tracing::debug!(operation, wait_ms = wait.as_millis(), "waiting");
        let wait = tokio::time::sleep(wait);
        match on_stop {
            OnStop::Continue => wait.await,
            OnStop::Cancel => {
                let waited = self.stop.run_until_cancelled(wait).await;
                waited.ok_or(Error::Stopped { operation })?;
            }
        }
        Ok(())
    }
}

/// The result of a call whose next attempt was `interrupted`: a lost response goes first, and the vendor's last response says more than
/// a deadline.
fn instead(interrupted: Error, last: Option<Result<Response, Error>>) -> Result<Response, Error> {
    match (last, interrupted) {
        (Some(Err(lost @ Error::Lost { .. })), _) => Err(lost),
        (Some(last), Error::DeadlineExceeded { .. }) => last,
        (_, interrupted) => Err(interrupted),
    }
}

/// The host of a request, for messages; `None` if the request cannot be sent as written.
///
/// The HTTP client removes dot segments from a path and escapes some characters, so that the request would not match its signature, or
/// would mean something else.
fn host(uri: &Uri) -> Option<String> {
    let url = Url::parse(&uri.to_string()).ok()?;
    let is_sent_as_written = url.path() == uri.path() && url.query() == uri.query();
    if !matches!(url.scheme(), "http" | "https") || !is_sent_as_written {
        return None;
    }
    uri.authority().map(host_and_port)
}

/// The authority without user info.
fn host_and_port(authority: &Authority) -> String {
    match authority.port() {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    }
}

fn log(operation: &'static str, attempt: u32, result: &Result<Response, Failure>) {
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

/// Vendors prefix this header differently, and spell the rest in two ways.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let is_request_id = |name: &str| name.ends_with("request-id") || name.ends_with("requestid");
    let (_, id) = headers.iter().find(|(name, _)| is_request_id(name.as_str()))?;
    id.to_str().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use http::HeaderValue;

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

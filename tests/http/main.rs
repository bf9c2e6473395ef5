//! The HTTP loop against servers on loopback that answer, drop and cut as told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clock;
mod deadline;
mod exchange;
mod log;
mod proxies;
mod repetition;
mod server;
mod stop;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use apikeys::http::{
    Call, Client, Deadline, Error, Network, RateLimiter, Response, RetryPolicy, RetrySafety, Service, Settings, Verdict,
};
use apikeys::secret::Secret;
use apikeys::signing::{self, token};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderValue, Request, StatusCode};
use server::Server;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Stands for every secret of these tests.
const MARKER: &str = "hunter2";

/// A vendor that signs with a token and the date, and means what its status says.
#[derive(Default)]
struct Vendor {
    rate_limiter: RateLimiter,
    /// How often new credentials can be had.
    renewals: AtomicI64,
}

impl Service for Vendor {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        request
            .headers_mut()
            .insert("x-signed-at", HeaderValue::from(at.timestamp()));
        token::authorize(request, &Secret::new(MARKER))
    }

    fn classify(&self, answer: &Response) -> Verdict {
        match answer.status {
            StatusCode::TOO_MANY_REQUESTS => Verdict::Throttled {
                after: None,
                certain: !answer.headers.contains_key("via"),
            },
            StatusCode::UNAUTHORIZED => Verdict::Expired,
            StatusCode::FORBIDDEN => Verdict::ClockSkew,
            status if status.is_server_error() => Verdict::Transient { after: None },
            _ => Verdict::Done,
        }
    }

    async fn renew(&self) -> bool {
        self.renewals.fetch_sub(1, Ordering::Relaxed) > 0
    }

    fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }
}

fn client() -> Client {
    Client::new(settings(), CancellationToken::new())
}

fn settings() -> Settings {
    Settings {
        network: Network::default(),
        user_agent: HeaderValue::from_static("apikeys-test/1"),
        retries: RetryPolicy {
            attempts: 4,
            initial_backoff: Duration::from_millis(1),
            max_backoff: Duration::from_millis(4),
            max_retry_after: Duration::from_millis(60),
        },
        connect_timeout: Duration::from_secs(20),
        timeout: Duration::from_secs(20),
        clock: ticking_clock,
        random: || 1.0,
    }
}

/// A clock that is a second later each time it is looked at.
fn ticking_clock() -> DateTime<Utc> {
    static SECONDS: AtomicI64 = AtomicI64::new(1_500_000_000);
    DateTime::from_timestamp(SECONDS.fetch_add(1, Ordering::Relaxed), 0).unwrap()
}

/// Later than any test ends.
fn patient() -> Deadline {
    Deadline::at(Instant::now() + Duration::from_secs(2 * 3600))
}

fn read(server: &Server) -> Call {
    let request = Request::get(server.url("/keys?page=1")).body(Bytes::new()).unwrap();
    Call {
        operation: "ListKeys",
        request,
        retry_safety: RetrySafety::Idempotent,
        deadline: patient(),
    }
}

fn create(server: &Server) -> Call {
    let request = Request::post(server.url("/keys"))
        .body(Bytes::from_static(b"{\"name\":\"a\"}"))
        .unwrap();
    Call {
        operation: "CreateKey",
        request,
        retry_safety: RetrySafety::NonIdempotent,
        deadline: patient(),
    }
}

/// An error and its causes.
fn chain(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

//! What the stop signal cuts, and what it leaves alone.

use std::sync::Arc;
use std::time::Duration;

use apikeys::http::{Client, Error, Rate, RateLimiter, RetryPolicy, Settings};
use http::StatusCode;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::server::{Reply, Server, answer};
use super::{Vendor, create, read, settings};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_stop_cuts_the_wait_for_the_next_attempt() {
    let throttle = answer("429 Too Many Requests", &["retry-after: 3600"], "");
    let server = Server::start([Reply::Bytes(throttle)]).await;
    let stop = CancellationToken::new();
    let retries = RetryPolicy {
        max_retry_after: HOUR,
        ..settings().retries
    };
    let client = Client::new(Settings { retries, ..settings() }, stop.clone());

    let vendor = Vendor::default();
    let (result, ()) = tokio::join!(client.send(&vendor, create(&server)), async {
        server.has_seen(1).await;
        stop.cancel();
    });
    assert!(
        matches!(result, Err(Error::Stopped { operation: "CreateKey" })),
        "{result:?}"
    );
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn a_stop_cuts_the_wait_for_a_turn() {
    let server = Server::start([Reply::Bytes(answer("200 OK", &[], ""))]).await;
    let stop = CancellationToken::new();
    let vendor = Vendor {
        rate_limiter: RateLimiter::new(
            [],
            Some(Rate {
                interval: HOUR,
                burst: 1,
            }),
        ),
        ..Vendor::default()
    };
    let client = Client::new(settings(), stop.clone());
    client.send(&vendor, read(&server)).await.unwrap();

    stop.cancel();
    let result = client.send(&vendor, create(&server)).await;
    assert!(matches!(result, Err(Error::Stopped { .. })), "{result:?}");
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn a_stop_leaves_a_request_in_flight_alone() {
    let permits = Arc::new(Semaphore::new(0));
    let server = Server::start([Reply::When(Arc::clone(&permits), answer("201 Created", &[], "{}"))]).await;
    let stop = CancellationToken::new();
    let client = Client::new(settings(), stop.clone());

    let vendor = Vendor::default();
    let (result, ()) = tokio::join!(client.send(&vendor, create(&server)), async {
        server.has_seen(1).await;
        stop.cancel();
        permits.add_permits(1);
    });
    assert_eq!(result.unwrap().status, StatusCode::CREATED);
}

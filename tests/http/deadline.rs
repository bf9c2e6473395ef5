//! What a call does within its time, and what after a stop.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use apikeys::http::{Call, Client, Deadline, Error, RetryPolicy, Settings};
use http::StatusCode;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::server::{Reply, Server, answer};
use super::{Vendor, client, create, read, settings};

const HOUR: Duration = Duration::from_secs(3600);

fn within(call: Call, time: Duration) -> Call {
    let deadline = Deadline::at(Instant::now() + time);
    Call { deadline, ..call }
}

fn ok() -> Reply {
    Reply::Bytes(answer("200 OK", &[], "{}"))
}

#[tokio::test]
async fn a_call_without_time_left_is_not_sent() {
    let server = Server::start([ok()]).await;
    let call = within(create(&server), Duration::ZERO);
    let result = client().send(&Vendor::default(), call).await;
    assert!(matches!(result, Err(Error::DeadlineExceeded { .. })), "{result:?}");
    assert_eq!(server.arrivals().len(), 0);
}

#[tokio::test]
async fn a_wait_that_would_outlast_the_call_is_not_begun_and_the_last_answer_is_handed_over() {
    let throttle = answer("429 Too Many Requests", &["retry-after: 3000"], "slow down");
    let server = Server::start([Reply::Bytes(throttle)]).await;
    let retries = RetryPolicy {
        max_retry_after: HOUR,
        ..settings().retries
    };
    let client = Client::new(Settings { retries, ..settings() }, CancellationToken::new());
    let call = within(create(&server), HOUR / 2);
    let answer = client.send(&Vendor::default(), call).await.unwrap();
    assert_eq!(answer.body.as_slice(), b"slow down");
}

#[tokio::test]
async fn an_attempt_that_outlasts_the_call_is_lost_and_may_have_run() {
    let server = Server::start([Reply::Silence]).await;
    let call = within(create(&server), Duration::from_millis(300));
    let result = client().send(&Vendor::default(), call).await;
    assert!(matches!(result, Err(Error::Lost { attempts: 1, .. })), "{result:?}");
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn what_is_left_to_finish_is_finished_after_a_stop_and_after_the_time() {
    let throttle = answer("429 Too Many Requests", &[], "");
    let server = Server::start([Reply::Bytes(throttle), ok()]).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let client = Client::new(settings(), stop);
    let over = Deadline::at(Instant::now());
    let call = Call {
        deadline: over.to_finish(),
        ..read(&server)
    };
    let answer = client.send(&Vendor::default(), call).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(server.arrivals().len(), 2);
}

#[tokio::test]
async fn ended_credentials_are_renewed_once_where_there_are_new_ones() {
    let ended = || Reply::Bytes(answer("401 Unauthorized", &[], ""));
    for (renewals, replies, status, attempts) in [
        (0, vec![ended(), ok()], StatusCode::UNAUTHORIZED, 1),
        (9, vec![ended(), ok()], StatusCode::OK, 2),
        (9, vec![ended(), ended(), ok()], StatusCode::UNAUTHORIZED, 2),
    ] {
        let server = Server::start(replies).await;
        let vendor = Vendor {
            renewals: AtomicI64::new(renewals),
            ..Vendor::default()
        };
        let answer = client().send(&vendor, create(&server)).await.unwrap();
        assert_eq!((answer.status, server.arrivals().len()), (status, attempts));
    }
}

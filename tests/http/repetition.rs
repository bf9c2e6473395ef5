//! When a call is sent again, and when not.

use std::time::{Duration, Instant};

use apikeys::http::{Call, Error, Rate, RateLimiter, RetrySafety};
use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::net::TcpListener;

use super::server::{Reply, Server, answer};
use super::{Vendor, chain, client, create, patient, read, settings};

fn ok() -> Reply {
    Reply::Bytes(answer("200 OK", &[], "{}"))
}

fn throttle() -> Reply {
    Reply::Bytes(answer("429 Too Many Requests", &[], "{}"))
}

fn unavailable() -> Reply {
    Reply::Bytes(answer("503 Service Unavailable", &[], "{}"))
}

fn truncated() -> Reply {
    Reply::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"".to_vec())
}

#[tokio::test]
async fn a_read_is_repeated_after_whatever_may_heal() {
    let rows = [
        ("dropped", Reply::Drop),
        ("truncated", truncated()),
        ("503", unavailable()),
        ("429", throttle()),
    ];
    for (name, reply) in rows {
        let server = Server::start([reply, ok()]).await;
        let answer = client().send(&Vendor::default(), read(&server)).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        assert_eq!(server.arrivals().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_not_repeated() {
    for (name, reply) in [("dropped", Reply::Drop), ("truncated", truncated())] {
        let server = Server::start([reply, ok()]).await;
        let error = client().send(&Vendor::default(), create(&server)).await.unwrap_err();
        assert!(matches!(error, Error::Lost { attempts: 1, .. }), "{name}: {error:?}");
        assert_eq!(server.arrivals().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_create_on_a_connection_used_before_is_not_repeated_either() {
    let server = Server::start([ok(), Reply::Drop, ok()]).await;
    let client = client();
    client.send(&Vendor::default(), read(&server)).await.unwrap();
    let error = client.send(&Vendor::default(), create(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Lost { attempts: 1, .. }), "{error:?}");
    let connections: Vec<_> = server.arrivals().iter().map(|arrival| arrival.connection).collect();
    assert_eq!(connections, [0, 0]);
}

#[tokio::test]
async fn a_create_that_times_out_is_not_repeated() {
    let server = Server::start([Reply::Silence]).await;
    let (client, vendor) = (client(), Vendor::default());
    let arrived = async {
        server.has_seen(1).await;
        // From here on there is nothing to do but to wait, which takes no time.
        tokio::time::pause();
    };
    let (answer, ()) = tokio::join!(client.send(&vendor, create(&server)), arrived);
    let error = answer.unwrap_err();
    assert!(matches!(error, Error::Lost { attempts: 1, .. }), "{error:?}");
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn a_create_that_ends_in_a_server_error_is_handed_over_at_once() {
    let server = Server::start([unavailable(), ok()]).await;
    let answer = client().send(&Vendor::default(), create(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn a_create_is_repeated_after_a_throttle() {
    let server = Server::start([throttle(), throttle(), ok()]).await;
    let answer = client().send(&Vendor::default(), create(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(server.arrivals().len(), 3);
}

#[tokio::test]
async fn a_create_is_not_repeated_after_a_throttle_that_may_come_from_somebody_in_between() {
    let bare = || Reply::Bytes(answer("429 Too Many Requests", &["via: 1.1 proxy"], ""));
    let server = Server::start([bare(), ok()]).await;
    let answer = client().send(&Vendor::default(), create(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(server.arrivals().len(), 1);

    let server = Server::start([bare(), ok()]).await;
    let answer = client().send(&Vendor::default(), read(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(server.arrivals().len(), 2);
}

#[tokio::test]
async fn a_throttle_that_ends_a_create_slows_the_next_one_down_all_the_same() {
    let wait = settings().retries.max_retry_after;
    let bare = answer("429 Too Many Requests", &["via: 1.1 proxy", "retry-after: 3600"], "");
    let server = Server::start([Reply::Bytes(bare), ok()]).await;
    let (client, vendor) = (client(), Vendor::default());
    let start = Instant::now();
    client.send(&vendor, create(&server)).await.unwrap();
    client.send(&vendor, create(&server)).await.unwrap();
    assert!(start.elapsed() >= wait, "{:?}", start.elapsed());
    assert_eq!(server.arrivals().len(), 2);
}

#[tokio::test]
async fn a_throttle_without_end_ends_with_the_last_answer() {
    let last = Reply::Bytes(answer("429 Too Many Requests", &[], "last"));
    let server = Server::start([throttle(), throttle(), throttle(), last]).await;
    let answer = client().send(&Vendor::default(), create(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.body.as_slice(), b"last");
    assert_eq!(server.arrivals().len(), 4);
}

#[tokio::test]
async fn a_read_whose_answers_are_all_lost_says_how_often_it_was_sent() {
    let server = Server::start([Reply::Drop]).await;
    let error = client().send(&Vendor::default(), read(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Lost { attempts: 4, .. }), "{error:?}");
    assert!(!chain(&error).contains("page=1"), "{}", chain(&error));
}

#[tokio::test]
async fn a_refused_connection_is_tried_three_times_and_known_not_to_have_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let request = Request::post(format!("http://{host}/keys?name=a"))
        .body(Bytes::new())
        .unwrap();
    let call = Call {
        operation: "CreateKey",
        request,
        retry_safety: RetrySafety::NonIdempotent,
        deadline: patient(),
    };
    let error = client().send(&Vendor::default(), call).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { attempts: 3, .. }), "{error:?}");
    assert!(chain(&error).starts_with(&format!("CreateKey: no connection to {host} (attempts: 3): ")));
    assert!(!chain(&error).contains("name=a"), "{}", chain(&error));
}

#[tokio::test]
async fn the_wait_a_server_asks_for_is_kept_up_to_a_bound() {
    for reply in [
        answer("429 Too Many Requests", &["retry-after: 3600"], ""),
        answer(
            "503 Service Unavailable",
            &["retry-after: Fri, 31 Dec 2100 23:59:59 GMT"],
            "",
        ),
    ] {
        let server = Server::start([Reply::Bytes(reply), ok()]).await;
        let start = Instant::now();
        client().send(&Vendor::default(), read(&server)).await.unwrap();
        assert!(start.elapsed() >= settings().retries.max_retry_after);
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[tokio::test]
async fn every_attempt_is_signed_anew_with_its_own_date() {
    let server = Server::start([throttle(), unavailable(), ok()]).await;
    client().send(&Vendor::default(), read(&server)).await.unwrap();
    let dates: Vec<i64> = server
        .arrivals()
        .iter()
        .map(|arrival| arrival.header("x-signed-at").unwrap().parse().unwrap())
        .collect();
    assert!(dates.is_sorted_by(|earlier, later| earlier < later), "{dates:?}");
    assert_eq!(dates.len(), 3);
}

#[tokio::test]
async fn calls_and_repetitions_keep_the_pace() {
    let interval = Duration::from_millis(30);
    let vendor = Vendor {
        rate_limiter: RateLimiter::new([("ListKeys", Rate { interval, burst: 1 })], None),
        ..Vendor::default()
    };
    let server = Server::start([ok(), throttle(), ok()]).await;
    let client = client();
    let start = Instant::now();
    client.send(&vendor, read(&server)).await.unwrap();
    client.send(&vendor, read(&server)).await.unwrap();
    assert_eq!(server.arrivals().len(), 3);
    assert!(start.elapsed() >= 2 * interval, "{:?}", start.elapsed());
}

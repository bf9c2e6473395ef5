//! What becomes of calls when our clock is wrong, or the service's answers tell its time wrong.

use std::sync::Arc;

use apikeys::http::{Client, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use http::StatusCode;
use tokio_util::sync::CancellationToken;

use super::server::{Arrival, Reply, Server, answer};
use super::{Vendor, client, create, read, settings};

fn ok() -> Reply {
    Reply::Bytes(answer("200 OK", &[], "{}"))
}

#[tokio::test]
async fn a_refusal_for_the_date_is_answered_once_with_the_service_s_own_time() {
    // The clock of these tests stands in 2017, and the service's in 2035.
    let date = "date: Fri, 06 Jul 2035 09:00:00 GMT";
    let refused = || Reply::Bytes(answer("403 Forbidden", &[date], ""));
    for (replies, status, attempts) in [
        (vec![refused(), ok()], StatusCode::OK, 2),
        (vec![refused(), refused(), ok()], StatusCode::FORBIDDEN, 2),
        (
            vec![Reply::Bytes(answer("403 Forbidden", &[], "")), ok()],
            StatusCode::FORBIDDEN,
            1,
        ),
    ] {
        let server = Server::start(replies).await;
        let client = client();
        let answer = client.send(&Vendor::default(), create(&server)).await.unwrap();
        assert_eq!((answer.status, server.arrivals().len()), (status, attempts));
        let Some(second) = server.arrivals().get(1).cloned() else {
            continue;
        };
        let signed: i64 = second.header("x-signed-at").unwrap().parse().unwrap();
        let there = "2035-07-06T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        assert!((signed - there.timestamp()).abs() < 10_000, "{signed}");
        assert!((client.at_service(client.now()) - there).num_seconds().abs() < 10_000);
    }
}

/// Our time in the tests below, which stands still.
const OURS: i64 = 1_600_000_000;

/// What a server does with a call: it refuses those that were not signed within five minutes of its time, and puts a date of its own into
/// the answer, both told as seconds from our time. `None` is an answer without a date.
#[derive(Clone, Copy)]
struct Judge {
    time: i64,
    date: Option<i64>,
    header: &'static str,
}

const fn right(time: i64) -> Judge {
    Judge {
        time,
        date: Some(time),
        header: "",
    }
}

/// A server whose judges take turns.
async fn judged_by(judges: Vec<Judge>) -> Server {
    let judge = move |arrival: &Arrival, number: usize| {
        let Judge { time, date, header } = judges[number % judges.len()];
        let signed: i64 = arrival.header("x-signed-at").unwrap().parse().unwrap();
        let date = date.map(|date| {
            let date = DateTime::from_timestamp(OURS + date, 0).unwrap();
            format!("date: {}", date.format("%a, %d %b %Y %H:%M:%S GMT"))
        });
        let headers: Vec<_> = date
            .iter()
            .map(String::as_str)
            .chain([header])
            .filter(|line| !line.is_empty())
            .collect();
        let status = if (signed - OURS - time).abs() <= 300 {
            "200 OK"
        } else {
            "403 Forbidden"
        };
        answer(status, &headers, "{}")
    };
    Server::start([Reply::By(Arc::new(judge))]).await
}

fn with_still_clock() -> Client {
    let clock = || DateTime::from_timestamp(OURS, 0).unwrap();
    Client::new(Settings { clock, ..settings() }, CancellationToken::new())
}

#[tokio::test]
async fn calls_that_were_signed_before_the_clock_was_corrected_are_signed_again() {
    for minutes in [10, -10, 60 * 24 * 400] {
        let server = judged_by(vec![right(60 * minutes)]).await;
        let (client, vendor) = (with_still_clock(), Vendor::default());
        let sent = |_| client.send(&vendor, create(&server));
        for answer in join_all((0..10).map(sent)).await {
            assert_eq!(answer.unwrap().status, StatusCode::OK, "{minutes}");
        }
        let count = server.arrivals().len();
        assert!((11..=20).contains(&count), "{minutes}: {count}");
        // What comes after is signed right at once.
        client.send(&vendor, create(&server)).await.unwrap();
        assert_eq!(server.arrivals().len(), count + 1, "{minutes}");
    }
}

#[tokio::test]
async fn answers_that_tell_the_time_wrong_or_not_at_all_do_not_keep_calls_from_being_signed_right() {
    let ahead = 3600;
    let wrong = |time| Judge {
        date: Some(time + ahead),
        ..right(time)
    };
    let cached = |time| Judge {
        header: "age: 86400",
        date: Some(time - 86400),
        ..right(time)
    };
    let silent = |time| Judge {
        date: None,
        ..right(time)
    };
    for time in [0, 600, -600] {
        let rows = [
            ("always right", vec![right(time)]),
            ("right and wrong in turns", vec![right(time), wrong(time)]),
            ("wrong once", [vec![wrong(time)], vec![right(time); 60]].concat()),
            (
                "wrong once, later",
                [vec![right(time); 3], vec![wrong(time)], vec![right(time); 60]].concat(),
            ),
            ("from a cache in turns", vec![right(time), cached(time)]),
            (
                "not told at first",
                [vec![silent(time); 2], vec![right(time); 60]].concat(),
            ),
            (
                "one server of its own time",
                [vec![right(time); 5], vec![right(time + ahead)], vec![right(time); 60]].concat(),
            ),
        ];
        for (name, judges) in rows {
            let server = judged_by(judges).await;
            let (client, vendor) = (with_still_clock(), Vendor::default());
            // The first ones, so that the calls together meet what comes after.
            for _ in 0..2 {
                let _ = client.send(&vendor, read(&server)).await.unwrap();
            }
            let sent = |_| client.send(&vendor, create(&server));
            for answer in join_all((0..10).map(sent)).await {
                assert_eq!(answer.unwrap().status, StatusCode::OK, "{name}, {time}");
            }
            let count = server.arrivals().len();
            assert!(count <= 2 + 10 * 4, "{name}, {time}: {count}");
        }
    }
}

#[tokio::test]
async fn a_refusal_that_no_time_helps_against_ends_after_few_attempts() {
    // Each answer tells another time.
    let moving = (1..50)
        .map(|hour| Judge {
            time: i64::MAX / 4,
            ..right(3600 * hour)
        })
        .collect();
    let server = judged_by(moving).await;
    let answer = with_still_clock()
        .send(&Vendor::default(), create(&server))
        .await
        .unwrap();
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(server.arrivals().len(), 4);
}

#[tokio::test]
async fn the_service_s_time_is_known_once_an_answer_told_it() {
    let here = DateTime::from_timestamp(OURS, 0).unwrap();
    let silent = Judge { date: None, ..right(0) };
    let server = judged_by(vec![
        silent,
        right(0),
        Judge {
            date: Some(3600),
            ..right(0)
        },
        right(0),
    ])
    .await;
    let client = with_still_clock();
    let mut known = Vec::new();
    for _ in 0..4 {
        client.send(&Vendor::default(), read(&server)).await.unwrap();
        known.push(client.service_time(here));
    }
    let told: DateTime<Utc> = here + TimeDelta::zero();
    assert_eq!(known, [None, Some(told), Some(told), Some(told)]);
    assert_eq!(client.at_service(here), here);
}

//! One request and its answer.

use std::sync::Arc;

use apikeys::http::{Call, Error, Response, RetrySafety, Trust};
use apikeys::secret::Secret;
use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::server::{Reply, Server, acceptor, answer};
use super::{Vendor, chain, client, create, patient, read, settings};

#[tokio::test]
async fn the_request_arrives_as_it_was_written() {
    let server = Server::start([Reply::Bytes(answer("200 OK", &[], ""))]).await;
    let target = "/tags/arn%3Aaws%3Ax%2F1?tagKeys=b%20c&tagKeys=a%2B";
    let request = Request::put(server.url(target))
        .body(Bytes::from_static(b"{}"))
        .unwrap();
    client()
        .send(
            &Vendor::default(),
            Call {
                operation: "Tag",
                request,
                retry_safety: RetrySafety::Idempotent,
                deadline: patient(),
            },
        )
        .await
        .unwrap();

    let arrivals = server.arrivals();
    assert_eq!(
        arrivals[0].text.lines().next().unwrap(),
        format!("PUT {target} HTTP/1.1")
    );
    assert_eq!(arrivals[0].header("user-agent"), Some("apikeys-test/1"));
    assert!(arrivals[0].text.ends_with("\r\n\r\n{}"));
}

#[tokio::test]
async fn a_final_answer_is_handed_over_whole_whether_success_or_not() {
    for (line, status) in [
        ("201 Created", StatusCode::CREATED),
        ("404 Not Found", StatusCode::NOT_FOUND),
    ] {
        let server = Server::start([Reply::Bytes(answer(line, &["x-vendor: 1"], "{\"id\":1}"))]).await;
        let answer = client().send(&Vendor::default(), create(&server)).await.unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["x-vendor"], "1");
        assert_eq!(answer.body.as_slice(), b"{\"id\":1}");
        assert_eq!(server.arrivals().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let elsewhere = Server::start([Reply::Bytes(answer("200 OK", &[], ""))]).await;
    let location = format!("location: {}", elsewhere.url("/"));
    let server = Server::start([Reply::Bytes(answer("307 Temporary Redirect", &[&location], ""))]).await;
    let answer = client().send(&Vendor::default(), read(&server)).await.unwrap();
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(elsewhere.arrivals().is_empty());
}

#[tokio::test]
async fn calls_share_a_connection() {
    let server = Server::start([Reply::Bytes(answer("200 OK", &[], "{}"))]).await;
    let client = client();
    for _ in 0..3 {
        client.send(&Vendor::default(), read(&server)).await.unwrap();
    }
    let connections: Vec<_> = server.arrivals().iter().map(|arrival| arrival.connection).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec();
    let body = [announced, vec![b' '; (16 << 20) + 1]].concat();
    let server = Server::start([Reply::Bytes(body)]).await;
    let error = client().send(&Vendor::default(), create(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Lost { attempts: 1, .. }), "{error:?}");
    assert!(
        chain(&error).ends_with(": response is longer than 16777216 bytes"),
        "{}",
        chain(&error)
    );
}

#[tokio::test]
async fn a_url_that_cannot_be_sent_as_written_is_refused() {
    for uri in ["/keys", "http://127.0.0.1:1/keys/%2e%2e"] {
        let request = Request::delete(uri).body(Bytes::new()).unwrap();
        let call = Call {
            operation: "DeleteKey",
            request,
            retry_safety: RetrySafety::Idempotent,
            deadline: patient(),
        };
        let error = client().send(&Vendor::default(), call).await.unwrap_err();
        assert!(
            matches!(error, Error::Url { operation: "DeleteKey" }),
            "{uri}: {error:?}"
        );
    }
}

#[tokio::test]
async fn certificates_count_that_the_system_or_a_bundle_vouches_for_or_all_if_so_asked() {
    let certificate = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (identity, other) = (certificate(), certificate());
    let only = |identity: &rcgen::CertifiedKey<_>| Trust::Only(vec![identity.cert.der().clone()]);
    let file = |identity: &rcgen::CertifiedKey<_>| {
        let pem = format!(
            "{}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            identity.cert.pem()
        );
        Trust::File(Arc::new(pem.into_bytes()))
    };
    for (trust, is_answered) in [
        (Trust::System, false),
        (file(&other), false),
        (file(&identity), true),
        (Trust::File(Arc::new(b"none".to_vec())), false),
        (only(&other), false),
        (only(&identity), true),
        (Trust::Insecure, true),
    ] {
        let result = over_tls(&identity, trust.clone()).await;
        assert_eq!(result.is_ok(), is_answered, "{trust:?}: {result:?}");
        if let Err(error) = result {
            assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
            assert!(
                chain(&error).to_lowercase().contains("certificate"),
                "{}",
                chain(&error)
            );
        }
    }
}

/// A call of a server with this identity, by a client that trusts so.
async fn over_tls(identity: &rcgen::CertifiedKey<rcgen::KeyPair>, trust: Trust) -> Result<Response, Error> {
    let acceptor = acceptor(identity);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        // The whole request of these tests comes in one piece.
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(&answer("200 OK", &[], "{}")).await.unwrap();
        let _ = stream.shutdown().await;
    });
    let mut settings = settings();
    settings.retries.attempts = 1;
    settings.network.trust = trust;
    let client = apikeys::http::Client::new(settings, CancellationToken::new());
    let request = Request::post(uri).body(Bytes::new()).unwrap();
    let call = Call {
        operation: "CreateKey",
        request,
        retry_safety: RetrySafety::NonIdempotent,
        deadline: patient(),
    };
    let result = client.send(&Vendor::default(), call).await;
    serving.await.unwrap();
    result
}

#[tokio::test]
async fn a_proxy_is_for_hosts_other_than_this_machine_and_those_that_are_named() {
    let proxy = Server::start([Reply::Bytes(answer("200 OK", &[], ""))]).await;
    let mut settings = settings();
    settings.retries.attempts = 1;
    settings.network.proxies.http = Some(Secret::new(proxy.url("")));
    settings.network.proxies.none = Some("direct.invalid".to_owned());
    let client = apikeys::http::Client::new(settings, CancellationToken::new());
    let get = async |uri: &str| {
        let call = Call {
            operation: "ListKeys",
            request: Request::get(uri).body(Bytes::new()).unwrap(),
            retry_safety: RetrySafety::Idempotent,
            deadline: patient(),
        };
        client.send(&Vendor::default(), call).await
    };
    get("http://api.invalid/keys").await.unwrap();
    assert!(get("http://direct.invalid/keys").await.is_err());
    let here = Server::start([Reply::Bytes(answer("200 OK", &[], ""))]).await;
    get(&here.url("/keys")).await.unwrap();
    let arrivals = proxy.arrivals();
    assert_eq!(arrivals.len(), 1);
    assert!(
        arrivals[0].text.starts_with("GET http://api.invalid/keys HTTP/1.1"),
        "{}",
        arrivals[0].text
    );
    assert_eq!(here.arrivals().len(), 1);
}

#[tokio::test]
async fn no_error_holds_the_password_of_a_proxy() {
    let refusing = Server::start([Reply::Bytes(answer("407 Proxy Authentication Required", &[], ""))]).await;
    let refusing = refusing.url("").replace("http://", "http://user:hunter2@");
    for url in [
        "http://user:hunter2@127.0.0.1:1",
        "http://user:hunter2@no such host",
        "user:hunter2@[",
        "ftp://user:hunter2@127.0.0.1:1",
        refusing.trim_end_matches('/'),
    ] {
        let mut settings = settings();
        settings.retries.attempts = 1;
        settings.network.proxies.https = Some(Secret::new(url));
        assert!(!format!("{settings:?}").contains("hunter2"));
        let client = apikeys::http::Client::new(settings, CancellationToken::new());
        let call = Call {
            operation: "ListKeys",
            request: Request::get("https://api.invalid/keys").body(Bytes::new()).unwrap(),
            retry_safety: RetrySafety::Idempotent,
            deadline: patient(),
        };
        let error = client.send(&Vendor::default(), call).await.unwrap_err();
        for told in [chain(&error), format!("{error:?}"), format!("{client:?}")] {
            assert!(!told.contains("hunter2"), "{url}: {told}");
        }
    }
}

#[test]
fn a_call_can_be_made_from_any_task() {
    fn is_send<T: Send>(_: T) {}
    let call = Call {
        operation: "ListKeys",
        request: Request::new(Bytes::new()),
        retry_safety: RetrySafety::Idempotent,
        deadline: patient(),
    };
    is_send(client().send(&Vendor::default(), call));
}

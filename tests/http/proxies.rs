//! Calls through proxies over real sockets.

use std::time::Duration;

use apikeys::http::{Call, Client, Error, Response, RetrySafety, Settings, Trust};
use apikeys::secret::Secret;
use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::server::{Reply, Server, acceptor, answer};
use super::{MARKER, Vendor, chain, patient, settings};

/// A listener whose connections a function serves, one after the other.
struct Host {
    address: String,
    serving: JoinHandle<()>,
}

impl Host {
    async fn start<F: Future<Output = ()> + Send>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream).await;
            }
        });
        Self { address, serving }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Trust in a new identity for a name, and the server's side of TLS with it.
fn identity(name: &str) -> (Trust, TlsAcceptor) {
    let identity = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    (Trust::Only(vec![identity.cert.der().clone()]), acceptor(&identity))
}

/// A service over TLS.
async fn service(acceptor: TlsAcceptor) -> Host {
    Host::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&answer("200 OK", &["connection: close"], "{}")).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// An HTTP proxy that connects everybody to one host, or answers so. What it is asked is told.
async fn http_proxy(reply: Result<String, &'static str>) -> (Host, UnboundedReceiver<String>) {
    let (asked, told) = unbounded_channel();
    let proxy = Host::start(move |mut stream| {
        let (asked, reply) = (asked.clone(), reply.clone());
        async move {
            let _ = asked.send(head(&mut stream).await);
            match reply {
                Ok(host) => {
                    let mut there = TcpStream::connect(host).await.unwrap();
                    stream
                        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        .await
                        .unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut there).await;
                }
                Err(reply) => {
                    let _ = stream.write_all(reply.as_bytes()).await;
                }
            }
        }
    })
    .await;
    (proxy, told)
}

/// A SOCKS5 proxy that connects everybody who gives this user and password to one host, and answers with a code.
async fn socks_proxy(
    user: Option<(&'static str, &'static str)>,
    host: String,
    code: u8,
) -> (Host, UnboundedReceiver<String>) {
    let (asked, told) = unbounded_channel();
    let proxy = Host::start(move |mut stream| {
        let (asked, host) = (asked.clone(), host.clone());
        async move {
            if socks(&mut stream, user, code, asked).await.is_some() {
                let mut there = TcpStream::connect(host).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut there).await;
            }
        }
    })
    .await;
    (proxy, told)
}

async fn socks(
    stream: &mut TcpStream,
    user: Option<(&str, &str)>,
    code: u8,
    asked: UnboundedSender<String>,
) -> Option<()> {
    let text = async |stream: &mut TcpStream| {
        let length = stream.read_u8().await.ok()?;
        let mut text = vec![0; length.into()];
        stream.read_exact(&mut text).await.ok()?;
        String::from_utf8(text).ok()
    };
    assert_eq!(stream.read_u8().await.ok()?, 5);
    let methods = text(stream).await?;
    let method = if user.is_some() { 2 } else { 0 };
    if !methods.as_bytes().contains(&method) {
        stream.write_all(&[5, 0xff]).await.ok()?;
        return None;
    }
    stream.write_all(&[5, method]).await.ok()?;
    if let Some((name, password)) = user {
        assert_eq!(stream.read_u8().await.ok()?, 1);
        let (found, word) = (text(stream).await?, text(stream).await?);
        let is_known = (found.as_str(), word.as_str()) == (name, password);
        stream.write_all(&[1, u8::from(!is_known)]).await.ok()?;
        if !is_known {
            return None;
        }
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.ok()?;
    // A name, and no address: it is for the proxy to resolve.
    assert_eq!(request, [5, 1, 0, 3]);
    let host = text(stream).await?;
    let port = stream.read_u16().await.ok()?;
    let _ = asked.send(format!("{host}:{port}"));
    stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    (code == 0).then_some(())
}

fn through(proxy: &str, trust: Trust) -> Settings {
    let mut settings = settings();
    settings.retries.attempts = 1;
    settings.network.proxies.http = Some(Secret::new(proxy.to_owned()));
    settings.network.proxies.https = Some(Secret::new(proxy.to_owned()));
    settings.network.trust = trust;
    settings
}

async fn get(settings: Settings, uri: &str) -> Result<Response, Error> {
    let call = Call {
        operation: "ListKeys",
        request: Request::get(uri).body(Bytes::new()).unwrap(),
        retry_safety: RetrySafety::Idempotent,
        deadline: patient(),
    };
    Client::new(settings, CancellationToken::new())
        .send(&Vendor::default(), call)
        .await
}

/// Expects that a call is not sent, and gives what is said of it, which is no password.
async fn not_sent(settings: Settings, uri: &str) -> String {
    let error = get(settings, uri).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
    let said = chain(&error);
    assert!(
        !said.contains(MARKER) && !format!("{error:?}").contains(MARKER),
        "{said}"
    );
    said
}

#[tokio::test]
async fn a_call_goes_through_a_proxy_that_knows_our_name_and_password() {
    let (trust, acceptor) = identity("api.test");
    let service = service(acceptor).await;
    let (proxy, mut asked) = http_proxy(Ok(service.address.clone())).await;
    let url = format!("http://us%65r:{MARKER}@{}", proxy.address);
    get(through(&url, trust), "https://api.test/keys").await.unwrap();
    let asked = asked.recv().await.unwrap();
    assert!(
        asked.starts_with("CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n"),
        "{asked}"
    );
    assert!(
        asked.contains("\r\nProxy-Authorization: Basic dXNlcjpodW50ZXIy\r\n"),
        "{asked}"
    );
    // What is for the service stays between us and it.
    assert!(!asked.contains(MARKER), "{asked}");
}

#[tokio::test]
async fn a_request_without_tls_is_given_to_the_proxy_with_our_name_and_password() {
    let proxy = Server::start([Reply::Bytes(answer("200 OK", &[], "{}"))]).await;
    let url = proxy.url("").replace("http://", &format!("user:{MARKER}@"));
    get(through(&url, Trust::System), "http://api.test:8080/keys?page=1")
        .await
        .unwrap();
    let arrival = &proxy.arrivals()[0];
    assert!(
        arrival
            .text
            .starts_with("GET http://api.test:8080/keys?page=1 HTTP/1.1\r\n"),
        "{arrival:?}"
    );
    assert_eq!(arrival.header("host"), Some("api.test:8080"));
    assert_eq!(arrival.header("proxy-authorization"), Some("Basic dXNlcjpodW50ZXIy"));
}

#[tokio::test]
async fn a_proxy_can_itself_be_spoken_to_over_tls() {
    let (trust, acceptor) = identity("localhost");
    let proxy = service(acceptor).await;
    let url = format!("https://{}", proxy.address.replace("127.0.0.1", "localhost"));
    get(through(&url, trust), "http://api.test/keys").await.unwrap();
}

#[tokio::test]
async fn a_socks_proxy_resolves_names_itself_under_either_scheme() {
    let (trust, acceptor) = identity("api.test");
    let service = service(acceptor).await;
    let plain = Server::start([Reply::Bytes(answer("200 OK", &[], "{}"))]).await;
    let plain_address = plain.url("").replace("http://", "");
    for scheme in ["socks5", "socks5h"] {
        for user in [None, Some(("user", MARKER))] {
            let known = user
                .map(|(name, password)| format!("{name}:{password}@"))
                .unwrap_or_default();
            for (uri, host, expected) in [
                ("https://api.test/keys", &service.address, "api.test:443"),
                ("http://api.test/keys", &plain_address, "api.test:80"),
                ("http://api.test:8080/keys", &plain_address, "api.test:8080"),
            ] {
                let (proxy, mut asked) = socks_proxy(user, host.clone(), 0).await;
                let url = format!("{scheme}://{known}{}", proxy.address);
                get(through(&url, trust.clone()), uri).await.unwrap();
                assert_eq!(asked.recv().await.as_deref(), Some(expected), "{url} {uri}");
            }
        }
    }
    assert!(plain.arrivals()[0].text.starts_with("GET /keys HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_proxy_that_lets_nobody_through_is_named_with_its_status_and_without_its_password() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed_address = closed.local_addr().unwrap().to_string();
    drop(closed);
    let known = format!("user:{MARKER}@");
    let rows = [
        (
            "",
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "status 407: it requires a user name and a password",
        ),
        (
            known.as_str(),
            "HTTP/1.1 407 Nope\r\n\r\n",
            "status 407: it rejected the user name and password",
        ),
        (
            &known,
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nno\n",
            "status 403 Forbidden",
        ),
        ("", "HTTP/1.0 502 Bad Gateway\r\n\r\n", "status 502 Bad Gateway"),
        ("", "", "it did not respond to CONNECT"),
    ];
    for (known, reply, expected) in rows {
        let (proxy, _asked) = http_proxy(Err(reply)).await;
        let url = format!("http://{known}{}", proxy.address);
        let said = not_sent(through(&url, Trust::System), "https://api.test/keys").await;
        assert!(said.contains("ListKeys: no connection to api.test"), "{said}");
        assert!(
            said.contains(&format!("the proxy {} refused to connect", proxy.address)),
            "{said}"
        );
        assert!(said.contains(expected), "{said}");
    }

    let url = format!("http://{known}{closed_address}");
    for uri in ["https://api.test/keys", "http://api.test/keys"] {
        let said = not_sent(through(&url, Trust::System), uri).await;
        assert!(
            said.contains(&format!("the proxy {closed_address} cannot be reached: ")),
            "{said}"
        );
        assert!(said.contains("refused"), "{said}");
    }
}

#[tokio::test]
async fn a_status_407_without_tls_names_the_proxy_and_does_not_prove_that_nothing_ran() {
    let unknown = answer("407 Proxy Authentication Required", &[], "");
    let proxy = Server::start([Reply::Bytes(unknown)]).await;
    let error = get(through(&proxy.url(""), Trust::System), "http://api.test/keys")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error:?}");
    let said = chain(&error);
    let address = proxy.url("").replace("http://", "");
    assert!(
        said.contains(&format!("the proxy {address} responded with status 407")),
        "{said}"
    );
}

#[tokio::test]
async fn a_socks_proxy_that_lets_nobody_through_is_named_with_its_reason_and_without_its_password() {
    let nowhere = "127.0.0.1:1".to_owned();
    let known = format!("user:{MARKER}@");
    let rows = [
        (Some(("user", MARKER)), "", 0, "No acceptable auth methods"),
        (Some(("user", "another")), known.as_str(), 0, "Password auth failure"),
        (None, "", 2, "Connection not allowed by ruleset"),
        (None, "", 4, "Host unreachable"),
    ];
    for (user, known, code, expected) in rows {
        let (proxy, _asked) = socks_proxy(user, nowhere.clone(), code).await;
        let url = format!("socks5://{known}{}", proxy.address);
        let said = not_sent(through(&url, Trust::System), "https://api.test/keys").await;
        assert!(
            said.contains(&format!("the SOCKS proxy {} refused to connect: ", proxy.address)),
            "{said}"
        );
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn a_proxy_that_says_nothing_is_not_waited_for_without_end() {
    let silent = Host::start(|mut stream| async move {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let settings = Settings {
        connect_timeout: Duration::from_millis(100),
        ..through(&format!("http://{}", silent.address), Trust::System)
    };
    let said = not_sent(settings, "https://api.test/keys").await;
    assert!(
        said.contains(&format!("through the proxy {}: no connection within", silent.address)),
        "{said}"
    );
}

#[tokio::test]
async fn certificates_of_a_service_behind_a_proxy_are_checked_and_the_proxy_is_named() {
    let (_, acceptor) = identity("api.test");
    let service = service(acceptor).await;
    let (proxy, _asked) = http_proxy(Ok(service.address.clone())).await;
    let url = format!("http://{}", proxy.address);
    let said = not_sent(through(&url, Trust::System), "https://api.test/keys").await;
    assert!(
        said.contains(&format!("through the proxy {}: ", proxy.address)),
        "{said}"
    );
    assert!(said.to_lowercase().contains("certificate"), "{said}");
}

#[tokio::test]
async fn a_proxy_that_is_none_is_told_without_its_url() {
    for url in [
        format!("ftp://user:{MARKER}@proxy.test"),
        format!("http://user:{MARKER}/x@proxy.test"),
    ] {
        let said = not_sent(through(&url, Trust::System), "https://api.test/keys").await;
        assert!(said.contains("the URL of the proxy for https is invalid"), "{said}");
    }
}

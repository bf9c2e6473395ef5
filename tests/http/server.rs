//! A server on loopback that does to each request what a script says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What happens to a request once it is read.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, on a connection that stays open.
    Bytes(Vec<u8>),
    /// These bytes, on a connection that is then closed.
    Cut(Vec<u8>),
    /// The bytes that a function of the request and of how many came before it makes, on a connection that stays open.
    By(Arc<dyn Fn(&Arrival, usize) -> Vec<u8> + Send + Sync>),
    /// The connection is closed.
    Drop,
    /// Nothing, on a connection that stays open.
    Silence,
    /// These bytes, once there is a permit.
    When(Arc<Semaphore>, Vec<u8>),
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// Counted from 0.
    pub(crate) connection: usize,
    /// Request line, headers and body.
    pub(crate) text: String,
}

pub(crate) struct Server {
    port: u16,
    arrivals: watch::Receiver<Vec<Arrival>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Replies to the requests in order, and to all further ones as to the last.
    pub(crate) async fn start(script: impl Into<Vec<Reply>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, arrivals) = watch::channel(Vec::new());
        let script = Arc::new(Script {
            replies: script.into(),
            seen,
            next: Mutex::new(0),
        });
        let accepting = tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, connection, Arc::clone(&script)));
            }
        });
        Self {
            port,
            arrivals,
            accepting,
        }
    }

    pub(crate) fn url(&self, path_and_query: &str) -> String {
        format!("http://127.0.0.1:{}{path_and_query}", self.port)
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.borrow().clone()
    }

    /// Returns once this many requests have arrived.
    pub(crate) async fn has_seen(&self, count: usize) {
        self.arrivals
            .clone()
            .wait_for(|arrivals| arrivals.len() >= count)
            .await
            .unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Arrival {
    /// The value of a header, its name given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The server's side of TLS with this identity.
pub(crate) fn acceptor(identity: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(identity.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// An answer with a body; `headers` are whole lines.
pub(crate) fn answer(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!(
        "HTTP/1.1 {status}\r\n{lines}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Script {
    replies: Vec<Reply>,
    seen: watch::Sender<Vec<Arrival>>,
    next: Mutex<usize>,
}

impl Script {
    fn reply(&self, arrival: Arrival) -> Reply {
        let mut next = self.next.lock().unwrap();
        let reply = match &self.replies[(*next).min(self.replies.len() - 1)] {
            Reply::By(answer) => Reply::Bytes(answer(&arrival, *next)),
            reply => reply.clone(),
        };
        *next += 1;
        self.seen.send_modify(|seen| seen.push(arrival));
        reply
    }
}

/// Serves one connection until somebody closes it.
async fn serve(mut stream: TcpStream, connection: usize, script: Arc<Script>) {
    while let Some(text) = read_request(&mut stream).await {
        let (bytes, is_last) = match script.reply(Arrival { connection, text }) {
            Reply::Bytes(bytes) => (bytes, false),
            Reply::Cut(bytes) => (bytes, true),
            Reply::Drop | Reply::By(_) => return,
            Reply::Silence => continue,
            Reply::When(permits, bytes) => {
                permits.acquire().await.unwrap().forget();
                (bytes, false)
            }
        };
        let written = stream.write_all(&bytes).await;
        if is_last || written.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        match text.split_once("\r\n\r\n") {
            Some((_, body)) if body.len() >= length => return Some(text),
            _ => {}
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => text.push_str(str::from_utf8(&buffer[..count]).unwrap()),
        }
    }
}

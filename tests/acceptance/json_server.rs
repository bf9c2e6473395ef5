//! A server whose JSON a test makes up, for answers that the sandbox, which is faithful to the clouds, does not give.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A server on loopback that answers every request with the JSON that a function makes of it.
///
/// Dropping it frees the port.
pub(crate) struct JsonServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A request that was made of the server.
pub(crate) struct Request {
    /// Everything before the body, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl JsonServer {
    pub(crate) fn start(answer: impl FnMut(&Request) -> String + Send + 'static) -> Self {
        Self::with_status("200 OK", answer)
    }

    /// One that answers with another status.
    pub(crate) fn with_status(
        status: &'static str,
        mut answer: impl FnMut(&Request) -> String + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away is not this server's concern.
                let _ = stream.and_then(|stream| serve(stream, status, &mut answer));
            }
        });
        Self {
            address,
            stopped,
            thread: Some(thread),
        }
    }

    /// `HOST:PORT`.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for JsonServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One request per connection.
fn serve(stream: TcpStream, status: &str, answer: &mut impl FnMut(&Request) -> String) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = Vec::new();
    reader.by_ref().take(length.unwrap_or(0)).read_to_end(&mut body)?;
    let body = answer(&Request { head, body });
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

//! CONNECT tunnels through an HTTP proxy (RFC 9110 §9.3.6).

use std::io;

use http::{HeaderValue, StatusCode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The proxy requires authentication, and its URL has no user name and password.
    #[error("it responded to CONNECT with status 407: it requires a user name and a password, set them in its URL")]
    AuthenticationRequired,
    /// The proxy rejects user name and password.
    #[error("it responded to CONNECT with status 407: it rejected the user name and password in its URL")]
    AuthenticationFailed,
    /// The proxy responded with another error.
    #[error("it responded to CONNECT with status {0}")]
    Refused(StatusCode),
    /// The response is not HTTP.
    #[error("its response to CONNECT is not HTTP")]
    Malformed,
    /// The connection to the proxy was closed.
    #[error("it did not respond to CONNECT")]
    Broken(#[source] io::Error),
}

/// Has the proxy at the other end of a stream connect to `host`, a host with a port. Afterwards the stream leads to that host.
pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    user_agent: &HeaderValue,
    authorization: Option<&HeaderValue>,
) -> Result<(), Error> {
    let mut request = Zeroizing::new(Vec::with_capacity(1024));
    request.extend_from_slice(format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: ").as_bytes());
    request.extend_from_slice(user_agent.as_bytes());
    if let Some(authorization) = authorization {
        request.extend_from_slice(b"\r\nProxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
    }
    request.extend_from_slice(b"\r\n\r\n");
    stream.write_all(&request).await.map_err(Error::Broken)?;
    match status(&head(stream).await?).ok_or(Error::Malformed)? {
        status if status.is_success() => Ok(()),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED if authorization.is_none() => Err(Error::AuthenticationRequired),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => Err(Error::AuthenticationFailed),
        status => Err(Error::Refused(status)),
    }
}

/// Reads the head of the proxy's response byte by byte, since the bytes after it are the host's.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Error> {
    const MAX_HEAD: usize = 16 << 10;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() == MAX_HEAD {
            return Err(Error::Malformed);
        }
        head.push(stream.read_u8().await.map_err(Error::Broken)?);
    }
    Ok(head)
}

fn status(head: &[u8]) -> Option<StatusCode> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
    let version = words.next()?;
    let status = StatusCode::from_bytes(words.next()?).ok()?;
    version.starts_with(b"HTTP/1.").then_some(status)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    async fn opened(answer: &[u8], authorization: Option<&HeaderValue>) -> (Result<(), Error>, Vec<u8>) {
        let (mut ours, mut theirs) = tokio::io::duplex(64 << 10);
        theirs.write_all(answer).await.unwrap();
        theirs.shutdown().await.unwrap();
        let agent = HeaderValue::from_static("agent/1");
        let result = open(&mut ours, "api.example:443", &agent, authorization).await;
        let mut rest = Vec::new();
        ours.read_to_end(&mut rest).await.unwrap();
        drop(ours);
        let mut sent = String::new();
        theirs.read_to_string(&mut sent).await.unwrap();
        assert!(
            sent.starts_with("CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nUser-Agent: agent/1\r\n"),
            "{sent}"
        );
        assert_eq!(
            sent.contains("\r\nProxy-Authorization: Basic "),
            authorization.is_some()
        );
        assert!(sent.ends_with("\r\n\r\n"), "{sent}");
        (result, rest)
    }

    #[tokio::test]
    async fn a_proxy_opens_a_tunnel_or_the_error_says_why_not() {
        let user = HeaderValue::from_static("Basic dXNlcjpodW50ZXIy");
        let endless = [b"HTTP/1.1 200 OK\r\nx: ".as_slice(), &b"x".repeat(20_000)].concat();
        let said = "it responded to CONNECT with status ";
        let malformed = "its response to CONNECT is not HTTP";
        #[rustfmt::skip]
        let rows: [(&[u8], Option<&HeaderValue>, Option<String>); 10] = [
            (b"HTTP/1.1 200 Connection established\r\n\r\nhello", None, None),
            (b"HTTP/1.0 200 OK\r\nvia: x\r\n\r\n", Some(&user), None),
            (b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno", None, Some(format!("{said}403 Forbidden"))),
            (b"HTTP/1.1 502\r\n\r\n", None, Some(format!("{said}502 Bad Gateway"))),
            (b"HTTP/1.1 407 x\r\n\r\n", None,
             Some(format!("{said}407: it requires a user name and a password, set them in its URL"))),
            (b"HTTP/1.1 407 x\r\n\r\n", Some(&user),
             Some(format!("{said}407: it rejected the user name and password in its URL"))),
            (b"SSH-2.0-OpenSSH\r\n\r\n", None, Some(malformed.to_owned())),
            (b"HTTP/1.1 2000 OK\r\n\r\n", None, Some(malformed.to_owned())),
            (&endless, None, Some(malformed.to_owned())),
            (b"HTTP/1.1 200", None, Some("it did not respond to CONNECT".to_owned())),
        ];
        for (answer, authorization, expected) in rows {
            let (result, rest) = opened(answer, authorization).await;
            let text = String::from_utf8_lossy(answer);
            assert_eq!(result.err().map(|error| error.to_string()), expected, "{text}");
            // The bytes of the host are left in the stream.
            if text.contains("established") {
                assert_eq!(rest, b"hello");
            }
        }
    }
}

//! Signatures: request, credentials and time in, headers out.
//!
//! Pure: no I/O and no clock. [`sigv4`] (AWS) and [`tc3`] (Tencent Cloud) are siblings: both put a request into
//! [`canonical`] form and turn that into a [`signature`], each with its own words. [`v1`] (Tencent Cloud's API of 2017) signs a
//! request's parameters. [`token`] (Scaleway) signs nothing.
//!
//! Signing is atomic: a request that cannot be signed stays as it was.

use bytes::Bytes;
use http::header::{HOST, HeaderName, HeaderValue};
use http::{Request, Uri};

use crate::secret::Secret;

pub mod canonical;
pub mod signature;
pub mod sigv4;
pub mod tc3;
pub mod token;
pub mod v1;

/// What somebody signs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Names the key; Tencent Cloud calls it `SecretId`. Not secret, and sent with every request.
    pub access_key_id: String,
    /// The key itself; Tencent Cloud calls it `SecretKey`. Never sent.
    pub secret_access_key: Secret,
    /// Sent along with temporary credentials.
    pub session_token: Option<Secret>,
}

/// Why a request was not signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URI names no host and no `Host` header is there to sign.
    #[error("request names no host")]
    Host,
    /// A header that must be signed is not there.
    #[error("request has no header {header}")]
    Missing {
        /// The header's name.
        header: HeaderName,
    },
    /// The URI of the request cannot take its parameters.
    #[error("parameters do not fit into the URI")]
    Parameters,
    /// A header to be signed is not text.
    #[error("header {header} is not UTF-8")]
    Text {
        /// The header's name.
        header: HeaderName,
    },
    /// A credential, or a value made from one, has a character that HTTP does not allow in a header.
    #[error("value for header {header} holds a character that headers cannot carry")]
    Value {
        /// The header's name.
        header: HeaderName,
    },
}

/// Gives a request the `Host` header it will be sent with, unless it has one: the URI's host, and its port unless that
/// is the scheme's own.
fn fill_in_host(request: &mut Request<Bytes>) -> Result<(), Error> {
    if request.headers().contains_key(HOST) {
        return Ok(());
    }
    let host = host(request.uri()).ok_or(Error::Host)?;
    let value = header_value(&HOST, &host)?;
    request.headers_mut().insert(HOST, value);
    Ok(())
}

fn host(uri: &Uri) -> Option<String> {
    let name = uri.host()?;
    Some(match (uri.port_u16(), uri.scheme_str()) {
        (None, _) | (Some(80), Some("http")) | (Some(443), Some("https")) => name.to_owned(),
        (Some(port), _) => format!("{name}:{port}"),
    })
}

fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| Error::Value { header: name.clone() })
}

/// A header value that neither `Debug` nor HTTP/2 compression tables show.
fn sensitive_value(name: &HeaderName, value: &str) -> Result<HeaderValue, Error> {
    let mut value = header_value(name, value)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_host_header_leaves_out_user_and_default_port() {
        let rows = [
            ("https://a.example/x", Some("a.example")),
            ("https://a.example:443/x", Some("a.example")),
            ("http://a.example:80/x", Some("a.example")),
            ("http://a.example:443/x", Some("a.example:443")),
            ("http://127.0.0.1:4010/x", Some("127.0.0.1:4010")),
            ("http://[::1]:4010/x", Some("[::1]:4010")),
            ("https://user:word@a.example:8443/x", Some("a.example:8443")),
            ("/x", None),
        ];
        for (uri, expected) in rows {
            assert_eq!(host(&uri.parse().unwrap()).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn errors_read_as_sentences_without_a_stop() {
        let header = HeaderName::from_static("x-auth-token");
        let rows = [
            (Error::Host, "request names no host"),
            (Error::Parameters, "parameters do not fit into the URI"),
            (
                Error::Missing { header: header.clone() },
                "request has no header x-auth-token",
            ),
            (
                Error::Text { header: header.clone() },
                "header x-auth-token is not UTF-8",
            ),
            (
                Error::Value { header },
                "value for header x-auth-token holds a character that headers cannot carry",
            ),
        ];
        for (error, text) in rows {
            assert_eq!(error.to_string(), text);
        }
    }
}

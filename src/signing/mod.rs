//! Signs requests: request, credentials and time in, headers out.
//!
//! Pure: no I/O and no clock. [`sigv4`] (AWS) and [`tc3`] (Tencent Cloud) share the [`canonical`] form of a request and the computation of
//! the [`signature`], and differ in their parameters. [`v1`] (Tencent Cloud's API of 2017) signs the parameters of a request. [`token`]
//! (Scaleway) only adds a header.
//!
//! Signing is atomic: a request that cannot be signed is not changed.

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

/// Credentials to sign with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Id of the key, `SecretId` at Tencent Cloud. Not secret, and sent with every request.
    pub access_key_id: String,
    /// The key, `SecretKey` at Tencent Cloud. Never sent.
    pub secret_access_key: Secret,
    /// Session token of temporary credentials.
    pub session_token: Option<Secret>,
}

/// Why a request cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request has neither a host in its URI nor a `Host` header.
    #[error("request has no host")]
    Host,
    /// A header that must be signed is missing.
    #[error("request has no header {header}")]
    Missing {
        /// The header's name.
        header: HeaderName,
    },
    /// The parameters make the URI of the request invalid, such as too long.
    #[error("parameters do not fit into the URI")]
    Parameters,
    /// A header to be signed is not UTF-8.
    #[error("header {header} is not UTF-8")]
    Text {
        /// The header's name.
        header: HeaderName,
    },
    /// A credential has a character that is invalid in a header.
    #[error("value of header {header} has a character that is invalid in a header")]
    Value {
        /// The header's name.
        header: HeaderName,
    },
}

/// Adds the `Host` header unless the request has one: the URI's host, and its port unless that is the scheme's default.
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

/// A header value that `Debug` does not show, and that is kept out of HTTP/2 compression tables.
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
            (Error::Host, "request has no host"),
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
                "value of header x-auth-token has a character that is invalid in a header",
            ),
        ];
        for (error, text) in rows {
            assert_eq!(error.to_string(), text);
        }
    }
}

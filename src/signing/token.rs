//! Scaleway's secret key as a token: one header, nothing to sign.

use bytes::Bytes;
use http::Request;
use http::header::HeaderName;

use super::{Error, sensitive_value};
use crate::secret::Secret;

/// Adds the header `X-Auth-Token`, flagged as sensitive.
///
/// # Errors
///
/// [`Error::Value`] when the token has a character that headers cannot carry. The request is unchanged then.
pub fn authorize(request: &mut Request<Bytes>, token: &Secret) -> Result<(), Error> {
    let value = sensitive_value(&TOKEN, token.expose())?;
    request.headers_mut().insert(TOKEN, value);
    Ok(())
}

const TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

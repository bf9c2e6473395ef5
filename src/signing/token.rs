//! Scaleway's secret key as a token in a header. Nothing is signed.

use bytes::Bytes;
use http::Request;
use http::header::HeaderName;

use super::{Error, sensitive_value};
use crate::secret::Secret;

/// Adds the header `X-Auth-Token`, marked as sensitive.
///
/// # Errors
///
/// [`Error::Value`] if the token has a character that is invalid in a header. The request is then unchanged.
pub fn authorize(request: &mut Request<Bytes>, token: &Secret) -> Result<(), Error> {
    let value = sensitive_value(&TOKEN, token.expose())?;
    request.headers_mut().insert(TOKEN, value);
    Ok(())
}

const TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

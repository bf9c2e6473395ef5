//! Tencent Cloud's TC3-HMAC-SHA256, the signature of its API 3.0.
//!
//! Source of the rules: the page "Signature v3" of the vendor's API documents.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};

use super::canonical::{CanonicalRequest, HeaderRule, PathRule, Rules, ValueRule};
use super::signature::{Algorithm, CredentialScope, StringToSign};
use super::{Credentials, Error, fill_in_host, sensitive_value};

/// Signs a request: adds `X-TC-Timestamp`, `X-TC-Token` for temporary credentials, `Authorization`, and `Host` if it is missing. An earlier
/// signature is replaced.
///
/// The signature covers `Content-Type`, `Host` and, if present, `X-TC-Action`. `service` is the name of the product, such as `apigateway`,
/// whatever the host of the request.
///
/// # Errors
///
/// [`Error`] if the request has no host or no content type, or a header or credential is invalid. The request is then unchanged.
pub fn sign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    service: &str,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let mut signed = request.clone();
    fill_in_host(&mut signed)?;
    let headers = signed.headers_mut();
    if !headers.contains_key(CONTENT_TYPE) {
        return Err(Error::Missing { header: CONTENT_TYPE });
    }
    headers.insert(TIMESTAMP, HeaderValue::from(at.timestamp()));
    headers.remove(TOKEN);
    if let Some(token) = &credentials.session_token {
        headers.insert(TOKEN, sensitive_value(&TOKEN, token.expose())?);
    }

    let canonical = canonical_request(&signed, &SIGNED)?;
    let authorization = string_to_sign(&canonical, service, at).authorization(credentials, &canonical)?;
    signed.headers_mut().insert(AUTHORIZATION, authorization);
    *request = signed;
    Ok(())
}

/// The canonical request, with those headers of `signed`, in lower case, that the request has.
///
/// # Errors
///
/// [`Error::Text`] if a header is not UTF-8.
pub fn canonical_request(request: &Request<Bytes>, signed: &[&str]) -> Result<CanonicalRequest, Error> {
    let rules = Rules {
        path: PathRule::Root,
        headers: HeaderRule::Only(signed),
        values: ValueRule::Lowercase,
    };
    CanonicalRequest::new(request, &rules)
}

/// The string to sign of a request.
pub fn string_to_sign(canonical: &CanonicalRequest, service: &str, at: DateTime<Utc>) -> StringToSign {
    let day = at.format("%Y-%m-%d").to_string();
    let scope = [day.as_str(), service, "tc3_request"];
    StringToSign::new(
        ALGORITHM,
        at.timestamp().to_string(),
        CredentialScope(scope.map(str::to_owned).to_vec()),
        canonical,
    )
}

/// The headers that [`sign`] signs.
pub const SIGNED: [&str; 3] = ["content-type", "host", "x-tc-action"];

const ALGORITHM: Algorithm = Algorithm {
    name: "TC3-HMAC-SHA256",
    key_prefix: "TC3",
};
const TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
const TOKEN: HeaderName = HeaderName::from_static("x-tc-token");

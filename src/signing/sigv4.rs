//! AWS Signature Version 4, with the signature in a header.
//!
//! Source of the rules: "Create a signed AWS API request" in the IAM user guide.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HeaderName};

use super::canonical::{CanonicalRequest, HeaderRule, PathRule, Rules, ValueRule};
use super::signature::{Algorithm, CredentialScope, StringToSign};
use super::{Credentials, Error, fill_in_host, header_value, sensitive_value};

/// The service that a request is signed for.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Region of the endpoint, such as `us-east-1`.
    pub region: &'a str,
    /// Signing name of the service, such as `apigateway`.
    pub service: &'a str,
    /// [`PathRule::Verbatim`] for S3, [`PathRule::Normalized`] for every other service.
    pub path: PathRule,
}

/// Signs a request: adds `x-amz-date`, `x-amz-security-token` for temporary credentials, `authorization`, and `host` if it is missing. All
/// other headers must be present. An earlier signature is replaced.
///
/// All headers are signed except those that a client or a proxy may change. The service verifies the path as received, so the request must
/// be sent with exactly the path and query of its URI.
///
/// # Errors
///
/// [`Error`] if the request has no host, or a header or credential is invalid. The request is then unchanged.
pub fn sign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    scope: &Scope<'_>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let mut signed = request.clone();
    fill_in_host(&mut signed)?;
    let headers = signed.headers_mut();
    headers.insert(DATE, header_value(&DATE, &timestamp(at))?);
    headers.remove(SECURITY_TOKEN);
    if let Some(token) = &credentials.session_token {
        headers.insert(SECURITY_TOKEN, sensitive_value(&SECURITY_TOKEN, token.expose())?);
    }

    let canonical = canonical_request(&signed, scope)?;
    let authorization = string_to_sign(&canonical, scope, at).authorization(credentials, &canonical)?;
    signed.headers_mut().insert(AUTHORIZATION, authorization);
    *request = signed;
    Ok(())
}

/// The canonical request. The request must have all headers except the signature.
///
/// # Errors
///
/// [`Error::Text`] if a header is not UTF-8.
pub fn canonical_request(request: &Request<Bytes>, scope: &Scope<'_>) -> Result<CanonicalRequest, Error> {
    let rules = Rules {
        path: scope.path,
        headers: HeaderRule::AllBut(&UNSIGNED),
        values: ValueRule::Collapsed,
    };
    CanonicalRequest::new(request, &rules)
}

/// The string to sign of a request.
pub fn string_to_sign(canonical: &CanonicalRequest, scope: &Scope<'_>, at: DateTime<Utc>) -> StringToSign {
    let day = at.format("%Y%m%d").to_string();
    let scope = [day.as_str(), scope.region, scope.service, "aws4_request"];
    StringToSign::new(
        ALGORITHM,
        timestamp(at),
        CredentialScope(scope.map(str::to_owned).to_vec()),
        canonical,
    )
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

const ALGORITHM: Algorithm = Algorithm {
    name: "AWS4-HMAC-SHA256",
    key_prefix: "AWS4",
};
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The signature itself, and headers that clients and proxies add or change.
const UNSIGNED: [&str; 6] = [
    "authorization",
    "connection",
    "expect",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

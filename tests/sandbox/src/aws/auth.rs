//! Signature Version 4, recomputed by the vendor's own crate from the request as received.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use http::{HeaderMap, header};

use super::refusal::Refusal;
use crate::credentials;
use crate::reply::Received;
use crate::world::World;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const STAMP: &str = "%Y%m%dT%H%M%SZ";
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Who signed, and for which region.
pub(super) struct Signer {
    pub(super) access_key_id: String,
    pub(super) region: String,
}

/// Checks the signature of a call of this service.
pub(super) fn verify(world: &World, request: &Received, service: &str, now: DateTime<Utc>) -> Result<Signer, Refusal> {
    let authorization = Authorization::of(request.headers(), service)?;
    let date = authorization.date_checked(request.headers(), now)?;
    let identity = identity(world, &authorization, request.headers(), now)?;
    authorization.demand_signed(request.headers())?;
    let expected = signature(request, &authorization, identity, date).ok_or_else(Refusal::signature_mismatch)?;
    if expected != authorization.signature {
        return Err(Refusal::signature_mismatch());
    }
    Ok(Signer {
        access_key_id: authorization.access_key.to_owned(),
        region: authorization.region.to_owned(),
    })
}

/// The parts of an `Authorization` header.
struct Authorization<'a> {
    access_key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn of(headers: &'a HeaderMap, expected: &str) -> Result<Self, Refusal> {
        let missing = || Refusal::forbidden("MissingAuthenticationTokenException", "Missing Authentication Token");
        let value = text(headers, header::AUTHORIZATION.as_str()).ok_or_else(missing)?;
        let parameters = value
            .strip_prefix(ALGORITHM)
            .ok_or_else(|| incomplete("an unsupported algorithm is named"))?;
        let parameter = |name: &str| {
            let found = parameters
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            found.ok_or_else(|| incomplete(&format!("Authorization header requires '{name}' parameter.")))
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        let [access_key, date, region, service, "aws4_request"] = scope[..] else {
            return Err(incomplete("Credential must have exactly 5 slash-delimited elements."));
        };
        if service != expected {
            return Err(invalid(format!(
                "Credential should be scoped to correct service: '{expected}'. "
            )));
        }
        let signed_headers = parameter("SignedHeaders")?.split(';').collect();
        Ok(Self {
            access_key,
            date,
            region,
            service,
            signed_headers,
            signature: parameter("Signature")?,
        })
    }

    /// The time of signing, if it is the scope's day and within the window around `now`.
    fn date_checked(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let stamp = text(headers, "x-amz-date")
            .ok_or_else(|| incomplete("Authorization header requires existence of a 'X-Amz-Date' header."))?;
        let date = NaiveDateTime::parse_from_str(stamp, STAMP)
            .map_err(|_| incomplete("Date must be in ISO-8601 'basic format'."))?
            .and_utc();
        if stamp.get(..8) != Some(self.date) {
            return Err(invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP",
            ));
        }
        let (earliest, latest) = (now - WINDOW, now + WINDOW);
        let [now, earliest_stamp, latest_stamp] = [now, earliest, latest].map(|time| time.format(STAMP).to_string());
        if date < earliest {
            let message = format!("Signature expired: {stamp} is now earlier than {earliest_stamp} ({now} - 15 min.)");
            return Err(invalid(message));
        }
        if date > latest {
            let message =
                format!("Signature not yet current: {stamp} is still later than {latest_stamp} ({now} + 15 min.)");
            return Err(invalid(message));
        }
        Ok(date)
    }

    /// `host` and every `x-amz-*` header have to be under the signature.
    fn demand_signed(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_signed = |name: &str| self.signed_headers.contains(&name);
        if !is_signed("host") {
            return Err(invalid(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        let unsigned = headers
            .keys()
            .find(|name| name.as_str().starts_with("x-amz-") && !is_signed(name.as_str()));
        match unsigned {
            Some(name) => Err(invalid(format!(
                "'{name}' must be a 'SignedHeader' in the AWS Authorization."
            ))),
            None => Ok(()),
        }
    }
}

/// The credentials behind the access key, with the session token where it has one.
fn identity(
    world: &World,
    authorization: &Authorization<'_>,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<Credentials, Refusal> {
    let (secret, token) = match authorization.access_key {
        credentials::AWS_ACCESS_KEY_ID => (credentials::AWS_SECRET_ACCESS_KEY, None),
        credentials::AWS_TEMPORARY_ACCESS_KEY_ID => (
            credentials::AWS_TEMPORARY_SECRET_ACCESS_KEY,
            Some(credentials::AWS_SESSION_TOKEN),
        ),
        access_key => match world.aws_sessions.get(access_key) {
            Some(session) if session.ends <= now => return Err(Refusal::expired()),
            Some(session) => (session.secret_access_key.as_str(), Some(session.token.as_str())),
            None => return Err(unrecognized()),
        },
    };
    if text(headers, "x-amz-security-token") != token {
        return Err(unrecognized());
    }
    Ok(Credentials::new(
        authorization.access_key,
        secret,
        token.map(str::to_owned),
        None,
        "sandbox",
    ))
}

/// What the signature has to be; `None` if the request cannot be put into canonical form.
fn signature(
    request: &Received,
    authorization: &Authorization<'_>,
    identity: Credentials,
    date: DateTime<Utc>,
) -> Option<String> {
    let headers = signed_headers(request.headers(), &authorization.signed_headers)?;
    let target = request.uri().path_and_query()?;
    let url = format!("http://{}{target}", text(request.headers(), "host")?);
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), url, headers.into_iter(), body).ok()?;
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let identity = identity.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(authorization.region)
        .name(authorization.service)
        .time(SystemTime::from(date))
        .settings(settings)
        .build()
        .ok()?;
    Some(sign(signable, &parameters.into()).ok()?.into_parts().1)
}

/// The headers to be signed, as received, without those that the signer adds by itself.
fn signed_headers<'a>(headers: &'a HeaderMap, names: &[&'a str]) -> Option<Vec<(&'a str, &'a str)>> {
    let mut signed = Vec::new();
    for &name in names
        .iter()
        .filter(|name| !["x-amz-date", "x-amz-security-token"].contains(name))
    {
        let values = headers.get_all(name);
        values.iter().next()?;
        for value in values {
            signed.push((name, std::str::from_utf8(value.as_bytes()).ok()?));
        }
    }
    Some(signed)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn incomplete(message: &str) -> Refusal {
    Refusal::forbidden("IncompleteSignature", message.to_owned())
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::forbidden("InvalidSignatureException", message.into())
}

fn unrecognized() -> Refusal {
    Refusal::forbidden(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use bytes::Bytes;
    use http::Request;

    use super::*;

    const EMPTY: &str = "";
    const ARN: &str = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fabcde12345";

    /// Requests of this service with signatures on which botocore 1.44.5 and a hand-written implementation agree, for
    /// AWS's published example pair of keys.
    #[test]
    fn signatures_are_those_that_other_implementations_make() {
        let rows = [
            (
                "GET",
                "/apikeys?includeValues=true&limit=500".to_owned(),
                EMPTY,
                None,
                "eb03b90211803e69d3b0b6dc670f4338d177673c97344bd49ec54f1e5fe00b0c",
            ),
            (
                "POST",
                "/apikeys".to_owned(),
                r#"{"enabled":true,"name":"demo"}"#,
                None,
                "0180fff88ed78a1a648e91cd8ac03e5bbce2b097910d811962454eb698451ca0",
            ),
            (
                "PUT",
                format!("/tags/{ARN}"),
                r#"{"tags":{"a":"b"}}"#,
                None,
                "3fb89560f25735bf32bc39b42710fc38c9de7f6704e8703c7ddcdb65521c3996",
            ),
            (
                "DELETE",
                format!("/tags/{ARN}?tagKeys=a&tagKeys=b%20c"),
                EMPTY,
                None,
                "50fd5d599b3bf3a2e74c4c5abf7d4bf8b293d5e9713b614f9608e322f5738651",
            ),
            (
                "DELETE",
                "/apikeys/abcde12345".to_owned(),
                EMPTY,
                Some("SESSIONTOKENEXAMPLE"),
                "f5cd80b8a5ba19ae77a59453c93038a62cb36f7ca4f09050666c7a34f352001a",
            ),
        ];
        let date = NaiveDateTime::parse_from_str("20150830T123600Z", STAMP)
            .unwrap()
            .and_utc();
        for (method, target, body, token, expected) in rows {
            let request = request(method, &target, body);
            let mut signed_headers = vec!["accept", "content-type", "host", "x-amz-date", "x-amz-security-token"];
            signed_headers.retain(|name| *name != "content-type" || !body.is_empty());
            let authorization = Authorization {
                access_key: "AKIDEXAMPLE",
                date: "20150830",
                region: "us-east-1",
                service: "apigateway",
                signed_headers,
                signature: "",
            };
            let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
            let identity = Credentials::new("AKIDEXAMPLE", secret, token.map(str::to_owned), None, "test");
            let made = signature(&request, &authorization, identity, date);
            assert_eq!(made.as_deref(), Some(expected), "{method} {target}");
        }
    }

    fn request(method: &str, target: &str, body: &'static str) -> Received {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", "apigateway.us-east-1.amazonaws.com")
            .header("accept", "application/json")
            .header("content-type", "application/json");
        request.body(Bytes::from_static(body.as_bytes())).unwrap()
    }
}

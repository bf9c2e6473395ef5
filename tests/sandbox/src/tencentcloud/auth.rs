//! TC3-HMAC-SHA256, recomputed from the request as received.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header;
use sha2::{Digest, Sha256};

use super::header as header_text;
use super::refusal::Refusal;
use crate::credentials;
use crate::reply::Received;
use crate::world::World;

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const WINDOW: TimeDelta = TimeDelta::minutes(5);
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Makes sure that a request to a service is signed by somebody who may, and at this time.
pub(super) fn verify(world: &World, request: &Received, service: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
    let timestamp = header_text(request.headers(), "x-tc-timestamp").ok_or_else(|| Refusal::missing("Timestamp"))?;
    let value = header_text(request.headers(), header::AUTHORIZATION.as_str())
        .ok_or_else(|| Refusal::missing("Authorization"))?;
    let authorization = Authorization::parse(value).ok_or_else(malformed)?;
    let signed_at = timestamp
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let signed_at = signed_at.ok_or_else(|| Refusal::wrong_type("Timestamp"))?;
    if (now - signed_at).abs() > WINDOW {
        return Err(Refusal::signature_expired());
    }
    // A scope of another day or service cannot lead to the key the server derives.
    if authorization.date != signed_at.format("%Y-%m-%d").to_string() || authorization.service != service {
        return Err(mismatch());
    }
    let token = header_text(request.headers(), "x-tc-token").filter(|token| !token.is_empty());
    let secret_key = secret_key(world, authorization.secret_id, token, now)?;
    let canonical = canonical_request(request, &authorization).ok_or_else(mismatch)?;
    if signature(&authorization, secret_key, timestamp, &canonical).as_deref() != Some(authorization.signature) {
        return Err(mismatch());
    }
    Ok(())
}

/// The parts of an `Authorization` header.
struct Authorization<'a> {
    secret_id: &'a str,
    date: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let parameters = value.strip_prefix(ALGORITHM)?;
        let parameter = |name: &str| {
            parameters
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        let [secret_id, date, service, "tc3_request"] = scope[..] else {
            return None;
        };
        let signed_headers = parameter("SignedHeaders")?;
        Some(Self {
            secret_id,
            date,
            service,
            signed_headers,
            signature: parameter("Signature")?,
        })
    }
}

/// The key that belongs to an id, if the token fits both.
pub(super) fn secret_key(
    world: &World,
    secret_id: &str,
    token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<&'static str, Refusal> {
    let is_current =
        |token| token == credentials::TENCENTCLOUD_TOKEN || world.tokens.get(token).is_some_and(|ends| now < *ends);
    let (secret_key, fits) = match secret_id {
        credentials::TENCENTCLOUD_SECRET_ID => (credentials::TENCENTCLOUD_SECRET_KEY, token.is_none()),
        credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID => (
            credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
            token.is_some_and(is_current),
        ),
        _ => {
            let message = "The SecretId is not found, please ensure that your SecretId is correct.";
            return Err(Refusal::new("AuthFailure.SecretIdNotFound", message));
        }
    };
    if !fits {
        return Err(Refusal::wrong_token());
    }
    Ok(secret_key)
}

/// The canonical request over the received bytes; `None` if `content-type` or `host` is unsigned or a signed header absent.
fn canonical_request(request: &Received, authorization: &Authorization<'_>) -> Option<String> {
    let mut names: Vec<&str> = authorization.signed_headers.split(';').collect();
    names.sort_unstable();
    if !["content-type", "host"].iter().all(|required| names.contains(required)) {
        return None;
    }
    let mut headers = String::new();
    for name in names {
        let value = std::str::from_utf8(request.headers().get(name)?.as_bytes()).ok()?;
        headers.push_str(&format!("{name}:{}\n", value.trim().to_lowercase()));
    }
    let payload = match header_text(request.headers(), "x-tc-content-sha256") {
        Some(UNSIGNED_PAYLOAD) => UNSIGNED_PAYLOAD.as_bytes(),
        _ => request.body(),
    };
    let lines = [
        request.method().as_str(),
        "/",
        request.uri().query().unwrap_or_default(),
        &headers,
        authorization.signed_headers,
        &hex::encode(Sha256::digest(payload)),
    ];
    Some(lines.join("\n"))
}

fn signature(authorization: &Authorization<'_>, secret_key: &str, timestamp: &str, canonical: &str) -> Option<String> {
    let Authorization { date, service, .. } = authorization;
    let hashed = hex::encode(Sha256::digest(canonical));
    let to_sign = format!("{ALGORITHM}\n{timestamp}\n{date}/{service}/tc3_request\n{hashed}");
    let mut key = format!("TC3{secret_key}").into_bytes();
    for part in [date, service, "tc3_request"] {
        key = hmac(&key, part)?;
    }
    hmac(&key, &to_sign).map(hex::encode)
}

fn hmac(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

fn malformed() -> Refusal {
    Refusal::new(
        "AuthFailure.InvalidAuthorization",
        "The request header `Authorization` is invalid.",
    )
}

pub(super) fn mismatch() -> Refusal {
    let message = "The provided credentials could not be validated. Please check your signature is correct.";
    Refusal::new("AuthFailure.SignatureFailure", message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use bytes::Bytes;
    use http::Request;

    use super::*;

    const EXAMPLE_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
    const MASKED_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3*******";
    const DOCUMENTED_BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    /// The vendor's published example in two generations, then calls of this service signed for the later one's
    /// credentials by an independent implementation.
    #[test]
    fn signatures_are_those_that_are_published() {
        let json = "application/json; charset=utf-8";
        let documented = request("POST", "/", "cvm", json, DOCUMENTED_BODY);
        let describe = request(
            "POST",
            "/",
            "apigateway",
            "application/json",
            r#"{"AccessKeyId":"AKIDEXAMPLE"}"#,
        );
        let form = "application/x-www-form-urlencoded";
        let get = request("GET", "/?AccessKeyId=AKIDEXAMPLE", "apigateway", form, "");
        let mut unsigned = describe.clone();
        unsigned
            .headers_mut()
            .insert("x-tc-content-sha256", UNSIGNED_PAYLOAD.parse().unwrap());
        let (two, three) = ("content-type;host", "content-type;host;x-tc-action");
        let rows = [
            (
                MASKED_KEY,
                "cvm",
                two,
                &documented,
                "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
            ),
            (
                MASKED_KEY,
                "cvm",
                three,
                &documented,
                "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
            ),
            (
                EXAMPLE_KEY,
                "cvm",
                two,
                &documented,
                "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
            ),
            (
                EXAMPLE_KEY,
                "apigateway",
                two,
                &describe,
                "bbbc2911a16ba7dbb382828a29b1eab7b60a83ab4cabd3e997e1804598d77ca6",
            ),
            (
                EXAMPLE_KEY,
                "apigateway",
                two,
                &get,
                "dbbec8b5943b548dc8c1709138eeeed220a4969551c4f629ab6e7d7cda0f22b0",
            ),
            (
                EXAMPLE_KEY,
                "apigateway",
                two,
                &unsigned,
                "6d701ff5ac0a2edf63160d108c1263ad92fe38859b6e66042d44e097c444eb3f",
            ),
        ];
        for (key, service, signed_headers, request, expected) in rows {
            let authorization = Authorization {
                secret_id: "",
                date: "2019-02-25",
                service,
                signed_headers,
                signature: "",
            };
            let canonical = canonical_request(request, &authorization).unwrap();
            let made = signature(&authorization, key, "1551113065", &canonical);
            assert_eq!(made.as_deref(), Some(expected), "{canonical}");
        }
    }

    fn request(method: &str, target: &str, service: &str, content_type: &str, body: &'static str) -> Received {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", format!("{service}.tencentcloudapi.com"))
            .header("content-type", content_type)
            .header("x-tc-action", "DescribeInstances");
        request.body(Bytes::from_static(body.as_bytes())).unwrap()
    }
}

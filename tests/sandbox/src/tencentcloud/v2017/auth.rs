//! Signature v1, recomputed from the request as received.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header;
use sha1::Sha1;
use sha2::Sha256;

use super::{Form, required};
use crate::reply::Received;
use crate::tencentcloud::refusal::Refusal;
use crate::tencentcloud::{auth, header as header_text};
use crate::world::World;

const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// Makes sure that a request is signed by somebody who may, at this time, and for the first time.
pub(super) fn verify(world: &mut World, request: &Received, form: &Form, now: DateTime<Utc>) -> Result<(), Refusal> {
    let secret_id = required(form, "SecretId")?;
    let signature = required(form, "Signature")?;
    let timestamp: i64 = number(form, "Timestamp")?;
    let nonce: u64 = number(form, "Nonce")?;
    if nonce == 0 {
        return Err(Refusal::wrong_type("Nonce"));
    }
    let signed_at = DateTime::from_timestamp(timestamp, 0).ok_or_else(|| Refusal::wrong_type("Timestamp"))?;
    if (now - signed_at).abs() > WINDOW {
        return Err(Refusal::signature_expired());
    }
    let token = form.get("Token").map(String::as_str).filter(|token| !token.is_empty());
    let secret_key = auth::secret_key(world, secret_id, token, now)?;
    let host = header_text(request.headers(), header::HOST.as_str()).unwrap_or_default();
    let text = string_to_sign(request.method().as_str(), host, request.uri().path(), form);
    let method = form.get("SignatureMethod").map(String::as_str);
    if sign(&text, secret_key, method).as_deref() != Some(signature) {
        return Err(auth::mismatch());
    }
    if !world.nonces.insert((secret_id.to_owned(), nonce)) {
        return Err(Refusal::new("ReplayAttack", "The nonce has been used before."));
    }
    Ok(())
}

fn number<T: std::str::FromStr>(form: &Form, name: &str) -> Result<T, Refusal> {
    required(form, name)?.parse().map_err(|_| Refusal::wrong_type(name))
}

fn string_to_sign(method: &str, host: &str, path: &str, form: &Form) -> String {
    let signed = form.iter().filter(|(name, _)| *name != "Signature");
    let mut pairs: Vec<_> = signed
        .map(|(name, value)| format!("{}={value}", name.replace('_', ".")))
        .collect();
    pairs.sort();
    format!("{method}{host}{path}?{}", pairs.join("&"))
}

/// With SHA-256 if the method says so by its exact name, else with SHA-1.
fn sign(text: &str, key: &str, method: Option<&str>) -> Option<String> {
    let digest = match method {
        Some("HmacSHA256") => mac::<Hmac<Sha256>>(text, key)?,
        _ => mac::<Hmac<Sha1>>(text, key)?,
    };
    Some(STANDARD.encode(digest))
}

fn mac<M: Mac + KeyInit>(text: &str, key: &str) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    /// The vendor's published example with either hash, its later one of API 3.0 without a method, and a value beyond ASCII of an
    /// independent implementation.
    #[test]
    fn signatures_are_those_that_are_published() {
        let instances = [
            ("Action", "DescribeInstances"),
            ("InstanceIds.0", "ins-09dx96dg"),
            ("Nonce", "11886"),
            ("Region", "ap-guangzhou"),
            ("Timestamp", "1465185768"),
        ];
        let old = [&instances[..], &[("SecretId", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA")]].concat();
        let new = [
            &instances[..],
            &[
                ("Limit", "20"),
                ("Offset", "0"),
                ("SecretId", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"),
                ("Version", "2017-03-12"),
            ],
        ]
        .concat();
        let tags = vec![
            ("Action", "GetTagValues"),
            ("Nonce", "4906"),
            ("SecretId", "MY_TC_SECRET_ID"),
            ("TagKeys.0", "平台"),
            ("Timestamp", "1000000000"),
            ("Version", "2018-08-13"),
        ];
        let rows = [
            (
                "GET",
                "cvm.api.qcloud.com",
                "/v2/index.php",
                [&old[..], &[("SignatureMethod", "HmacSHA256")]].concat(),
                "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA",
                "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s=",
            ),
            (
                "GET",
                "cvm.api.qcloud.com",
                "/v2/index.php",
                [&old[..], &[("SignatureMethod", "HmacSHA1")]].concat(),
                "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA",
                "nPVnY6njQmwQ8ciqbPl5Qe+Oru4=",
            ),
            (
                "GET",
                "cvm.tencentcloudapi.com",
                "/",
                new,
                "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                "EliP9YW3pW28FpsEdkXt/+WcGeI=",
            ),
            (
                "POST",
                "tag.tencentcloudapi.com",
                "/",
                tags,
                "MY_TC_SECRET_KEY",
                "wC32+fkn0vo3B8Ap0yQEWn0gzFc=",
            ),
        ];
        for (method, host, path, pairs, key, expected) in rows {
            let form: Form = pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let text = string_to_sign(method, host, path, &form);
            let signature_method = form.get("SignatureMethod").map(String::as_str);
            assert_eq!(sign(&text, key, signature_method).as_deref(), Some(expected), "{text}");
        }
    }
}

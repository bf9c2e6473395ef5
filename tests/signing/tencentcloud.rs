//! TC3 against the vectors of the vendor's documents and of client libraries.

use std::collections::BTreeMap;

use apikeys::secret::Secret;
use apikeys::signing::{Credentials, tc3};
use bytes::Bytes;
use chrono::DateTime;
use http::Request;
use serde::Deserialize;

use crate::authorization_part;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// `published`, or `derived` from the published algorithm.
    #[serde(rename = "status")]
    _status: String,
    service: String,
    host: String,
    timestamp: i64,
    secret_id: String,
    secret_key: Secret,
    method: Option<String>,
    #[serde(default)]
    query: String,
    action: Option<String>,
    content_type: String,
    #[serde(default)]
    body: String,
    /// Headers besides content type and host, where the case signs other ones than we do.
    #[serde(default)]
    more_signed_headers: BTreeMap<String, String>,
    canonical_digest: Option<String>,
    signature: Option<String>,
}

#[test]
fn published_and_derived_vectors_pass_stage_by_stage() {
    let vectors: Vectors = serde_json::from_str(include_str!("../data/tc3.json")).unwrap();
    assert_eq!(vectors.cases.len(), 21);
    for case in vectors.cases {
        let name = &case.name;
        let mut request = case.request();
        let at = DateTime::from_timestamp(case.timestamp, 0).unwrap();
        let signed: Vec<_> = tc3::SIGNED
            .into_iter()
            .chain(case.more_signed_headers.keys().map(String::as_str))
            .collect();
        let credentials = Credentials {
            access_key_id: case.secret_id.clone(),
            secret_access_key: case.secret_key.clone(),
            session_token: None,
        };
        tc3::sign(&mut request, &credentials, &case.service, at).unwrap();

        let canonical = tc3::canonical_request(&request, &signed).unwrap();
        if let Some(digest) = &case.canonical_digest {
            assert_eq!(&canonical.digest(), digest, "canonical request of {name}: {canonical}");
        }
        let string_to_sign = tc3::string_to_sign(&canonical, &case.service, at);
        let Some(signature) = &case.signature else { continue };
        assert_eq!(
            &string_to_sign.signature(&case.secret_key),
            signature,
            "signature of {name}: {string_to_sign}"
        );
        if case.more_signed_headers.is_empty() {
            assert_eq!(
                &authorization_part(&request, "Signature"),
                signature,
                "header of {name}"
            );
            assert_eq!(
                authorization_part(&request, "SignedHeaders"),
                canonical.signed_headers(),
                "header of {name}"
            );
        }
    }
}

impl Case {
    fn request(&self) -> Request<Bytes> {
        let mut request = Request::builder()
            .method(self.method.as_deref().unwrap_or("POST"))
            .uri(format!("https://{}/?{}", self.host, self.query))
            .header("content-type", &self.content_type);
        if let Some(action) = &self.action {
            request = request.header("x-tc-action", action);
        }
        for (name, value) in &self.more_signed_headers {
            request = request.header(name, value);
        }
        request.body(Bytes::from(self.body.clone())).unwrap()
    }
}

#[test]
fn the_day_of_the_scope_is_that_of_the_timestamp_in_utc() {
    let mut request = Request::post("https://apigateway.tencentcloudapi.com")
        .header("content-type", "application/json")
        .body(Bytes::new())
        .unwrap();
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Secret::new("example"),
        session_token: Some(Secret::new("token")),
    };
    let at = DateTime::parse_from_rfc3339("2019-02-26T00:44:25+08:00")
        .unwrap()
        .to_utc();
    tc3::sign(&mut request, &credentials, "apigateway", at).unwrap();

    assert_eq!(
        authorization_part(&request, "Credential"),
        "AKIDEXAMPLE/2019-02-25/apigateway/tc3_request"
    );
    assert_eq!(request.headers()["x-tc-timestamp"], "1551113065");
    assert_eq!(request.headers()["x-tc-token"], "token");
    assert_eq!(request.headers()["host"], "apigateway.tencentcloudapi.com");
}

#[test]
fn a_request_without_a_content_type_is_not_signed() {
    let mut request = Request::get("https://apigateway.tencentcloudapi.com")
        .body(Bytes::new())
        .unwrap();
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Secret::new("example"),
        session_token: None,
    };
    let error = tc3::sign(&mut request, &credentials, "apigateway", DateTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(error.to_string(), "request has no header content-type");
    assert!(request.headers().is_empty());
}

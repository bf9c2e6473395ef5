//! SigV4 against the vendor's suite and against vectors for API Gateway.

use apikeys::secret::Secret;
use apikeys::signing::canonical::PathRule;
use apikeys::signing::{Credentials, sigv4};
use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::authorization_part;

#[derive(Deserialize)]
struct Suite<C> {
    access_key_id: String,
    secret_access_key: Secret,
    region: String,
    service: String,
    timestamp: String,
    cases: Vec<C>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorCase {
    name: String,
    session_token: Option<Secret>,
    #[serde(default)]
    omit_session_token: bool,
    normalize: Option<bool>,
    #[serde(default)]
    sign_body: bool,
    request: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
}

#[test]
fn the_vendors_suite_passes_stage_by_stage() {
    let suite: Suite<VendorCase> = serde_json::from_str(include_str!("../data/aws-sigv4.json")).unwrap();
    assert_eq!(suite.cases.len(), 38);
    let at = suite.timestamp.parse().unwrap();
    for case in &suite.cases {
        let name = &case.name;
        let mut request = case.request();
        let scope = sigv4::Scope {
            region: &suite.region,
            service: &suite.service,
            path: case.path_rule(),
        };
        let credentials = Credentials {
            access_key_id: suite.access_key_id.clone(),
            secret_access_key: suite.secret_access_key.clone(),
            session_token: case.session_token.clone().filter(|_| !case.omit_session_token),
        };
        sigv4::sign(&mut request, &credentials, &scope, at).unwrap();

        let canonical = sigv4::canonical_request(&request, &scope).unwrap();
        assert_eq!(
            canonical.to_string(),
            case.canonical_request,
            "canonical request of {name}"
        );
        let string_to_sign = sigv4::string_to_sign(&canonical, &scope, at);
        assert_eq!(
            string_to_sign.to_string(),
            case.string_to_sign,
            "string to sign of {name}"
        );
        assert_eq!(
            authorization_part(&request, "Signature"),
            case.signature,
            "signature of {name}"
        );
        let signed_headers = case.canonical_request.lines().rev().nth(1).unwrap();
        assert_eq!(
            authorization_part(&request, "SignedHeaders"),
            signed_headers,
            "signed headers of {name}"
        );
        let credential = format!("AKIDEXAMPLE/{}", case.string_to_sign.lines().nth(2).unwrap());
        assert_eq!(
            authorization_part(&request, "Credential"),
            credential,
            "credential of {name}"
        );
    }
}

impl VendorCase {
    /// The request as a client sends it: the suite writes targets raw and folds header lines.
    fn request(&self) -> Request<Bytes> {
        let (head, body) = self.request.split_once("\n\n").unwrap_or((&self.request, ""));
        let unfolded = head.trim_end().replace("\n ", "  ");
        let mut lines = unfolded.lines();
        let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(utf8_percent_encode(target, RAW).to_string());
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            request = request.header(name, value);
        }
        if self.sign_body {
            request = request.header("x-amz-content-sha256", hex::encode(Sha256::digest(body)));
        }
        request.body(Bytes::from(body.to_owned())).unwrap()
    }

    /// The suite encodes its raw paths once. Where that makes a difference, a path as it is sent is encoded once already.
    fn path_rule(&self) -> PathRule {
        let target = self.request.lines().next().unwrap();
        let (_, path) = target.strip_suffix(" HTTP/1.1").unwrap().split_once(' ').unwrap();
        match self.normalize {
            Some(false) => PathRule::Verbatim,
            _ if utf8_percent_encode(path, RAW).to_string() != path => PathRule::Verbatim,
            _ => PathRule::Normalized,
        }
    }
}

/// What a URI cannot hold as it is.
const RAW: &AsciiSet = &CONTROLS.add(b' ');

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiGatewayCase {
    name: String,
    method: String,
    target: String,
    #[serde(default)]
    body: String,
    session_token: Option<Secret>,
    signed_headers: String,
    canonical_digest: Option<String>,
    signature: String,
}

#[test]
fn requests_for_api_keys_are_signed_as_the_vendors_client_does() {
    let suite: Suite<ApiGatewayCase> = serde_json::from_str(include_str!("../data/aws-apigateway.json")).unwrap();
    assert_eq!(suite.cases.len(), 6);
    let at = suite.timestamp.parse().unwrap();
    for case in suite.cases {
        let name = case.name;
        let uri = format!("https://apigateway.us-east-1.amazonaws.com{}", case.target);
        let mut request = Request::builder()
            .method(case.method.as_str())
            .uri(uri)
            .header("accept", "application/json");
        if !case.body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let mut request = request.body(Bytes::from(case.body)).unwrap();
        let scope = sigv4::Scope {
            region: &suite.region,
            service: &suite.service,
            path: PathRule::Normalized,
        };
        let credentials = Credentials {
            access_key_id: suite.access_key_id.clone(),
            secret_access_key: suite.secret_access_key.clone(),
            session_token: case.session_token,
        };
        sigv4::sign(&mut request, &credentials, &scope, at).unwrap();

        assert_eq!(
            authorization_part(&request, "SignedHeaders"),
            case.signed_headers,
            "signed headers of {name}"
        );
        if let Some(digest) = case.canonical_digest {
            let canonical = sigv4::canonical_request(&request, &scope).unwrap();
            assert_eq!(canonical.digest(), digest, "canonical request of {name}");
        }
        assert_eq!(
            authorization_part(&request, "Signature"),
            case.signature,
            "signature of {name}"
        );
        assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
        assert_eq!(
            request.uri().path_and_query().unwrap(),
            case.target.as_str(),
            "target of {name}"
        );
    }
}

#[derive(Deserialize)]
struct DoubleEncoding {
    cases: Vec<DoubleEncodingCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DoubleEncodingCase {
    name: String,
    access_key_id: String,
    secret_access_key: Secret,
    region: String,
    service: String,
    timestamp: String,
    uri: String,
    canonical_path: String,
    canonical_digest: Option<String>,
    signature: String,
}

#[test]
fn an_encoded_path_is_encoded_once_more() {
    let vectors: DoubleEncoding = serde_json::from_str(include_str!("../data/aws-double-encoding.json")).unwrap();
    assert_eq!(vectors.cases.len(), 2);
    for case in vectors.cases {
        let name = case.name;
        let at = case.timestamp.parse().unwrap();
        let mut request = Request::post(case.uri).body(Bytes::new()).unwrap();
        let scope = sigv4::Scope {
            region: &case.region,
            service: &case.service,
            path: PathRule::Normalized,
        };
        let credentials = Credentials {
            access_key_id: case.access_key_id,
            secret_access_key: case.secret_access_key,
            session_token: None,
        };
        sigv4::sign(&mut request, &credentials, &scope, at).unwrap();

        let canonical = sigv4::canonical_request(&request, &scope).unwrap();
        assert_eq!(
            canonical.to_string().lines().nth(1).unwrap(),
            case.canonical_path,
            "path of {name}"
        );
        if let Some(digest) = case.canonical_digest {
            assert_eq!(canonical.digest(), digest, "canonical request of {name}");
        }
        assert_eq!(
            authorization_part(&request, "Signature"),
            case.signature,
            "signature of {name}"
        );
    }
}

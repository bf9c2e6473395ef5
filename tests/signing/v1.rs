//! Signature v1 against the vectors of the vendor's documents and of client libraries.

use std::collections::BTreeMap;

use apikeys::secret::Secret;
use apikeys::signing::v1::{self, Hash, Parameters};
use apikeys::signing::{Credentials, Error};
use bytes::Bytes;
use chrono::DateTime;
use http::{Method, Request};
use serde::Deserialize;
use url::form_urlencoded;

#[derive(Deserialize)]
struct Vectors {
    texts: Vec<Text>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Text {
    text: Secret,
    secret_key: Secret,
    hash: String,
    signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// `published`, `recomputed` from what is published elsewhere, or `derived` from the published algorithm.
    #[serde(rename = "status")]
    _status: String,
    #[serde(rename = "origin")]
    _origin: String,
    method: String,
    url: String,
    secret_key: Secret,
    hash: String,
    parameters: BTreeMap<String, String>,
    string_to_sign: String,
    signature: String,
}

const URL: &str = "https://api.example/v2/index.php";

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../data/tencentcloud-v1.json")).unwrap()
}

fn hash(name: &str) -> Hash {
    let hash = match name {
        "HmacSHA1" => Hash::Sha1,
        _ => Hash::Sha256,
    };
    assert_eq!(hash.name(), name);
    hash
}

#[test]
fn published_and_derived_vectors_pass_stage_by_stage() {
    let cases = vectors().cases;
    assert_eq!(cases.len(), 15);
    for case in cases {
        let text = v1::string_to_sign(&case.request(), &case.parameters(|_| true)).unwrap();
        assert_eq!(text.expose(), case.string_to_sign, "string to sign of {}", case.name);
        let signature = v1::signature(&text, &case.secret_key, hash(&case.hash));
        assert_eq!(signature, case.signature, "signature of {}", case.name);
    }
}

#[test]
fn texts_have_the_signatures_of_the_vendors_client() {
    let texts = vectors().texts;
    assert_eq!(texts.len(), 2);
    for text in texts {
        let signature = v1::signature(&text.text, &text.secret_key, hash(&text.hash));
        assert_eq!(signature, text.signature, "{}", text.hash);
    }
}

/// Of the vectors, those that name their method, as our requests do.
#[test]
fn a_signed_request_is_that_of_the_vector() {
    let cases = vectors().cases.into_iter();
    let cases: Vec<_> = cases
        .filter(|case| case.parameters.contains_key("SignatureMethod"))
        .collect();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let signers = ["SecretId", "Nonce", "SignatureMethod", "Timestamp"];
        let method = case.method.parse().unwrap();
        let mut request = request(method, &case.url, &case.parameters(|name| !signers.contains(&name)));
        let at = DateTime::from_timestamp(case.parameters["Timestamp"].parse().unwrap(), 0).unwrap();
        let credentials = Credentials {
            access_key_id: case.parameters["SecretId"].clone(),
            secret_access_key: case.secret_key.clone(),
            session_token: None,
        };
        let nonce = case.parameters["Nonce"].parse().unwrap();
        v1::sign(&mut request, &credentials, hash(&case.hash), nonce, at).unwrap();
        let mut expected = case.parameters.clone();
        expected.insert("Signature".to_owned(), case.signature);
        assert_eq!(parameters_of(&request), expected, "{}", case.name);
        assert_eq!(request.uri().query().is_some(), request.method() == Method::GET);
    }
}

#[test]
fn parameters_arrive_as_they_were_whatever_they_hold() {
    let values = ["", "a b+c", "a=b&c", "平台", "%41", "/?#~-._", "'\"\n"];
    for method in [Method::GET, Method::POST] {
        let mut parameters = Parameters::default();
        for (index, value) in values.into_iter().enumerate() {
            parameters.insert(&format!("values.{index}"), value);
        }
        let mut request = request(method, URL, &parameters);
        let credentials = Credentials {
            access_key_id: "an id\n".to_owned(),
            secret_access_key: Secret::new("key"),
            session_token: Some(Secret::new("to+ken/==")),
        };
        v1::sign(&mut request, &credentials, Hash::Sha256, 1, DateTime::UNIX_EPOCH).unwrap();
        let mut arrived = parameters_of(&request);
        for (index, value) in values.into_iter().enumerate() {
            assert_eq!(arrived.remove(&format!("values.{index}")).as_deref(), Some(value));
        }
        assert_eq!(arrived["SecretId"], "an id\n");
        assert_eq!(arrived["Token"], "to+ken/==");
        assert_eq!(
            arrived.into_keys().collect::<Vec<_>>(),
            [
                "Nonce",
                "SecretId",
                "Signature",
                "SignatureMethod",
                "Timestamp",
                "Token"
            ]
        );
    }
}

#[test]
fn an_underscore_in_a_name_is_signed_as_a_dot() {
    let request = request(Method::GET, URL, &Parameters::default());
    let mut parameters = Parameters::default();
    parameters.insert("ids_1", "b");
    parameters.insert("ids.0", "a_b");
    let text = v1::string_to_sign(&with_host(request), &parameters).unwrap();
    assert_eq!(text.expose(), "GETapi.example/v2/index.php?ids.0=a_b&ids.1=b");
}

#[test]
fn a_port_that_is_not_the_schemes_own_is_part_of_the_host() {
    let mut request = Request::post("http://127.0.0.1:4010/v2/index.php")
        .body(Bytes::new())
        .unwrap();
    v1::sign(&mut request, &credentials(), Hash::Sha1, 1, DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(request.headers()["host"], "127.0.0.1:4010");
    let text = v1::string_to_sign(&request, &Parameters::default()).unwrap();
    assert_eq!(text.expose(), "POST127.0.0.1:4010/v2/index.php");
}

#[test]
fn a_request_that_cannot_be_signed_stays_as_it_was() {
    let mut homeless = Request::get("/v2/index.php").body(Bytes::new()).unwrap();
    let error = v1::sign(&mut homeless, &credentials(), Hash::Sha1, 1, DateTime::UNIX_EPOCH).unwrap_err();
    assert!(matches!(error, Error::Host), "{error:?}");
    assert_eq!(homeless.uri(), "/v2/index.php");

    let mut full = request(Method::GET, URL, &Parameters::default());
    let endless = Credentials {
        session_token: Some(Secret::new("x".repeat(70_000))),
        ..credentials()
    };
    let error = v1::sign(&mut full, &endless, Hash::Sha1, 1, DateTime::UNIX_EPOCH).unwrap_err();
    assert!(matches!(error, Error::Parameters), "{error:?}");
    assert!(full.headers().is_empty());
    assert_eq!(full.uri(), "https://api.example/v2/index.php?");
}

impl Case {
    fn request(&self) -> Request<Bytes> {
        let request = Request::builder().method(self.method.as_str()).uri(&self.url);
        with_host(request.body(Bytes::new()).unwrap())
    }

    fn parameters(&self, which: impl Fn(&str) -> bool) -> Parameters {
        let mut parameters = Parameters::default();
        for (name, value) in self.parameters.iter().filter(|(name, _)| which(name)) {
            parameters.insert(name, value.as_str());
        }
        parameters
    }
}

/// A request that says this, not signed yet.
fn request(method: Method, url: &str, parameters: &Parameters) -> Request<Bytes> {
    let encoded = parameters.encoded();
    let request = Request::builder().method(&method);
    let request = match method {
        Method::GET => request.uri(format!("{url}?{}", *encoded)).body(Bytes::new()),
        _ => request.uri(url).body(Bytes::from_owner(encoded)),
    };
    request.unwrap()
}

fn with_host(mut request: Request<Bytes>) -> Request<Bytes> {
    let host = request.uri().host().unwrap().parse().unwrap();
    request.headers_mut().insert("host", host);
    request
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Secret::new("example"),
        session_token: None,
    }
}

/// What a server finds.
fn parameters_of(request: &Request<Bytes>) -> BTreeMap<String, String> {
    let encoded = match *request.method() {
        Method::GET => request.uri().query().unwrap().as_bytes(),
        _ => request.body(),
    };
    form_urlencoded::parse(encoded).into_owned().collect()
}

//! SigV4 against the vendor's crate, over generated requests.

use std::time::SystemTime;

use apikeys::secret::Secret;
use apikeys::signing::canonical::PathRule;
use apikeys::signing::{Credentials, sigv4};
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use proptest::prelude::*;

use crate::authorization_part;

proptest! {
    #[test]
    fn signatures_equal_those_of_the_vendors_crate(
        request in requests(),
        token in proptest::option::of("[A-Za-z0-9+/=]{1,200}"),
        seconds in 0..4_102_444_800_i64,
        path in prop_oneof![Just(PathRule::Normalized), Just(PathRule::Verbatim)],
    ) {
        let at = DateTime::from_timestamp(seconds, 0).unwrap();
        let scope = sigv4::Scope { region: "eu-central-1", service: "apigateway", path };
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: token.map(Secret::new),
        };

        let mut ours = request.clone();
        sigv4::sign(&mut ours, &credentials, &scope, at).unwrap();
        let theirs = signed_by_the_vendors_crate(request, &credentials, &scope, at);
        for part in ["Credential", "SignedHeaders", "Signature"] {
            prop_assert_eq!(authorization_part(&ours, part), authorization_part(&theirs, part));
        }
        for header in ["x-amz-date", "x-amz-security-token"] {
            prop_assert_eq!(ours.headers().get(header), theirs.headers().get(header));
        }
    }
}

fn requests() -> impl Strategy<Value = Request<Bytes>> {
    let segment = prop_oneof![
        "[A-Za-z0-9._~-]{0,8}",
        "(%[0-9A-F]{2}|[@:!$&'()*+,;=]|[a-z]){1,6}",
        Just(".".to_owned()),
        Just("..".to_owned()),
        Just("arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fabcde12345".to_owned()),
    ];
    // Escapes of ASCII only: the vendor's crate replaces bytes that are not UTF-8.
    let pair = (
        "(%[2-7][0-9A-F]|[A-Za-z0-9._~+-]){0,6}",
        "(%[2-7][0-9A-F]|%E1%88%B4|[A-Za-z0-9._~+=/-]){0,6}",
    );
    let query = proptest::collection::vec(pair, 0..4);
    let header = (
        prop_oneof![
            Just("accept"),
            Just("content-type"),
            Just("my-header"),
            Just("user-agent"),
            Just("x-amz-meta")
        ],
        "[!-~]([ -~]{0,12}[!-~])?",
    );
    let headers = proptest::collection::vec(header, 0..5);
    let method = prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("PATCH"), Just("DELETE")];
    let port = prop_oneof![Just(""), Just(":443"), Just(":4010")];
    let body = proptest::collection::vec(any::<u8>(), 0..64);
    (
        method,
        port,
        proptest::collection::vec(segment, 0..5),
        query,
        headers,
        body,
    )
        .prop_map(|(method, port, segments, query, headers, body)| {
            let pairs: Vec<_> = query
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let uri = format!(
                "https://apigateway.eu-central-1.amazonaws.com{port}/{}?{}",
                segments.join("/"),
                pairs.join("&")
            );
            let mut request = Request::builder().method(method).uri(uri);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            request.body(Bytes::from(body)).unwrap()
        })
}

fn signed_by_the_vendors_crate(
    mut request: Request<Bytes>,
    credentials: &Credentials,
    scope: &sigv4::Scope<'_>,
    at: DateTime<Utc>,
) -> Request<Bytes> {
    let identity = aws_credential_types::Credentials::new(
        credentials.access_key_id.clone(),
        credentials.secret_access_key.expose(),
        credentials
            .session_token
            .as_ref()
            .map(|token| token.expose().to_owned()),
        None,
        "test",
    )
    .into();
    let mut settings = SigningSettings::default();
    if scope.path == PathRule::Verbatim {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(SystemTime::from(at))
        .settings(settings)
        .build()
        .unwrap();
    let (instructions, _) = {
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let uri = request.uri().to_string();
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body).unwrap();
        sign(signable, &params.into()).unwrap().into_parts()
    };
    instructions.apply_to_request_http1x(&mut request);
    request
}

//! Signing again, as the HTTP loop does before every attempt.

use apikeys::secret::Secret;
use apikeys::signing::canonical::PathRule;
use apikeys::signing::v1::{self, Hash};
use apikeys::signing::{Credentials, sigv4, tc3};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use http::Request;

#[test]
fn a_request_signed_before_is_signed_as_if_new() {
    let scope = sigv4::Scope {
        region: "us-east-1",
        service: "apigateway",
        path: PathRule::Normalized,
    };
    let temporary = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Secret::new("example"),
        session_token: Some(Secret::new("token")),
    };
    let permanent = Credentials {
        session_token: None,
        ..temporary.clone()
    };
    let fresh = Request::post("https://api.example/")
        .header("content-type", "application/json")
        .body(Bytes::new())
        .unwrap();
    let earlier = DateTime::UNIX_EPOCH;
    let later = earlier + TimeDelta::days(1);

    let (mut once, mut twice) = (fresh.clone(), fresh.clone());
    sigv4::sign(&mut twice, &temporary, &scope, earlier).unwrap();
    sigv4::sign(&mut twice, &permanent, &scope, later).unwrap();
    sigv4::sign(&mut once, &permanent, &scope, later).unwrap();
    assert_eq!(once.headers(), twice.headers());

    let (mut once, mut twice) = (fresh.clone(), fresh.clone());
    tc3::sign(&mut twice, &temporary, "apigateway", earlier).unwrap();
    tc3::sign(&mut twice, &permanent, "apigateway", later).unwrap();
    tc3::sign(&mut once, &permanent, "apigateway", later).unwrap();
    assert_eq!(once.headers(), twice.headers());

    for method in ["GET", "POST"] {
        let (mut once, mut twice) = (fresh.clone(), fresh.clone());
        for request in [&mut once, &mut twice] {
            *request.method_mut() = method.parse().unwrap();
        }
        v1::sign(&mut twice, &temporary, Hash::Sha1, 1, earlier).unwrap();
        v1::sign(&mut twice, &permanent, Hash::Sha256, 2, later).unwrap();
        v1::sign(&mut once, &permanent, Hash::Sha256, 2, later).unwrap();
        assert_eq!((once.uri(), once.body()), (twice.uri(), twice.body()));
    }
}

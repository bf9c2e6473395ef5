use chrono::{TimeDelta, Utc};
use sandbox::credentials::{TENCENTCLOUD_TEMPORARY_SECRET_ID, TENCENTCLOUD_TEMPORARY_SECRET_KEY, TENCENTCLOUD_TOKEN};
use sandbox::{Options, Sandbox};
use serde_json::json;

use crate::client::Request;
use crate::tencentcloud_client::{Caller, code};

const LIST: &str = "DescribeApiKeysStatus";
const MISMATCH: &str = "AuthFailure.SignatureFailure";

#[test]
fn a_caller_that_cannot_be_trusted_is_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows = [
        (
            "wrong key",
            caller.with(|caller| caller.secret_key = "x".to_owned()),
            MISMATCH,
        ),
        (
            "wrong service",
            caller.with(|caller| caller.service = "cvm".to_owned()),
            MISMATCH,
        ),
        (
            "unknown id",
            caller.with(|caller| caller.secret_id = "AKIDx".to_owned()),
            "AuthFailure.SecretIdNotFound",
        ),
        (
            "temporary id without a token",
            temporary(&caller),
            "AuthFailure.TokenFailure",
        ),
        (
            "late",
            caller.with(|caller| caller.at = Utc::now() - TimeDelta::minutes(6)),
            "AuthFailure.SignatureExpire",
        ),
        (
            "early",
            caller.with(|caller| caller.at = Utc::now() + TimeDelta::minutes(6)),
            "AuthFailure.SignatureExpire",
        ),
        (
            "4 minutes late",
            caller.with(|caller| caller.at = Utc::now() - TimeDelta::minutes(4)),
            "",
        ),
        (
            "4 minutes early",
            caller.with(|caller| caller.at = Utc::now() + TimeDelta::minutes(4)),
            "",
        ),
    ];
    for (name, caller, expected) in rows {
        assert_eq!(caller.refused(LIST, json!({})), expected, "{name}");
    }
}

#[test]
fn a_token_goes_with_temporary_credentials_only() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows = [
        (temporary(&caller), TENCENTCLOUD_TOKEN, ""),
        (temporary(&caller), "another", "AuthFailure.TokenFailure"),
        (caller.clone(), TENCENTCLOUD_TOKEN, "AuthFailure.TokenFailure"),
        (caller.clone(), "", ""),
    ];
    for (caller, token, expected) in rows {
        let request = caller.signed(caller.post(LIST, json!({}))).header("x-tc-token", token);
        assert_eq!(code(&caller.send(&request).json()["Response"]), expected, "{token}");
    }
}

#[test]
fn a_request_that_is_not_what_was_signed_is_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let post = caller.post(LIST, json!({ "Limit": 1 }));
    let signed = caller.signed(post.clone());
    let rows = [
        ("other body", signed.clone().body(json!({ "Limit": 2 })), MISMATCH),
        (
            "other content type",
            signed.clone().header("content-type", "application/json; charset=utf-8"),
            MISMATCH,
        ),
        (
            "host not signed",
            caller.signed_over(post.clone(), &["content-type"]),
            MISMATCH,
        ),
        (
            "content type not signed",
            caller.signed_over(post.clone(), &["host"]),
            MISMATCH,
        ),
        ("no authorization", post.clone(), "MissingParameter"),
        (
            "nonsense",
            signed.clone().header("authorization", "nonsense"),
            "AuthFailure.InvalidAuthorization",
        ),
        (
            "action signed",
            caller.signed_over(post, &["content-type", "host", "x-tc-action"]),
            "",
        ),
        ("as signed", signed, ""),
    ];
    for (name, request, expected) in rows {
        assert_eq!(code(&caller.send(&request).json()["Response"]), expected, "{name}");
    }
}

#[test]
fn the_host_is_verified_as_it_was_received() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let request = caller
        .signed(caller.post(LIST, json!({})))
        .header("host", "http://127.0.0.1");
    assert_eq!(code(&caller.send(&request).json()["Response"]), MISMATCH);
}

#[test]
fn the_common_headers_are_checked() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let signed = caller.signed(caller.post(LIST, json!({})));
    let without = |name: &str| {
        let mut request = signed.clone();
        request.headers.retain(|(other, _)| other != name);
        request
    };
    let rows = [
        ("no action", without("x-tc-action"), "MissingParameter"),
        ("no version", without("x-tc-version"), "MissingParameter"),
        ("no timestamp", without("x-tc-timestamp"), "MissingParameter"),
        ("no region", without("x-tc-region"), "MissingParameter"),
        (
            "unknown action",
            signed.clone().header("x-tc-action", "RenameApiKey"),
            "InvalidAction",
        ),
        (
            "other version",
            signed.clone().header("x-tc-version", "2017-03-12"),
            "NoSuchVersion",
        ),
        (
            "unknown region",
            signed.clone().header("x-tc-region", "mars-1"),
            "UnsupportedRegion",
        ),
        (
            "bad timestamp",
            signed.clone().header("x-tc-timestamp", "today"),
            "InvalidParameter",
        ),
    ];
    for (name, request, expected) in rows {
        assert_eq!(code(&caller.send(&request).json()["Response"]), expected, "{name}");
    }
}

#[test]
fn another_path_or_method_meets_the_gateway_in_front() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    for request in [Request::new("POST", "/v2/other.php"), Request::new("PUT", "/")] {
        let answer = caller.send(&request);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, Some("text/html")),
            "{request:?}"
        );
    }
}

fn temporary(caller: &Caller) -> Caller {
    caller.with(|caller| {
        caller.secret_id = TENCENTCLOUD_TEMPORARY_SECRET_ID.to_owned();
        caller.secret_key = TENCENTCLOUD_TEMPORARY_SECRET_KEY.to_owned();
    })
}

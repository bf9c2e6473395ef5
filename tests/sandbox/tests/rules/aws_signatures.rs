use chrono::{TimeDelta, Utc};
use sandbox::credentials::{AWS_SESSION_TOKEN, AWS_TEMPORARY_ACCESS_KEY_ID, AWS_TEMPORARY_SECRET_ACCESS_KEY};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::aws_client::{Caller, refusal};
use crate::client::Request;

const MISMATCH: &str = "InvalidSignatureException";
const UNKNOWN: &str = "UnrecognizedClientException";
const INCOMPLETE: &str = "IncompleteSignature";

#[test]
fn a_caller_that_cannot_be_trusted_is_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows: Vec<(&str, Caller, &str)> = vec![
        (
            "wrong secret",
            caller.with(|caller| caller.secret = "x".to_owned()),
            MISMATCH,
        ),
        (
            "wrong service",
            caller.with(|caller| caller.service = "execute-api".to_owned()),
            MISMATCH,
        ),
        (
            "unknown access key",
            caller.with(|caller| caller.access_key = "AKIAUNKNOWN000000000".to_owned()),
            UNKNOWN,
        ),
        (
            "long-lived key with a token",
            caller.with(|caller| caller.token = Some("token".to_owned())),
            UNKNOWN,
        ),
        (
            "temporary key without a token",
            temporary(&caller).with(|caller| caller.token = None),
            UNKNOWN,
        ),
        (
            "temporary key with another token",
            temporary(&caller).with(|caller| caller.token = Some("x".to_owned())),
            UNKNOWN,
        ),
        (
            "16 minutes late",
            caller.with(|caller| caller.at = Utc::now() - TimeDelta::minutes(16)),
            MISMATCH,
        ),
        (
            "16 minutes early",
            caller.with(|caller| caller.at = Utc::now() + TimeDelta::minutes(16)),
            MISMATCH,
        ),
    ];
    for (name, caller, expected) in rows {
        let (status, code, _) = refusal(&caller.call("GET", "/apikeys", Value::Null));
        assert_eq!((status, code.as_str()), (403, expected), "{name}");
    }
}

#[test]
fn a_caller_with_good_credentials_is_let_in() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows = [
        ("long-lived", caller.clone()),
        ("temporary", temporary(&caller)),
        (
            "14 minutes late",
            caller.with(|caller| caller.at = Utc::now() - TimeDelta::minutes(14)),
        ),
        (
            "14 minutes early",
            caller.with(|caller| caller.at = Utc::now() + TimeDelta::minutes(14)),
        ),
        (
            "another region",
            caller.with(|caller| caller.region = "eu-west-1".to_owned()),
        ),
    ];
    for (name, caller) in rows {
        assert_eq!(caller.call("GET", "/account", Value::Null).status, 200, "{name}");
    }
}

#[test]
fn a_request_that_is_not_what_was_signed_is_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let request = Request::new("POST", "/apikeys?mode=x").header("accept", "application/json");
    let signed = caller.signed(request.body(json!({ "name": "one" })));
    let authorization = |change: fn(&str) -> String| {
        let (_, value) = signed.headers.iter().find(|(name, _)| name == "authorization").unwrap();
        signed.clone().header("authorization", &change(value))
    };
    let rows = [
        ("other body", signed.clone().body(json!({ "name": "two" })), MISMATCH),
        ("other header", signed.clone().header("accept", "*/*"), MISMATCH),
        (
            "other query",
            Request {
                target: "/apikeys?mode=y".to_owned(),
                ..signed.clone()
            },
            MISMATCH,
        ),
        (
            "other method",
            Request {
                method: "PUT".to_owned(),
                ..signed.clone()
            },
            MISMATCH,
        ),
        (
            "unsigned x-amz header",
            signed.clone().header("x-amz-meta", "x"),
            MISMATCH,
        ),
        (
            "host not signed",
            authorization(|value| value.replace(";host", "")),
            MISMATCH,
        ),
        (
            "other day in the scope",
            authorization(|value| value.replace("/us-east-1", "0/us-east-1")),
            MISMATCH,
        ),
        (
            "no signature",
            authorization(|value| value.split(", Signature").next().unwrap().to_owned()),
            INCOMPLETE,
        ),
        (
            "short scope",
            authorization(|value| value.replace("/aws4_request", "")),
            INCOMPLETE,
        ),
        (
            "other algorithm",
            authorization(|value| value.replace("AWS4", "AWS3")),
            INCOMPLETE,
        ),
    ];
    for (name, request, expected) in rows {
        let (status, code, _) = refusal(&caller.send(&request));
        assert_eq!((status, code.as_str()), (403, expected), "{name}");
    }
    assert_eq!(caller.send(&signed).status, 201);
}

#[test]
fn a_request_without_authorization_misses_its_token() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let answer = Caller::new(&sandbox).send(&Request::new("GET", "/apikeys"));
    let expected = (
        403,
        "MissingAuthenticationTokenException".to_owned(),
        "Missing Authentication Token".to_owned(),
    );
    assert_eq!(refusal(&answer), expected);
}

#[test]
fn a_shifted_clock_refuses_the_real_time_and_tells_its_own() {
    let clock_offset = TimeDelta::minutes(20);
    let sandbox = Sandbox::start(Options {
        clock_offset,
        ..Options::default()
    })
    .unwrap();
    let caller = Caller::new(&sandbox);
    let answer = caller.call("GET", "/account", Value::Null);
    let (status, code, message) = refusal(&answer);
    assert_eq!((status, code.as_str()), (403, MISMATCH));
    assert!(message.starts_with("Signature expired: "), "{message}");

    let date = chrono::DateTime::parse_from_rfc2822(answer.header("date").unwrap()).unwrap();
    let corrected = caller.with(|caller| caller.at = date.to_utc());
    assert_eq!(corrected.call("GET", "/account", Value::Null).status, 200);
}

#[test]
fn the_clock_can_be_shifted_while_requests_come() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    assert_eq!(caller.call("GET", "/account", Value::Null).status, 200);
    let offset = TimeDelta::minutes(-20);
    sandbox.set_clock_offset(offset);
    sandbox.reset();
    let (status, code, message) = refusal(&caller.call("GET", "/account", Value::Null));
    assert_eq!((status, code.as_str()), (403, MISMATCH));
    assert!(message.starts_with("Signature not yet current: "), "{message}");
    let shifted = caller.with(|caller| caller.at += offset);
    let answer = shifted.call("GET", "/account", Value::Null);
    assert_eq!(answer.status, 200);
    let date = chrono::DateTime::parse_from_rfc2822(answer.header("date").unwrap()).unwrap();
    assert!((date.to_utc() - shifted.at).abs() < TimeDelta::minutes(5), "{date}");
    sandbox.set_clock_offset(TimeDelta::zero());
    assert_eq!(caller.call("GET", "/account", Value::Null).status, 200);
}

fn temporary(caller: &Caller) -> Caller {
    caller.with(|caller| {
        caller.access_key = AWS_TEMPORARY_ACCESS_KEY_ID.to_owned();
        caller.secret = AWS_TEMPORARY_SECRET_ACCESS_KEY.to_owned();
        caller.token = Some(AWS_SESSION_TOKEN.to_owned());
    })
}

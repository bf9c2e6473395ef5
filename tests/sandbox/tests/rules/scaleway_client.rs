use sandbox::credentials::SCW_SECRET_KEY;
use sandbox::{Cloud, Sandbox};
use serde_json::Value;

use crate::client::{Answer, Request, send};

pub(crate) const KEYS: &str = "/iam/v1alpha1/api-keys";
pub(crate) const APPLICATION: &str = "a0000000-0000-4000-8000-000000000001";
pub(crate) const USER: &str = "b0000000-0000-4000-8000-000000000001";

/// One call with a token; a null body is no body.
pub(crate) fn call_with(sandbox: &Sandbox, token: &str, method: &str, target: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = Request::new(method, target).header("x-auth-token", token).body(body);
    send(&sandbox.url(Cloud::Scaleway), &request).unwrap()
}

/// One call of somebody who may do everything.
pub(crate) fn call(sandbox: &Sandbox, method: &str, target: &str, body: Value) -> Answer {
    call_with(sandbox, SCW_SECRET_KEY, method, target, &body)
}

/// The arguments that an `invalid_arguments` answer blames, with the reasons.
pub(crate) fn blamed(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 400, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["type"], "invalid_arguments");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let details = body["details"].as_array().unwrap();
    details
        .iter()
        .map(|detail| (text(&detail["argument_name"]), text(&detail["reason"])))
        .collect()
}

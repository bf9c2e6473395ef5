use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use serde_json::{Value, json};

use crate::scaleway_client::{KEYS, USER, call};
use crate::{aws_client, tencentcloud_client};

#[test]
fn an_error_of_aws_has_the_status_and_the_words_of_its_code() {
    let rows = [
        (403, "ExpiredTokenException", "The security token included"),
        (403, "InvalidSignatureException", "The request signature we calculated"),
        (429, "LimitExceededException", "Maximum number of API keys"),
        (403, "RequestTimeTooSkewed", "The difference between the request time"),
        (503, "ServiceUnavailableException", "the sandbox was told"),
        (429, "TooManyRequestsException", "Too Many Requests"),
    ];
    for (status, code, words) in rows {
        let sandbox = told(Cloud::Aws, code);
        let answer = aws_client::Caller::new(&sandbox).call("POST", "/apikeys", json!({}));
        let refusal = aws_client::refusal(&answer);
        assert_eq!((refusal.0, refusal.1.as_str()), (status, code));
        assert!(refusal.2.starts_with(words), "{refusal:?}");
        assert_eq!((written(&sandbox).as_str(), sandbox.aws().keys().len()), (code, 0));
    }
}

#[test]
fn an_error_of_tencent_cloud_is_answered_with_its_code() {
    let rows = [
        ("ActionOffline", "The sandbox was told"),
        ("AuthFailure.SignatureExpire", "The provided credentials"),
        ("AuthFailure.TokenFailure", "The provided token"),
        ("InternalError.OssException", "OSS internal request error"),
        ("RequestLimitExceeded", "Your current request times"),
    ];
    for (code, words) in rows {
        let sandbox = told(Cloud::Tencentcloud, code);
        let caller = tencentcloud_client::Caller::new(&sandbox);
        let response = caller.call("CreateApiKey", json!({ "SecretName": "n" }));
        assert_eq!(tencentcloud_client::code(&response), code);
        let message = response["Error"]["Message"].as_str().unwrap();
        assert!(message.starts_with(words), "{response}");
        assert_eq!(
            (written(&sandbox).as_str(), sandbox.tencentcloud().keys().len()),
            (code, 0)
        );
    }
}

#[test]
fn an_error_of_scaleway_has_the_status_and_the_members_of_its_type() {
    let denied = |reason: &str| json!({ "method": "api_key", "reason": reason });
    let quota = json!({ "details": [{ "resource": "IamApiKeys", "quota": 100, "current": 100 }] });
    let transient = json!({ "resource": "access_key", "resource_id": "", "current_state": "updating" });
    let permissions = json!({ "details": [{ "action": "write", "resource": "api_key" }] });
    let rows = [
        (
            "denied_authentication",
            401,
            "denied_authentication",
            denied("not_found"),
        ),
        (
            "denied_authentication/expired",
            401,
            "denied_authentication",
            denied("expired"),
        ),
        ("permissions_denied", 403, "permissions_denied", permissions),
        ("quotas_exceeded", 403, "quotas_exceeded", quota),
        ("transient_state", 409, "transient_state", transient),
    ];
    for (code, status, kind, members) in rows {
        let sandbox = told(Cloud::Scaleway, code);
        let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER }));
        let Value::Object(mut body) = answer.json() else {
            panic!("{answer:?}");
        };
        assert!(
            body.remove("message").is_some_and(|message| message.is_string()),
            "{code}"
        );
        assert_eq!(
            (answer.status, body.remove("type")),
            (status, Some(json!(kind))),
            "{code}"
        );
        assert_eq!(Value::Object(body), members, "{code}");
        assert_eq!((written(&sandbox).as_str(), sandbox.scaleway().keys().len()), (kind, 0));
    }
}

/// A sandbox that answers the cloud's next request with an error.
fn told(cloud: Cloud, code: &str) -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    sandbox.fault(Fault {
        cloud,
        operation: None,
        kind: FaultKind::Error { code: code.to_owned() },
        times: 1,
    });
    sandbox
}

/// The code of the last request in the journal.
fn written(sandbox: &Sandbox) -> String {
    sandbox.journal().pop().unwrap().code.unwrap()
}

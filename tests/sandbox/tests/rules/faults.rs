use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use serde_json::{Value, json};

use crate::client::{Answer, Broken, Request, send};
use crate::scaleway_client::{KEYS, USER, call};
use crate::{aws_client, tencentcloud_client};

#[test]
fn each_kind_of_fault_shows_and_executes_as_it_says() {
    let rows: Vec<(FaultKind, Result<u16, Broken>, usize)> = vec![
        (FaultKind::Delay { milliseconds: 1 }, Ok(201), 1),
        (FaultKind::DropAfter, Err(Broken::NoAnswer), 1),
        (FaultKind::DropBefore, Err(Broken::NoAnswer), 0),
        (FaultKind::Html, Ok(502), 0),
        (FaultKind::HtmlAfter, Ok(201), 1),
        (FaultKind::Status(503), Ok(503), 0),
        (FaultKind::Throttle { retry_after: Some(7) }, Ok(429), 0),
        (FaultKind::TruncatedBody, Err(Broken::Truncated), 1),
    ];
    for (kind, expected, keys) in rows {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        queue(&sandbox, Cloud::Aws, kind.clone());
        let answer = create_aws_key(&sandbox);
        assert_eq!(
            answer.as_ref().map(|answer| answer.status).map_err(Clone::clone),
            expected,
            "{kind:?}"
        );
        assert_eq!(sandbox.aws().keys().len(), keys, "{kind:?}");
        let entry = sandbox.journal().pop().unwrap();
        assert_eq!(entry.fault, Some(kind.clone()));
        let sent = match (&kind, &expected) {
            (FaultKind::TruncatedBody, _) => Some(201),
            (_, Ok(status)) => Some(*status),
            (_, Err(_)) => None,
        };
        assert_eq!(entry.status, sent, "{kind:?}");
        assert_eq!(create_aws_key(&sandbox).unwrap().status, 201, "{kind:?}");
    }
}

#[test]
fn each_cloud_throttles_in_its_own_way() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for cloud in Cloud::ALL {
        queue(&sandbox, cloud, FaultKind::Throttle { retry_after: Some(7) });
    }
    let answer = create_aws_key(&sandbox).unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(answer.header("x-amzn-errortype"), Some("TooManyRequestsException"));

    let caller = tencentcloud_client::Caller::new(&sandbox);
    assert_eq!(
        caller.refused("CreateApiKey", json!({ "SecretName": "n" })),
        "RequestLimitExceeded"
    );

    let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER }));
    assert_eq!(
        (answer.status, answer.body.as_str(), answer.header("content-type")),
        (429, "", None)
    );
    assert_eq!(
        (answer.header("x-envoy-ratelimited"), answer.header("retry-after")),
        (Some("true"), Some("7"))
    );
}

#[test]
fn each_cloud_names_its_own_errors() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let error = |code: &str| FaultKind::Error { code: code.to_owned() };
    queue(&sandbox, Cloud::Aws, error("ServiceUnavailableException"));
    queue(&sandbox, Cloud::Tencentcloud, error("ActionOffline"));
    queue(&sandbox, Cloud::Scaleway, error("permissions_denied"));
    assert_eq!(create_aws_key(&sandbox).unwrap().status, 503);
    let caller = tencentcloud_client::Caller::new(&sandbox);
    assert_eq!(
        caller.refused("CreateApiKey", json!({ "SecretName": "n" })),
        "ActionOffline"
    );
    assert_eq!(call(&sandbox, "POST", KEYS, json!({ "user_id": USER })).status, 403);
    let codes: Vec<_> = sandbox.journal().into_iter().map(|entry| entry.code.unwrap()).collect();
    assert_eq!(
        codes,
        ["ServiceUnavailableException", "ActionOffline", "permissions_denied"]
    );
}

#[test]
fn each_cloud_has_its_own_server_error() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for cloud in Cloud::ALL {
        queue(&sandbox, cloud, FaultKind::Status(500));
    }
    let answer = create_aws_key(&sandbox).unwrap();
    assert_eq!(
        (answer.status, answer.header("x-amzn-errortype")),
        (500, Some("InternalFailure"))
    );
    let caller = tencentcloud_client::Caller::new(&sandbox);
    let answer = caller.send(&caller.signed(caller.post("CreateApiKey", json!({ "SecretName": "n" }))));
    assert_eq!((answer.status, answer.header("content-type")), (500, Some("text/html")));
    let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER }));
    assert_eq!((answer.status, &answer.json()["type"]), (500, &json!("internal_error")));
}

#[test]
fn a_fault_waits_for_its_operation() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let operation = Some("GetAPIKey".to_owned());
    sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation,
        kind: FaultKind::Html,
        times: 2,
    });
    assert_eq!(call(&sandbox, "GET", KEYS, Value::Null).status, 200);
    let statuses: Vec<u16> = (0..3)
        .map(|_| call(&sandbox, "GET", &format!("{KEYS}/SCWX"), Value::Null).status)
        .collect();
    assert_eq!(statuses, [502, 502, 404]);
}

fn queue(sandbox: &Sandbox, cloud: Cloud, kind: FaultKind) {
    sandbox.fault(Fault {
        cloud,
        operation: None,
        kind,
        times: 1,
    });
}

fn create_aws_key(sandbox: &Sandbox) -> Result<Answer, Broken> {
    let caller = aws_client::Caller::new(sandbox);
    let request = Request::new("POST", "/apikeys")
        .header("accept", "application/json")
        .body("{}");
    send(&sandbox.url(Cloud::Aws), &caller.signed(request))
}

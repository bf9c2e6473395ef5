use std::time::Duration;

use sandbox::credentials::SCW_SECRET_KEY;
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use serde_json::{Value, json};

use crate::client::{Answer, Broken, Connection, Request, send};
use crate::scaleway_client::{KEYS, USER, call};
use crate::{aws_client, tencentcloud_client};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn each_kind_of_fault_shows_and_executes_as_it_says() {
    let rows: Vec<(FaultKind, Result<u16, Broken>, usize)> = vec![
        (FaultKind::CutJson, Ok(201), 1),
        (FaultKind::Delay { milliseconds: 1 }, Ok(201), 1),
        (FaultKind::DropAfter, Err(Broken::NoAnswer), 1),
        (FaultKind::DropBefore, Err(Broken::NoAnswer), 0),
        (FaultKind::Hold { milliseconds: 1 }, Err(Broken::NoAnswer), 0),
        (FaultKind::Html, Ok(502), 0),
        (FaultKind::HtmlAfter, Ok(201), 1),
        (FaultKind::PlainText, Ok(201), 1),
        (replace(None, "{}"), Ok(201), 1),
        (replace(Some(429), ""), Ok(429), 1),
        (FaultKind::Status(503), Ok(503), 0),
        (FaultKind::StatusAfter(500), Ok(500), 1),
        (FaultKind::Throttle { retry_after: Some(7) }, Ok(429), 0),
        (FaultKind::TruncatedBody, Err(Broken::Truncated), 1),
        (FaultKind::Unavailable { retry_after: 7 }, Ok(503), 0),
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
fn each_cloud_has_its_own_server_error() {
    let rows = [
        (FaultKind::Status(500), 500, "InternalFailure", None),
        (FaultKind::StatusAfter(500), 500, "InternalFailure", None),
        (
            FaultKind::Unavailable { retry_after: 7 },
            503,
            "ServiceUnavailableException",
            Some("7"),
        ),
    ];
    for (kind, status, aws_code, wait) in rows {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        for cloud in Cloud::ALL {
            queue(&sandbox, cloud, kind.clone());
        }
        let outer = |answer: &Answer| (answer.status, answer.header("retry-after").map(str::to_owned));
        let expected = (status, wait.map(str::to_owned));
        let answer = create_aws_key(&sandbox).unwrap();
        assert_eq!(outer(&answer), expected, "{kind:?}");
        assert_eq!(answer.header("x-amzn-errortype"), Some(aws_code), "{kind:?}");
        let answer = create_tencentcloud_key(&sandbox);
        assert_eq!(outer(&answer), expected, "{kind:?}");
        assert_eq!(answer.header("content-type"), Some("text/html"), "{kind:?}");
        let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER }));
        assert_eq!(outer(&answer), expected, "{kind:?}");
        assert_eq!(answer.json()["type"], "internal_error", "{kind:?}");
        let made = usize::from(kind == FaultKind::StatusAfter(500));
        let keys = (sandbox.tencentcloud().keys().len(), sandbox.scaleway().keys().len());
        assert_eq!(keys, (made, made), "{kind:?}");
    }
}

#[test]
fn a_cut_answer_ends_early_on_a_connection_that_stays() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut connection = Connection::open(&sandbox.url(Cloud::Aws));
    let request = create_aws_key_request(&sandbox);
    let whole = connection.send(&request).unwrap();
    queue(&sandbox, Cloud::Aws, FaultKind::CutJson);
    let cut = connection.send(&request).unwrap();
    assert_eq!(cut.header("content-type"), Some("application/json"));
    assert_eq!(cut.body.len(), whole.body.len() / 2);
    let error = serde_json::from_str::<Value>(&cut.body).unwrap_err();
    assert!(error.is_eof(), "{error} in {}", cut.body);
    assert_eq!(connection.send(&request).unwrap().body.len(), whole.body.len());
}

#[test]
fn an_answer_is_replaced_by_the_body_that_is_asked_for() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let rows = [
        (replace(None, r#"{"id":"another"}"#), 201, Some("application/json")),
        (replace(Some(429), ""), 429, None),
    ];
    for (kind, status, content_type) in rows {
        queue(&sandbox, Cloud::Aws, kind.clone());
        let answer = create_aws_key(&sandbox).unwrap();
        let FaultKind::Replace { body, .. } = &kind else {
            unreachable!()
        };
        assert_eq!((answer.status, &answer.body), (status, body), "{kind:?}");
        assert_eq!(answer.header("content-type"), content_type, "{kind:?}");
    }
    assert_eq!(sandbox.aws().keys().len(), 2);
}

#[test]
fn a_plain_text_answer_says_what_the_usual_one_says() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    queue(&sandbox, Cloud::Tencentcloud, FaultKind::PlainText);
    let answer = create_tencentcloud_key(&sandbox);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    let id = answer.json()["Response"]["Result"]["AccessKeyId"].clone();
    assert_eq!(id, json!(sandbox.tencentcloud().keys()[0].id));
}

#[test]
fn a_dropped_request_is_executed_later() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    queue(
        &sandbox,
        Cloud::Aws,
        FaultKind::DropThenRun {
            milliseconds: 3_600_000,
        },
    );
    assert_eq!(create_aws_key(&sandbox).unwrap_err(), Broken::NoAnswer);
    assert_eq!((sandbox.aws().keys().len(), sandbox.journal().len()), (0, 0));

    let soon = FaultKind::DropThenRun { milliseconds: 1 };
    queue(&sandbox, Cloud::Aws, soon.clone());
    assert_eq!(create_aws_key(&sandbox).unwrap_err(), Broken::NoAnswer);
    let entry = sandbox.wait_for_call("CreateApiKey", PATIENCE).unwrap();
    assert_eq!((entry.status, entry.fault), (None, Some(soon)));
    assert_eq!(sandbox.aws().keys().len(), 1);
}

#[test]
fn a_reset_keeps_a_dropped_request_from_being_executed() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let late = FaultKind::DropThenRun { milliseconds: 200 };
    queue(&sandbox, Cloud::Aws, late.clone());
    create_aws_key(&sandbox).unwrap_err();
    sandbox.reset();
    // Its turn comes after that of the first.
    queue(&sandbox, Cloud::Scaleway, late);
    let request = Request::new("GET", KEYS).header("x-auth-token", SCW_SECRET_KEY);
    send(&sandbox.url(Cloud::Scaleway), &request).unwrap_err();
    assert!(sandbox.wait_for_call("ListAPIKeys", PATIENCE).is_some());
    assert_eq!((sandbox.aws().keys().len(), sandbox.journal().len()), (0, 1));
}

#[test]
fn cleared_faults_befall_nothing() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    queue(&sandbox, Cloud::Aws, FaultKind::Html);
    queue(&sandbox, Cloud::Scaleway, FaultKind::Html);
    sandbox.clear_faults();
    assert_eq!(create_aws_key(&sandbox).unwrap().status, 201);
    assert_eq!(call(&sandbox, "GET", KEYS, Value::Null).status, 200);
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

fn replace(status: Option<u16>, body: &str) -> FaultKind {
    FaultKind::Replace {
        status,
        body: body.to_owned(),
    }
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
    send(&sandbox.url(Cloud::Aws), &create_aws_key_request(sandbox))
}

fn create_aws_key_request(sandbox: &Sandbox) -> Request {
    let request = Request::new("POST", "/apikeys")
        .header("accept", "application/json")
        .body("{}");
    aws_client::Caller::new(sandbox).signed(request)
}

fn create_tencentcloud_key(sandbox: &Sandbox) -> Answer {
    let caller = tencentcloud_client::Caller::new(sandbox);
    caller.send(&caller.signed(caller.post("CreateApiKey", json!({ "SecretName": "n" }))))
}

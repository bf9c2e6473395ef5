use std::net::TcpListener;

use chrono::Utc;
use sandbox::{Cloud, Options, Ports, Sandbox, aws, credentials, scaleway, tencentcloud};
use serde_json::{Value, json};

use crate::client::{Answer, Request, authority, send};
use crate::scaleway_client::{KEYS, call};
use crate::{aws_client, tencentcloud_client};

#[test]
fn the_journal_names_operations_and_no_secret() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let aws = aws_client::Caller::new(&sandbox);
    let agent = Request::new("GET", "/apikeys?limit=1").header("user-agent", "test/1");
    aws.send(&aws.signed(agent));
    aws.call("GET", "/nowhere", Value::Null);
    let tencentcloud = tencentcloud_client::Caller::new(&sandbox);
    tencentcloud.send(&tencentcloud.signed(tencentcloud.get("UpdateApiKey", "AccessKeyId=x&AccessKeySecret=hush")));
    call(&sandbox, "GET", &format!("{KEYS}/SCWX"), Value::Null);

    let answer = control(&sandbox, Cloud::Tencentcloud, "GET", "journal", "");
    let written: Vec<_> = answer.json().as_array().unwrap().iter().map(summary).collect();
    let expected = [
        json!(["aws", "GetApiKeys", "GET", "/apikeys?limit=1", 200, null]),
        json!(["aws", "Unknown", "GET", "/nowhere", 403, "AccessDeniedException"]),
        json!([
            "tencentcloud",
            "UpdateApiKey",
            "GET",
            "/?AccessKeyId=x&AccessKeySecret=***",
            200,
            "ResourceNotFound.InvalidAccessKeyId"
        ]),
        json!(["scaleway", "GetAPIKey", "GET", format!("{KEYS}/SCWX"), 404, "not_found"]),
    ];
    assert_eq!(written, expected);
    assert_eq!(sandbox.journal()[0].user_agent.as_deref(), Some("test/1"));
    assert_eq!(answer.json()[0]["user_agent"], json!("test/1"));
}

#[test]
fn the_journal_names_who_asked_also_where_that_is_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let aws = aws_client::Caller::new(&sandbox);
    aws.send(&aws.signed(Request::new("GET", "/apikeys")));
    let scope = "AWS4-HMAC-SHA256 Credential=AKIANOBODY/20260131/eu-west-1/apigateway/aws4_request, SignedHeaders=host, Signature=x";
    aws.send(&Request::new("GET", "/apikeys").header("authorization", scope));
    aws.send(&Request::new("GET", "/apikeys"));
    let tencentcloud = tencentcloud_client::Caller::new(&sandbox);
    tencentcloud.send(&tencentcloud.signed(tencentcloud.get("DescribeApiKeysStatus", "")));
    let in_2017 = "/v2/index.php?Action=DescribeApiKey&SecretId=AKIDNOBODY&Region=ap-tokyo";
    tencentcloud.send(&Request::new("GET", in_2017));
    call(&sandbox, "GET", KEYS, Value::Null);
    let made = scaleway::Key::new(scaleway::Bearer::User("u".to_owned()), "s", Utc::now());
    sandbox.scaleway().insert(made.clone());
    for token in [made.secret_key.as_str(), "11111111-2222-4333-8444-555555555555"] {
        let request = Request::new("GET", KEYS).header("x-auth-token", token);
        send(&sandbox.url(Cloud::Scaleway), &request).unwrap();
    }

    let found: Vec<_> = sandbox
        .journal()
        .into_iter()
        .map(|entry| (entry.access_key_id, entry.region))
        .collect();
    let caller = |id: &str, region: Option<&str>| (Some(id.to_owned()), region.map(str::to_owned));
    let expected = [
        caller(credentials::AWS_ACCESS_KEY_ID, Some("us-east-1")),
        caller("AKIANOBODY", Some("eu-west-1")),
        (None, None),
        caller(credentials::TENCENTCLOUD_SECRET_ID, Some("ap-guangzhou")),
        caller("AKIDNOBODY", Some("ap-tokyo")),
        caller(credentials::SCW_ACCESS_KEY, None),
        caller(&made.access_key, None),
        (None, None),
    ];
    assert_eq!(found, expected);
    let answer = control(&sandbox, Cloud::Aws, "GET", "journal", "");
    assert_eq!(answer.json()[1]["access_key_id"], json!("AKIANOBODY"));
    assert!(!answer.body.contains(&made.secret_key));
}

#[test]
fn keys_are_shown_without_secrets() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let bearer = scaleway::Bearer::User("u".to_owned());
    let aws = aws::Key::new("us-east-1", "a", Utc::now());
    let tencentcloud = tencentcloud::Key::new("ap-guangzhou", "t", Utc::now());
    let scaleway = scaleway::Key::new(bearer, "s", Utc::now());
    sandbox.aws().insert(aws.clone());
    sandbox.tencentcloud().insert(tencentcloud.clone());
    sandbox.scaleway().insert(scaleway.clone());
    let answer = control(&sandbox, Cloud::Aws, "GET", "keys", "");
    let expected = json!({
        "aws": [{ "id": aws.id, "region": "us-east-1", "name": "a", "enabled": true }],
        "tencentcloud": [{ "id": tencentcloud.id, "region": "ap-guangzhou", "name": "t", "enabled": true }],
        "scaleway": [{ "id": scaleway.access_key, "name": "s", "expires_at": null }],
    });
    assert_eq!(answer.json(), expected);
    for secret in [aws.value, tencentcloud.secret, scaleway.secret_key] {
        assert!(!answer.body.contains(&secret));
    }
}

#[test]
fn faults_are_queued_over_http_one_or_many() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let html = r#"{"cloud":"scaleway","kind":"html"}"#;
    assert_eq!(control(&sandbox, Cloud::Aws, "POST", "faults", html).status, 204);
    assert_eq!(
        control(&sandbox, Cloud::Aws, "POST", "faults", &format!("[{html},{html}]")).status,
        204
    );
    for bad in [
        "",
        "{}",
        r#"{"cloud":"mars","kind":"html"}"#,
        r#"{"cloud":"aws","kind":"flood"}"#,
    ] {
        assert_eq!(
            control(&sandbox, Cloud::Aws, "POST", "faults", bad).status,
            400,
            "{bad}"
        );
    }
    let statuses: Vec<u16> = (0..4)
        .map(|_| call(&sandbox, "GET", KEYS, Value::Null).status)
        .collect();
    assert_eq!(statuses, [502, 502, 502, 200]);
}

#[test]
fn a_reset_forgets_everything() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    sandbox.aws().insert(aws::Key::new("us-east-1", "a", Utc::now()));
    call(&sandbox, "GET", KEYS, Value::Null);
    control(
        &sandbox,
        Cloud::Aws,
        "POST",
        "faults",
        r#"{"cloud":"scaleway","kind":"html"}"#,
    );
    assert_eq!(control(&sandbox, Cloud::Scaleway, "POST", "reset", "").status, 204);
    assert_eq!((sandbox.aws().keys().len(), sandbox.journal().len()), (0, 0));
    assert_eq!(call(&sandbox, "GET", KEYS, Value::Null).status, 200);
}

#[test]
fn other_control_paths_and_methods_are_refused() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    assert_eq!(control(&sandbox, Cloud::Aws, "POST", "journal", "").status, 405);
    assert_eq!(control(&sandbox, Cloud::Aws, "GET", "secrets", "").status, 404);
    assert!(sandbox.journal().is_empty());
}

#[test]
fn dropping_the_sandbox_frees_its_ports() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let address = authority(&sandbox.url(Cloud::Aws)).to_owned();
    // A connection that is still open does not keep the sandbox alive.
    let _idle = std::net::TcpStream::connect(&address).unwrap();
    drop(sandbox);
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[test]
fn a_taken_port_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let ports = Ports {
        scaleway: taken.local_addr().unwrap().port(),
        ..Ports::default()
    };
    assert!(
        Sandbox::start(Options {
            ports,
            ..Options::default()
        })
        .is_err()
    );
}

fn summary(entry: &Value) -> Value {
    json!([
        entry["cloud"],
        entry["operation"],
        entry["method"],
        entry["path"],
        entry["status"],
        entry["code"]
    ])
}

fn control(sandbox: &Sandbox, cloud: Cloud, method: &str, name: &str, body: &str) -> Answer {
    send(
        &sandbox.url(cloud),
        &Request::new(method, &format!("/_sandbox/{name}")).body(body),
    )
    .unwrap()
}

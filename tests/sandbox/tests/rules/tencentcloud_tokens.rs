use chrono::{TimeDelta, Utc};
use sandbox::credentials::{TENCENTCLOUD_CAM_ROLE_NAME, TENCENTCLOUD_ROLE_ARN};
use sandbox::{Cloud, Options, Sandbox};
use serde_json::{Value, json};

use crate::client::{Request, send};
use crate::tencentcloud_client::{Caller, code};

const LIST: &str = "DescribeApiKeysStatus";

#[test]
fn credentials_of_the_token_service_work_until_they_end() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let role = json!({ "RoleArn": TENCENTCLOUD_ROLE_ARN, "RoleSessionName": "test", "DurationSeconds": 60 });
    let given = tokens(&caller).call("AssumeRole", role);
    assert_eq!(list(&caller, &given["Credentials"]), "");
    sandbox.set_clock_offset(TimeDelta::seconds(61));
    let later = caller.with(|caller| caller.at = Utc::now() + TimeDelta::seconds(61));
    assert_eq!(list(&later, &given["Credentials"]), "AuthFailure.TokenFailure");
}

#[test]
fn a_signature_for_one_service_is_none_for_the_other() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let wrong = tokens(&caller).with(|caller| caller.service = "apigateway".to_owned());
    assert_eq!(
        wrong.refused("GetCallerIdentity", json!({})),
        "AuthFailure.SignatureFailure"
    );
}

#[test]
fn the_metadata_gives_credentials_of_the_instances_role_only() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let metadata = |role: &str| {
        let target = format!("/latest/meta-data/cam/security-credentials/{role}");
        send(&sandbox.url(Cloud::Tencentcloud), &Request::new("GET", &target)).unwrap()
    };
    let given = metadata(TENCENTCLOUD_CAM_ROLE_NAME).json();
    assert_eq!(given["Code"], "Success");
    assert_eq!(list(&caller, &given), "");
    assert_eq!(metadata("another").status, 404);
}

fn tokens(caller: &Caller) -> Caller {
    caller.with(|caller| {
        caller.service = "sts".to_owned();
        caller.version = "2018-08-13".to_owned();
    })
}

/// The code that a list with these credentials is refused with.
fn list(caller: &Caller, given: &Value) -> String {
    let text = |name: &str| given[name].as_str().unwrap().to_owned();
    let caller = caller.with(|caller| {
        caller.secret_id = text("TmpSecretId");
        caller.secret_key = text("TmpSecretKey");
    });
    let request = caller.post(LIST, json!({})).header("x-tc-token", &text("Token"));
    code(&caller.send(&caller.signed(request)).json()["Response"])
}

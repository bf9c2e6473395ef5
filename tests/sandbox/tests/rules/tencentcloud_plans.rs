use chrono::Utc;
use sandbox::tencentcloud::{Key, Status};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::tencentcloud_client::Caller;

#[test]
fn keys_are_bound_listed_and_unbound() {
    let (sandbox, caller) = start();
    let id = with_key(&sandbox, Status::Enabled);
    let plan = json!({ "UsagePlanId": "usagePlan-1" });
    assert_eq!(
        caller.refused("DescribeUsagePlanSecretIds", plan.clone()),
        "ResourceNotFound.InvalidUsagePlan"
    );
    assert_eq!(caller.call("BindSecretIds", bound(&[&id]))["Result"], json!(true));
    assert_eq!(
        caller.refused("BindSecretIds", bound(&[&id])),
        "UnsupportedOperation.AlreadyBindUsagePlan"
    );
    let listed = caller.call("DescribeUsagePlanSecretIds", plan.clone())["Result"].clone();
    let expected = json!({ "AccessKeyId": id, "SecretName": "n", "Status": 1 });
    assert_eq!(listed, json!({ "TotalCount": 1, "AccessKeyList": [expected] }));
    assert_eq!(caller.call("UnBindSecretIds", bound(&[&id]))["Result"], json!(true));
    let listed = caller.call("DescribeUsagePlanSecretIds", plan)["Result"].clone();
    assert_eq!(listed, json!({ "TotalCount": 0, "AccessKeyList": [] }));
}

#[test]
fn what_cannot_be_bound_leaves_the_plan_as_it_was() {
    let (sandbox, caller) = start();
    let on = with_key(&sandbox, Status::Enabled);
    let off = with_key(&sandbox, Status::Disabled);
    let rows = [
        (bound(&[&on, &off]), "UnsupportedOperation.InvalidStatus"),
        (bound(&[&on, "unknown"]), "ResourceNotFound.InvalidAccessKeyId"),
        (bound(&[]), "InvalidParameterValue.InvalidAccessKeyIds"),
        (json!({ "UsagePlanId": "usagePlan-1" }), "MissingParameter"),
        (json!({ "AccessKeyIds": [on] }), "MissingParameter"),
        (
            json!({ "UsagePlanId": "usagePlan-1", "AccessKeyIds": on }),
            "InvalidParameter",
        ),
    ];
    for (parameters, expected) in rows {
        assert_eq!(
            caller.refused("BindSecretIds", parameters.clone()),
            expected,
            "{parameters}"
        );
    }
    let missing = caller.refused("DescribeUsagePlanSecretIds", json!({ "UsagePlanId": "usagePlan-1" }));
    assert_eq!(missing, "ResourceNotFound.InvalidUsagePlan");
}

#[test]
fn a_plan_takes_fifty_keys_and_a_key_ten_plans() {
    let (sandbox, caller) = start();
    let ids: Vec<String> = (0..51).map(|_| with_key(&sandbox, Status::Enabled)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let expected = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded";
    assert_eq!(caller.refused("BindSecretIds", bound(&ids)), expected);
    assert_eq!(caller.refused("BindSecretIds", bound(&ids[..50])), "");
    for plan in 2..=10 {
        sandbox
            .tencentcloud()
            .bind("ap-guangzhou", &format!("usagePlan-{plan}"), ids[0]);
    }
    let eleventh = json!({ "UsagePlanId": "usagePlan-11", "AccessKeyIds": [ids[0]] });
    assert_eq!(
        caller.refused("BindSecretIds", eleventh),
        "LimitExceeded.UsagePlanLimitExceeded"
    );
}

#[test]
fn only_what_is_bound_can_be_unbound() {
    let (sandbox, caller) = start();
    let id = with_key(&sandbox, Status::Enabled);
    assert_eq!(
        caller.refused("UnBindSecretIds", bound(&[&id])),
        "ResourceNotFound.InvalidUsagePlan"
    );
    sandbox.tencentcloud().bind("ap-guangzhou", "usagePlan-1", "another");
    assert_eq!(
        caller.refused("UnBindSecretIds", bound(&[&id])),
        "ResourceNotFound.InvalidAccessKeyId"
    );
}

fn bound(ids: &[&str]) -> Value {
    json!({ "UsagePlanId": "usagePlan-1", "AccessKeyIds": ids })
}

fn with_key(sandbox: &Sandbox, status: Status) -> String {
    sandbox.tencentcloud().insert(Key {
        status,
        ..Key::new("ap-guangzhou", "n", Utc::now())
    })
}

fn start() -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    (sandbox, caller)
}

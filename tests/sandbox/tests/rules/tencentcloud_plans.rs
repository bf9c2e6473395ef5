use chrono::Utc;
use sandbox::tencentcloud::{Key, Status};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::tencentcloud_client::Caller;

#[test]
fn a_plan_is_created_described_and_deleted_once_it_has_no_keys() {
    let (sandbox, caller) = start();
    let wanted = json!({ "UsagePlanName": "p", "UsagePlanDesc": "d", "MaxRequestNum": 100, "MaxRequestNumPreSec": 10 });
    let made = caller.call("CreateUsagePlan", wanted.clone())["Result"].clone();
    let id = made["UsagePlanId"].as_str().unwrap();
    assert!(id.starts_with("usagePlan-") && id.len() == 18, "{id}");
    let plan = json!({ "UsagePlanId": id });
    let seen = caller.call("DescribeUsagePlan", plan.clone())["Result"].clone();
    assert_eq!(seen, made);
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(seen[name], *value, "{name}");
    }
    assert_eq!(
        (&seen["BindSecretIdTotalCount"], &seen["BindSecretIds"]),
        (&json!(0), &json!([]))
    );
    let elsewhere = caller.with(|caller| caller.region = "ap-tokyo".to_owned());
    assert_eq!(
        elsewhere.refused("DescribeUsagePlan", plan.clone()),
        "ResourceNotFound.InvalidUsagePlan"
    );

    let key = with_key(&sandbox, Status::Enabled);
    sandbox.tencentcloud().bind("ap-guangzhou", id, &key);
    assert_eq!(
        caller.call("DescribeUsagePlan", plan.clone())["Result"]["BindSecretIds"],
        json!([key])
    );
    assert_eq!(
        caller.refused("DeleteUsagePlan", plan.clone()),
        "UnsupportedOperation.UsagePlanInUse"
    );
    sandbox.tencentcloud().unbind("ap-guangzhou", id, &key);
    assert_eq!(caller.call("DeleteUsagePlan", plan.clone())["Result"], json!(true));
    assert_eq!(
        caller.refused("DeleteUsagePlan", plan),
        "ResourceNotFound.InvalidUsagePlan"
    );
    for wrong in [json!({ "MaxRequestNum": 0 }), json!({ "MaxRequestNumPreSec": 2001 })] {
        assert_eq!(
            caller.refused("CreateUsagePlan", wrong),
            "InvalidParameterValue.RangeExceeded"
        );
    }
}

#[test]
fn keys_are_bound_listed_and_unbound() {
    let (sandbox, caller) = start();
    let id = with_key(&sandbox, Status::Enabled);
    let plan = json!({ "UsagePlanId": "usagePlan-1" });
    for (action, parameters) in [
        ("DescribeUsagePlanSecretIds", plan.clone()),
        ("BindSecretIds", bound(&[&id])),
    ] {
        assert_eq!(
            caller.refused(action, parameters),
            "ResourceNotFound.InvalidUsagePlan",
            "{action}"
        );
    }
    with_plan(&sandbox);
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
    with_plan(&sandbox);
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
    assert!(sandbox.tencentcloud().bound("ap-guangzhou", "usagePlan-1").is_empty());
}

#[test]
fn a_plan_takes_fifty_keys_and_a_key_ten_plans() {
    let (sandbox, caller) = start();
    with_plan(&sandbox);
    let ids: Vec<String> = (0..51).map(|_| with_key(&sandbox, Status::Enabled)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let expected = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded";
    assert_eq!(caller.refused("BindSecretIds", bound(&ids)), expected);
    assert_eq!(caller.refused("BindSecretIds", bound(&ids[..50])), "");
    let eleventh = sandbox.tencentcloud().create_plan("ap-guangzhou", "eleventh");
    for plan in 2..=10 {
        sandbox
            .tencentcloud()
            .bind("ap-guangzhou", &format!("usagePlan-{plan}"), ids[0]);
    }
    let eleventh = json!({ "UsagePlanId": eleventh, "AccessKeyIds": [ids[0]] });
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

/// A plan that had a key once.
fn with_plan(sandbox: &Sandbox) {
    sandbox.tencentcloud().bind("ap-guangzhou", "usagePlan-1", "another");
    sandbox.tencentcloud().unbind("ap-guangzhou", "usagePlan-1", "another");
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

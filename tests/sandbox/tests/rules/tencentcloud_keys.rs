use chrono::Utc;
use sandbox::tencentcloud::{Key, KeyKind, Status};
use sandbox::{Options, RateLimits, Sandbox};
use serde_json::{Value, json};

use crate::tencentcloud_client::Caller;

const FORMAT: &str = "InvalidParameter.FormatError";
const NOT_FOUND: &str = "ResourceNotFound.InvalidAccessKeyId";

#[test]
fn an_automatic_key_is_generated_enabled() {
    let (_sandbox, caller) = start();
    let key = caller.call("CreateApiKey", json!({ "SecretName": "n" }))["Result"].clone();
    assert!(key["AccessKeyId"].as_str().unwrap().starts_with("AKID"));
    assert_eq!(key["AccessKeyId"].as_str().unwrap().len(), 40);
    assert_eq!(key["AccessKeySecret"].as_str().unwrap().len(), 40);
    assert_eq!(
        (&key["Status"], &key["AccessKeyType"], &key["Tags"]),
        (&json!(1), &json!("auto"), &Value::Null)
    );
    assert_eq!(key["CreatedTime"].as_str().unwrap().len(), "2019-02-25T16:44:25Z".len());
    let described = caller.call("DescribeApiKey", json!({ "AccessKeyId": key["AccessKeyId"] }));
    assert_eq!(described["Result"], key);
}

#[test]
fn a_manual_key_keeps_what_it_is_given() {
    let (_sandbox, caller) = start();
    let tags = json!([{ "Key": "a", "Value": "b" }]);
    let mut parameters = manual("my_id_01", "my_secret_01");
    parameters["Tags"] = tags.clone();
    let key = caller.call("CreateApiKey", parameters)["Result"].clone();
    assert_eq!(
        (&key["AccessKeyId"], &key["AccessKeySecret"]),
        (&json!("my_id_01"), &json!("my_secret_01"))
    );
    assert_eq!((&key["AccessKeyType"], &key["Tags"]), (&json!("manual"), &tags));
}

#[test]
fn a_bad_creation_is_refused() {
    let (sandbox, caller) = start();
    let rows = [
        (json!({}), "MissingParameter"),
        (json!({ "SecretName": "" }), "MissingParameter"),
        (json!({ "SecretName": 1 }), "InvalidParameter"),
        (json!({ "SecretName": "n", "Colour": "red" }), "UnknownParameter"),
        (
            json!({ "SecretName": "n", "AccessKeyType": "other" }),
            "InvalidParameterValue.NotInOptions",
        ),
        (
            json!({ "SecretName": "n", "Tags": [{ "Key": "a" }] }),
            "InvalidParameter",
        ),
        (json!({ "SecretName": "n", "AccessKeyType": "manual" }), FORMAT),
        (manual("four", "long_enough"), FORMAT),
        (manual(&"x".repeat(51), "long_enough"), FORMAT),
        (manual("has blank", "long_enough"), FORMAT),
        (manual("schlüssel", "long_enough"), FORMAT),
        (manual("long_enough", "nine_char"), FORMAT),
        (manual("long_enough", &"x".repeat(51)), FORMAT),
    ];
    for (parameters, expected) in rows {
        assert_eq!(
            caller.refused("CreateApiKey", parameters.clone()),
            expected,
            "{parameters}"
        );
    }
    assert!(sandbox.tencentcloud().keys().is_empty());
}

#[test]
fn a_manual_id_is_unique_across_regions() {
    let (_sandbox, here) = start();
    let there = here.with(|caller| caller.region = "ap-shanghai".to_owned());
    assert_eq!(here.refused("CreateApiKey", manual("my_id_01", "my_secret_01")), "");
    for caller in [&here, &there] {
        assert_eq!(
            caller.refused("CreateApiKey", manual("my_id_01", "other_secret")),
            "FailedOperation.AccessKeyExist"
        );
    }
}

#[test]
fn keys_are_found_only_in_their_region() {
    let (sandbox, here) = start();
    let there = here.with(|caller| caller.region = "ap-shanghai".to_owned());
    let id = json!({ "AccessKeyId": sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now())) });
    for action in [
        "DescribeApiKey",
        "EnableApiKey",
        "DisableApiKey",
        "UpdateApiKey",
        "DeleteApiKey",
    ] {
        assert_eq!(there.refused(action, id.clone()), NOT_FOUND, "{action}");
        assert_eq!(
            here.refused(action, json!({ "AccessKeyId": "unknown" })),
            NOT_FOUND,
            "{action}"
        );
        assert_eq!(here.refused(action, json!({})), "MissingParameter", "{action}");
    }
    assert_eq!(here.refused("DescribeApiKey", id), "");
}

#[test]
fn switching_is_idempotent_and_shows_in_the_status() {
    let (sandbox, caller) = start();
    let id = sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now()));
    let rows = [
        ("DisableApiKey", 0),
        ("DisableApiKey", 0),
        ("EnableApiKey", 1),
        ("EnableApiKey", 1),
    ];
    for (action, status) in rows {
        assert_eq!(
            caller.call(action, json!({ "AccessKeyId": id }))["Result"],
            json!(true),
            "{action}"
        );
        let described = caller.call("DescribeApiKey", json!({ "AccessKeyId": id }));
        assert_eq!(described["Result"]["Status"], json!(status), "{action}");
    }
}

#[test]
fn an_update_replaces_the_secret_as_the_kind_of_key_allows() {
    let (sandbox, caller) = start();
    let key = |id: &str, kind, status| Key {
        id: id.to_owned(),
        kind,
        status,
        ..Key::new("ap-guangzhou", "n", Utc::now())
    };
    let keys = sandbox.tencentcloud();
    keys.insert(key("auto_on", KeyKind::Auto, Status::Enabled));
    keys.insert(key("manual_on", KeyKind::Manual, Status::Enabled));
    keys.insert(key("manual_off", KeyKind::Manual, Status::Disabled));
    let rows = [
        ("auto_on", None, ""),
        ("auto_on", Some("new_secret_01"), FORMAT),
        ("manual_on", None, FORMAT),
        ("manual_on", Some("bad secret!"), FORMAT),
        ("manual_on", Some("new_secret_01"), ""),
        (
            "manual_off",
            Some("new_secret_01"),
            "UnsupportedOperation.UnsupportedUpdateApiKey",
        ),
    ];
    for (id, secret, expected) in rows {
        let before = keys.key(id).unwrap().secret;
        let parameters = json!({ "AccessKeyId": id, "AccessKeySecret": secret });
        let response = caller.call("UpdateApiKey", parameters);
        assert_eq!(crate::tencentcloud_client::code(&response), expected, "{id} {secret:?}");
        let after = keys.key(id).unwrap().secret;
        assert_eq!(before != after, expected.is_empty(), "{id} {secret:?}");
        if expected.is_empty() {
            assert_eq!(response["Result"]["AccessKeySecret"], json!(after));
        }
    }
}

#[test]
fn only_a_disabled_unbound_key_can_be_deleted() {
    let (sandbox, caller) = start();
    let id = sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now()));
    let delete = || caller.refused("DeleteApiKey", json!({ "AccessKeyId": id }));
    assert_eq!(delete(), "UnsupportedOperation.InvalidStatus");
    sandbox.tencentcloud().bind("ap-guangzhou", "usagePlan-1", &id);
    sandbox.tencentcloud().update(&id, |key| key.status = Status::Disabled);
    assert_eq!(delete(), "UnsupportedOperation.ResourceIsInUse");
    sandbox.tencentcloud().unbind("ap-guangzhou", "usagePlan-1", &id);
    assert_eq!(delete(), "");
    assert_eq!(delete(), NOT_FOUND);
}

#[test]
fn the_quota_counts_all_regions() {
    let sandbox = Sandbox::start(Options {
        tencentcloud_key_quota: 1,
        ..Options::default()
    })
    .unwrap();
    let here = Caller::new(&sandbox);
    let there = here.with(|caller| caller.region = "ap-shanghai".to_owned());
    assert_eq!(here.refused("CreateApiKey", json!({ "SecretName": "n" })), "");
    let expected = "LimitExceeded.ApiKeyCountLimitExceeded";
    assert_eq!(there.refused("CreateApiKey", json!({ "SecretName": "n" })), expected);
}

#[test]
fn twenty_calls_of_an_action_fit_into_a_second() {
    let sandbox = Sandbox::start(Options {
        rate_limits: RateLimits::On,
        ..Options::default()
    })
    .unwrap();
    let caller = Caller::new(&sandbox);
    let describe = || caller.refused("DescribeApiKey", json!({ "AccessKeyId": "unknown" }));
    assert!((0..20).all(|_| describe() == NOT_FOUND));
    // However slow the machine, it is faster than twenty calls in a second.
    assert!((0..2000).any(|_| describe() == "RequestLimitExceeded"));
    assert_eq!(caller.refused("DescribeApiKeysStatus", json!({})), "");
}

fn manual(id: &str, secret: &str) -> Value {
    json!({ "SecretName": "n", "AccessKeyType": "manual", "AccessKeyId": id, "AccessKeySecret": secret })
}

fn start() -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    (sandbox, caller)
}

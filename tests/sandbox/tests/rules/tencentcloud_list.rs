use chrono::Utc;
use sandbox::tencentcloud::{Key, Status};
use sandbox::{ListedSecrets, Options, Sandbox};
use serde_json::{Value, json};

use crate::tencentcloud_client::{Caller, code};

const LIST: &str = "DescribeApiKeysStatus";

#[test]
fn pages_are_of_twenty_unless_asked_otherwise_and_of_a_hundred_at_most() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for number in 0..130 {
        sandbox
            .tencentcloud()
            .insert(Key::new("ap-guangzhou", &format!("key-{number}"), Utc::now()));
    }
    let caller = Caller::new(&sandbox);
    let rows = [
        (json!({}), 20),
        (json!({ "Limit": 100 }), 100),
        (json!({ "Limit": 100, "Offset": 100 }), 30),
        (json!({ "Limit": 5, "Offset": 130 }), 0),
        (json!({ "Limit": 0 }), 0),
    ];
    for (parameters, length) in rows {
        let result = caller.call(LIST, parameters.clone())["Result"].clone();
        assert_eq!(result["ApiKeySet"].as_array().unwrap().len(), length, "{parameters}");
        assert_eq!(result["TotalCount"], json!(130), "{parameters}");
    }
    let rows = [
        (json!({ "Limit": 101 }), "InvalidParameterValue.LimitExceeded"),
        (json!({ "Limit": -1 }), "InvalidParameterValue.RangeExceeded"),
        (json!({ "Offset": -1 }), "InvalidParameterValue.RangeExceeded"),
        (json!({ "Limit": "many" }), "InvalidParameter"),
        (json!({ "OrderBy": "name" }), "UnknownParameter"),
    ];
    for (parameters, expected) in rows {
        assert_eq!(caller.refused(LIST, parameters.clone()), expected, "{parameters}");
    }
}

#[test]
fn filters_are_joined_by_and_their_values_by_or() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let keys = sandbox.tencentcloud();
    let key = |id: &str, name: &str, status| Key {
        id: id.to_owned(),
        secret: format!("secret_of_{id}"),
        status,
        ..Key::new("ap-guangzhou", name, Utc::now())
    };
    keys.insert(key("one_1", "first", Status::Enabled));
    keys.insert(key("two_2", "second", Status::Disabled));
    keys.insert(key("two_22", "third one", Status::Enabled));
    keys.insert(Key {
        region: "ap-shanghai".to_owned(),
        ..key("far", "first", Status::Enabled)
    });
    keys.bind("ap-guangzhou", "usagePlan-1", "one_1");
    let caller = Caller::new(&sandbox);
    let filter = |name: &str, values: &[&str]| json!({ "Name": name, "Values": values });
    let rows: Vec<(Vec<Value>, &[&str])> = vec![
        (vec![], &["two_22", "two_2", "one_1"]),
        (vec![filter("AccessKeyId", &["two_2"])], &["two_2"]),
        (
            vec![filter("AccessKeyId", &["one_1", "two_22", "far"])],
            &["two_22", "one_1"],
        ),
        (vec![filter("AccessKeySecret", &["secret_of_two_2"])], &["two_2"]),
        (vec![filter("SecretName", &["ir"])], &["two_22", "one_1"]),
        (vec![filter("Status", &["0"])], &["two_2"]),
        (vec![filter("Status", &["0", "1"])], &["two_22", "two_2", "one_1"]),
        (vec![filter("KeyWord", &["one"])], &["two_22", "one_1"]),
        (vec![filter("NotUsagePlanId", &["usagePlan-1"])], &["two_22", "two_2"]),
        (vec![filter("KeyWord", &["two"]), filter("Status", &["1"])], &["two_22"]),
        (vec![filter("AccessKeyId", &[])], &[]),
    ];
    for (filters, expected) in rows {
        assert_eq!(
            ids(&caller.call(LIST, json!({ "Filters": filters }))),
            expected,
            "{filters:?}"
        );
    }
    let refused = caller.refused(LIST, json!({ "Filters": [filter("Colour", &["red"])] }));
    assert_eq!(refused, "InvalidParameterValue.InvalidFilterNotSupportedName");
}

#[test]
fn a_signed_get_with_a_flattened_query_is_answered_alike() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let id = sandbox
        .tencentcloud()
        .insert(Key::new("ap-guangzhou", "with blank", Utc::now()));
    sandbox
        .tencentcloud()
        .insert(Key::new("ap-guangzhou", "other", Utc::now()));
    let caller = Caller::new(&sandbox);
    // Unsorted, and a blank written as a plus sign, as the Python SDK sends it.
    let query = "Limit=10&Filters.0.Name=SecretName&Filters.0.Values.0=with+blank";
    let response = caller.send(&caller.signed(caller.get(LIST, query))).json()["Response"].clone();
    assert_eq!(ids(&response), [id]);
    let request = caller.signed(caller.get(LIST, query));
    let tampered = crate::client::Request {
        target: request.target.replace("10", "11"),
        ..request
    };
    assert_eq!(
        code(&caller.send(&tampered).json()["Response"]),
        "AuthFailure.SignatureFailure"
    );
}

#[test]
fn secrets_are_listed_unless_hidden() {
    for (listed_secrets, is_null) in [(ListedSecrets::Shown, false), (ListedSecrets::Hidden, true)] {
        let sandbox = Sandbox::start(Options {
            listed_secrets,
            ..Options::default()
        })
        .unwrap();
        let id = sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now()));
        let caller = Caller::new(&sandbox);
        let listed = caller.call(LIST, json!({}))["Result"]["ApiKeySet"][0]["AccessKeySecret"].clone();
        assert_eq!(listed.is_null(), is_null, "{listed_secrets:?}");
        let described = caller.call("DescribeApiKey", json!({ "AccessKeyId": id }));
        assert!(described["Result"]["AccessKeySecret"].is_string(), "{listed_secrets:?}");
    }
}

fn ids(response: &Value) -> Vec<String> {
    let keys = response["Result"]["ApiKeySet"].as_array().unwrap();
    keys.iter()
        .map(|key| key["AccessKeyId"].as_str().unwrap().to_owned())
        .collect()
}

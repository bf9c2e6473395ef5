use std::collections::BTreeMap;

use chrono::Utc;
use sandbox::aws::Key;
use sandbox::{Options, Sandbox};
use serde_json::{Map, Value, json};

use crate::aws_client::{Caller, refusal};

#[test]
fn tags_are_added_replaced_read_and_removed() {
    let (sandbox, caller, id) = with_key();
    let target = target("us-east-1", &id);
    let answer = caller.call("PUT", &target, json!({ "tags": { "a": "1", "b c": "2", "d": "" } }));
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(caller.call("PUT", &target, json!({ "tags": { "a": "9" } })).status, 204);
    assert_eq!(
        caller.call("GET", &target, Value::Null).json(),
        json!({ "tags": { "a": "9", "b c": "2", "d": "" } })
    );
    let answer = caller.call(
        "DELETE",
        &format!("{target}?tagKeys=b%20c&tagKeys=d&tagKeys=unknown"),
        Value::Null,
    );
    assert_eq!(answer.status, 204);
    let key = caller.call("GET", &format!("/apikeys/{id}"), Value::Null).json();
    assert_eq!(key["tags"], json!({ "a": "9" }));
    assert_eq!(
        sandbox.aws().key(&id).unwrap().tags,
        BTreeMap::from([("a".to_owned(), "9".to_owned())])
    );
}

#[test]
fn tags_beyond_the_limits_are_refused_and_change_nothing() {
    let (sandbox, caller, id) = with_key();
    let many = |count: usize| (0..count).map(|n| (format!("k{n}"), json!(""))).collect::<Map<_, _>>();
    let rows = [
        ("51 tags", json!(many(51)), 400),
        ("empty key", json!({ "": "v" }), 400),
        ("key of 129", json!({ "k".repeat(129): "v" }), 400),
        ("value of 257", json!({ "k": "v".repeat(257) }), 400),
        ("system prefix", json!({ "aws:k": "v" }), 400),
        ("not a text", json!({ "k": 1 }), 400),
        ("key of 128", json!({ "k".repeat(128): "v".repeat(256) }), 204),
        ("the other 49", json!(many(49)), 204),
        ("one more", json!({ "more": "" }), 400),
    ];
    for (name, tags, status) in rows {
        let answer = caller.call("PUT", &target("us-east-1", &id), json!({ "tags": tags }));
        assert_eq!(answer.status, status, "{name}");
    }
    assert_eq!(sandbox.aws().key(&id).unwrap().tags.len(), 50);
}

#[test]
fn tags_of_what_is_not_a_key_here_are_refused() {
    let (sandbox, caller, _) = with_key();
    let elsewhere = sandbox.aws().insert(Key::new("eu-west-1", "n", Utc::now()));
    let rows = [
        (target("us-east-1", "nosuchkey0"), 404),
        (target("us-east-1", &elsewhere), 404),
        (target("eu-west-1", &elsewhere), 400),
        ("/tags/nonsense".to_owned(), 400),
    ];
    for (target, status) in rows {
        assert_eq!(caller.call("GET", &target, Value::Null).status, status, "{target}");
    }
}

#[test]
fn untagging_names_what_goes_and_tagging_what_comes() {
    let (_sandbox, caller, id) = with_key();
    let target = target("us-east-1", &id);
    assert_eq!(refusal(&caller.call("DELETE", &target, Value::Null)).0, 400);
    assert_eq!(refusal(&caller.call("PUT", &target, json!({}))).0, 400);
}

#[test]
fn an_arn_has_the_partition_of_its_region() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for (region, partition) in [
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ] {
        let id = sandbox.aws().insert(Key::new(region, "n", Utc::now()));
        let caller = Caller::new(&sandbox).with(|caller| caller.region = region.to_owned());
        let right = target(region, &id).replace("arn%3Aaws", &format!("arn%3A{partition}"));
        assert_eq!(caller.call("GET", &right, Value::Null).status, 200, "{region}");
        assert_eq!(
            caller.call("GET", &target(region, &id), Value::Null).status,
            400,
            "{region}"
        );
    }
}

/// The path of a key's tags: the ARN is one segment, wholly encoded.
fn target(region: &str, id: &str) -> String {
    format!("/tags/arn%3Aaws%3Aapigateway%3A{region}%3A%3A%2Fapikeys%2F{id}")
}

fn with_key() -> (Sandbox, Caller, String) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let id = sandbox.aws().insert(Key::new("us-east-1", "n", Utc::now()));
    let caller = Caller::new(&sandbox);
    (sandbox, caller, id)
}

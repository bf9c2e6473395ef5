use chrono::Utc;
use sandbox::aws::Key;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::aws_client::{Caller, refusal};

#[test]
fn the_newest_key_comes_first_and_position_leads_to_the_next_page() {
    let sandbox = with_keys(60);
    let caller = Caller::new(&sandbox);
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut target = "/apikeys".to_owned();
    loop {
        let page = caller.call("GET", &target, Value::Null).json();
        let names = page["item"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["name"].as_str().unwrap().to_owned());
        let before = seen.len();
        seen.extend(names);
        sizes.push(seen.len() - before);
        let Some(position) = page["position"].as_str() else {
            break;
        };
        // A key that goes away meanwhile does not shift the pages.
        let newest = sandbox.aws().keys().pop().unwrap();
        sandbox.aws().remove(&newest.id);
        target = format!(
            "/apikeys?position={}",
            byte_serialize(position.as_bytes()).collect::<String>()
        );
    }
    let expected: Vec<String> = (0..60).rev().map(|number| format!("key-{number:02}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(sizes, [25, 25, 10]);
}

#[test]
fn limit_is_kept_within_what_the_service_gives() {
    let sandbox = with_keys(501);
    let caller = Caller::new(&sandbox);
    let rows = [
        ("1", 1, true),
        ("500", 500, true),
        ("501", 500, true),
        ("0", 0, false),
        ("-1", 0, false),
    ];
    for (limit, length, more) in rows {
        let page = caller
            .call("GET", &format!("/apikeys?limit={limit}"), Value::Null)
            .json();
        assert_eq!(page["item"].as_array().unwrap().len(), length, "limit={limit}");
        assert_eq!(page["position"].is_string(), more, "limit={limit}");
    }
    let all = caller.call("GET", "/apikeys?limit=500&name=key-", Value::Null).json();
    assert_eq!(all["item"].as_array().unwrap().len(), 500);
}

#[test]
fn the_last_page_has_no_position() {
    let sandbox = with_keys(25);
    let page = Caller::new(&sandbox).call("GET", "/apikeys", Value::Null).json();
    assert_eq!(
        (page["item"].as_array().unwrap().len(), page.get("position")),
        (25, None)
    );
}

#[test]
fn filters_choose_by_prefix_customer_and_region() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let aws = sandbox.aws();
    let key = |region: &str, name: &str| Key::new(region, name, Utc::now());
    aws.insert(Key {
        customer_id: Some("c".to_owned()),
        ..key("us-east-1", "Alpha")
    });
    aws.insert(key("us-east-1", "alpha"));
    aws.insert(key("us-east-1", "beta-alpha"));
    aws.insert(Key {
        name: None,
        ..key("us-east-1", "")
    });
    aws.insert(key("eu-west-1", "alpha"));
    let rows = [
        ("", 4),
        ("?name=alpha", 1),
        ("?name=al", 1),
        ("?name=A", 1),
        ("?name=lpha", 0),
        ("?customerId=c", 1),
        ("?customerId=x", 0),
    ];
    for (query, count) in rows {
        let page = Caller::new(&sandbox)
            .call("GET", &format!("/apikeys{query}"), Value::Null)
            .json();
        assert_eq!(page["item"].as_array().unwrap().len(), count, "{query}");
    }
}

#[test]
fn values_are_listed_only_on_demand() {
    let sandbox = with_keys(1);
    let caller = Caller::new(&sandbox);
    let value = json!(sandbox.aws().keys()[0].value);
    for (query, expected) in [
        ("", Value::Null),
        ("?includeValue=true", Value::Null),
        ("?includeValues=true", value),
    ] {
        let page = caller.call("GET", &format!("/apikeys{query}"), Value::Null).json();
        assert_eq!(page["item"][0]["value"], expected, "{query}");
    }
}

#[test]
fn a_bad_page_is_refused() {
    let sandbox = with_keys(1);
    for query in ["position=nonsense", "limit=many"] {
        let answer = Caller::new(&sandbox).call("GET", &format!("/apikeys?{query}"), Value::Null);
        assert_eq!(refusal(&answer).0, 400, "{query}");
    }
}

fn with_keys(count: usize) -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for number in 0..count {
        sandbox
            .aws()
            .insert(Key::new("us-east-1", &format!("key-{number:02}"), Utc::now()));
    }
    sandbox
}

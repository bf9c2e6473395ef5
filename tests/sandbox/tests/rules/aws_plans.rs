use chrono::Utc;
use sandbox::aws::Key;
use sandbox::{Options, RateLimits, Sandbox};
use serde_json::{Value, json};

use crate::aws_client::{Caller, refusal};
use crate::client::Request;

const NO_KEY: &str = "Invalid API Key identifier specified";
const NO_PLAN: &str = "Invalid Usage Plan ID specified";

#[test]
fn a_plan_has_the_members_that_are_set_until_it_is_deleted() {
    let (_sandbox, caller) = start();
    let bare = caller.call("POST", "/usageplans", json!({ "name": "bare" }));
    assert_eq!(bare.status, 201);
    let members: Vec<String> = bare.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["apiStages", "id", "name"]);
    let full = json!({
        "name": "full", "description": "d", "throttle": { "burstLimit": 1, "rateLimit": 2.0 },
        "quota": { "limit": 5, "offset": 0, "period": "DAY" }, "tags": { "a": "b" },
    });
    let made = caller.call("POST", "/usageplans", full.clone()).json();
    for (name, value) in full.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    let path = format!("/usageplans/{}", made["id"].as_str().unwrap());
    assert_eq!(caller.call("GET", &path, Value::Null).json(), made);
    assert_eq!(
        caller.call("GET", "/usageplans", Value::Null).json()["item"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(caller.call("DELETE", &path, Value::Null).status, 202);
    assert_eq!(not_found(&caller, "GET", &path), NO_PLAN);
    let refused = refusal(&caller.call("POST", "/usageplans", json!({ "name": "" })));
    assert_eq!((refused.0, refused.1.as_str()), (400, "BadRequestException"));
}

#[test]
fn a_key_is_added_to_a_plan_once_shown_with_its_value_and_removed_once() {
    let (sandbox, caller) = start();
    let (plan, key) = (sandbox.aws().create_plan("us-east-1", "p"), with_key(&sandbox, "n"));
    let keys = format!("/usageplans/{plan}/keys");
    let one = format!("{keys}/{key}");
    assert_eq!(not_found(&caller, "GET", &one), NO_KEY);
    let added = caller.call("POST", &keys, json!({ "keyId": key, "keyType": "API_KEY" }));
    let value = sandbox.aws().key(&key).unwrap().value;
    let expected = json!({ "id": key, "type": "API_KEY", "value": value, "name": "n" });
    assert_eq!((added.status, added.json()), (201, expected.clone()));
    assert_eq!(caller.call("GET", &one, Value::Null).json(), expected);
    let (status, code, message) = refusal(&caller.call("POST", &keys, json!({ "keyId": key, "keyType": "API_KEY" })));
    assert_eq!((status, code.as_str()), (409, "ConflictException"));
    assert!(!message.contains("try again later"), "{message}");
    let elsewhere = caller.with(|caller| caller.region = "eu-west-1".to_owned());
    assert_eq!(not_found(&elsewhere, "GET", &one), NO_PLAN);
    assert_eq!(caller.call("DELETE", &one, Value::Null).status, 202);
    assert_eq!(not_found(&caller, "DELETE", &one), NO_KEY);
    assert!(sandbox.aws().plan_keys("us-east-1", &plan).is_empty());
}

#[test]
fn what_cannot_be_added_is_refused() {
    let (sandbox, caller) = start();
    let (plan, key) = (sandbox.aws().create_plan("us-east-1", "p"), with_key(&sandbox, "n"));
    let rows = [
        (
            "unknown",
            json!({ "keyId": key, "keyType": "API_KEY" }),
            404,
            "NotFoundException",
        ),
        (
            &plan,
            json!({ "keyId": "unknown", "keyType": "API_KEY" }),
            404,
            "NotFoundException",
        ),
        (
            &plan,
            json!({ "keyId": key, "keyType": "OTHER" }),
            400,
            "BadRequestException",
        ),
        (&plan, json!({ "keyId": key }), 400, "BadRequestException"),
        (
            &plan,
            json!({ "keyId": key, "keyType": "API_KEY", "name": "n" }),
            400,
            "BadRequestException",
        ),
    ];
    for (plan, body, status, code) in rows {
        let answer = caller.call("POST", &format!("/usageplans/{plan}/keys"), body.clone());
        let refused = refusal(&answer);
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
    }
    for number in 0..10 {
        let other = sandbox.aws().create_plan("us-east-1", &number.to_string());
        sandbox.aws().add_to_plan("us-east-1", &other, &key);
    }
    let eleventh = caller.call(
        "POST",
        &format!("/usageplans/{plan}/keys"),
        json!({ "keyId": key, "keyType": "API_KEY" }),
    );
    assert_eq!(refusal(&eleventh).1, "LimitExceededException");
}

#[test]
fn a_deleted_key_leaves_its_plans_and_a_deleted_plan_its_keys() {
    let (sandbox, caller) = start();
    let (plan, key) = (sandbox.aws().create_plan("us-east-1", "p"), with_key(&sandbox, "n"));
    sandbox.aws().add_to_plan("us-east-1", &plan, &key);
    assert_eq!(
        caller.call("DELETE", &format!("/apikeys/{key}"), Value::Null).status,
        202
    );
    assert!(sandbox.aws().plan_keys("us-east-1", &plan).is_empty());
    let key = with_key(&sandbox, "n");
    sandbox.aws().add_to_plan("us-east-1", &plan, &key);
    assert_eq!(
        caller
            .call("DELETE", &format!("/usageplans/{plan}"), Value::Null)
            .status,
        202
    );
    assert!(sandbox.aws().key(&key).is_some());
}

#[test]
fn the_keys_of_a_plan_are_listed_page_by_page_and_those_of_an_unknown_plan_are_none() {
    let (sandbox, caller) = start();
    let plan = sandbox.aws().create_plan("us-east-1", "p");
    for number in 0..30 {
        let key = with_key(&sandbox, &format!("key-{number:02}"));
        sandbox.aws().add_to_plan("us-east-1", &plan, &key);
    }
    let list = |plan: &str, query: &str| {
        caller
            .call("GET", &format!("/usageplans/{plan}/keys{query}"), Value::Null)
            .json()
    };
    let first = list(&plan, "");
    assert_eq!(first["item"].as_array().unwrap().len(), 25);
    let position = first["position"]
        .as_str()
        .unwrap()
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let second = list(&plan, &format!("?position={position}"));
    assert_eq!(
        (second["item"].as_array().unwrap().len(), &second["position"]),
        (5, &Value::Null)
    );
    assert_eq!(second["item"][0]["name"], "key-25");
    assert_eq!(list(&plan, "?name=key-1")["item"].as_array().unwrap().len(), 10);
    assert_eq!(list("unknown", ""), json!({ "item": [] }));
}

#[test]
fn keys_are_added_one_after_the_other() {
    let sandbox = Sandbox::start(Options {
        rate_limits: RateLimits::On,
        ..Options::default()
    })
    .unwrap();
    let caller = Caller::new(&sandbox);
    let plans = ["one", "two"].map(|name| sandbox.aws().create_plan("us-east-1", name));
    let key = with_key(&sandbox, "n");
    // However slow the machine, it makes two calls within a tenth of a second now and then.
    let refused = (0..30).find_map(|number| {
        let plan = &plans[number % 2];
        let body = json!({ "keyId": key, "keyType": "API_KEY" });
        let (status, code, message) = refusal(&caller.call("POST", &format!("/usageplans/{plan}/keys"), body));
        sandbox.aws().take_from_plan("us-east-1", plan, &key);
        (status == 409).then_some((code, message))
    });
    let (code, message) = refused.unwrap();
    assert_eq!(code, "ConflictException");
    assert!(message.contains("concurrent modification"), "{message}");
}

#[test]
fn without_the_accept_header_answers_have_links() {
    let (sandbox, caller) = start();
    let plan = sandbox.aws().create_plan("us-east-1", "p");
    let answer = caller.send(&caller.signed(Request::new("GET", &format!("/usageplans/{plan}"))));
    assert_eq!(answer.json()["_links"]["self"]["href"], format!("/usageplans/{plan}"));
}

fn not_found(caller: &Caller, method: &str, target: &str) -> String {
    let (status, code, message) = refusal(&caller.call(method, target, Value::Null));
    assert_eq!((status, code.as_str()), (404, "NotFoundException"), "{target}");
    message
}

fn with_key(sandbox: &Sandbox, name: &str) -> String {
    sandbox.aws().insert(Key::new("us-east-1", name, Utc::now()))
}

fn start() -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    (sandbox, caller)
}

use std::collections::BTreeSet;

use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::aws_client::{Caller, refusal};
use crate::client::{Answer, Request};

const VALUE: &str = "abcdefghij0123456789";

#[test]
fn a_created_key_has_the_members_that_are_set() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let optional = ["name", "description", "customerId", "tags"];
    let rows = [
        (json!({}), vec![]),
        (
            json!({ "name": "", "description": "", "customerId": "", "tags": {}, "value": "" }),
            vec![],
        ),
        (
            json!({ "name": null, "description": null, "enabled": null, "tags": null }),
            vec![],
        ),
        (
            json!({ "name": "n", "description": "d", "customerId": "c", "tags": { "a": "" } }),
            optional.to_vec(),
        ),
    ];
    for (body, expected) in rows {
        let answer = caller.call("POST", "/apikeys", body.clone());
        assert_eq!(answer.status, 201, "{body}");
        let key = answer.json();
        let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let always = ["id", "value", "enabled", "createdDate", "lastUpdatedDate", "stageKeys"];
        assert_eq!(members, always.into_iter().chain(expected).collect(), "{body}");
        assert_eq!(key["enabled"], json!(false), "{body}");
        assert_eq!(key["stageKeys"], json!([]), "{body}");
        assert_eq!(key["id"].as_str().unwrap().len(), 10, "{body}");
        assert_eq!(key["value"].as_str().unwrap().len(), 40, "{body}");
        assert!(key["createdDate"].is_i64(), "{body}");
    }
}

#[test]
fn a_bad_creation_is_refused_with_the_services_words() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows = [
        (
            json!({ "value": "x".repeat(19) }),
            "API Key value should be at least 20 characters",
        ),
        (
            json!({ "value": "x".repeat(129) }),
            "API Key value exceeds maximum size of 128 characters",
        ),
        (
            json!({ "name": "x".repeat(1025) }),
            "Invalid API Key name, can be at most 1024 characters.",
        ),
        (
            json!({ "description": "x".repeat(125_001) }),
            "Invalid API Key description specified.",
        ),
        (
            json!({ "tags": { "aws:a": "" } }),
            "aws: prefixed tag key names are not allowed for external use.",
        ),
    ];
    for (body, expected) in rows {
        let answer = caller.call("POST", "/apikeys", body.clone());
        assert_eq!(
            refusal(&answer),
            (400, "BadRequestException".to_owned(), expected.to_owned())
        );
    }
    for body in [
        json!({ "colour": "red" }),
        json!({ "name": 1 }),
        json!({ "enabled": "true" }),
        json!([]),
    ] {
        let (status, code, _) = refusal(&caller.call("POST", "/apikeys", body.clone()));
        assert_eq!((status, code.as_str()), (400, "BadRequestException"), "{body}");
    }
    assert!(sandbox.aws().keys().is_empty());
}

#[test]
fn values_at_their_limits_are_taken() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let rows = [
        json!({ "value": "x".repeat(20) }),
        json!({ "value": "x".repeat(128) }),
        json!({ "name": "ü".repeat(1024) }),
        json!({ "description": "x".repeat(125_000) }),
    ];
    for body in rows {
        assert_eq!(caller.call("POST", "/apikeys", body).status, 201);
    }
}

#[test]
fn a_value_is_unique_within_its_region() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let here = Caller::new(&sandbox);
    let there = here.with(|caller| caller.region = "eu-west-1".to_owned());
    assert_eq!(here.call("POST", "/apikeys", json!({ "value": VALUE })).status, 201);
    let (status, code, message) = refusal(&here.call("POST", "/apikeys", json!({ "value": VALUE })));
    assert_eq!(
        (status, code.as_str(), message.as_str()),
        (409, "ConflictException", "API Key already exists")
    );
    assert_eq!(there.call("POST", "/apikeys", json!({ "value": VALUE })).status, 201);
}

#[test]
fn the_value_is_shown_only_on_demand() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let id = created(&caller, json!({ "value": VALUE }));
    let rows = [
        ("", Value::Null),
        ("?includeValue=false", Value::Null),
        ("?includeValue=true", json!(VALUE)),
    ];
    for (query, expected) in rows {
        let key = caller.call("GET", &format!("/apikeys/{id}{query}"), Value::Null).json();
        assert_eq!(key["value"], expected, "{query}");
    }
}

#[test]
fn a_patch_changes_what_it_names_and_hides_the_value() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let id = created(
        &caller,
        json!({ "name": "old", "enabled": true, "customerId": "c", "value": VALUE }),
    );
    let rows = [
        ("/name", "new", "name", json!("new")),
        ("/description", "d", "description", json!("d")),
        ("/customerId", "", "customerId", Value::Null),
        ("/enabled", "false", "enabled", json!(false)),
        ("/enabled", "TRUE", "enabled", json!(true)),
        ("/enabled", "perhaps", "enabled", json!(false)),
    ];
    for (path, value, member, expected) in rows {
        let answer = patch(&caller, &id, json!([{ "op": "replace", "path": path, "value": value }]));
        assert_eq!(answer.status, 200, "{path}");
        let key = answer.json();
        assert_eq!(key[member], expected, "{path} {value}");
        assert_eq!((&key["value"], &key["tags"]), (&Value::Null, &json!({})), "{path}");
    }
    assert_eq!(sandbox.aws().key(&id).unwrap().value, VALUE);
}

#[test]
fn a_patch_that_is_wrong_in_one_place_changes_nothing() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let id = created(&caller, json!({ "name": "old" }));
    let allowed = "Must be one of: [/description, /enabled, /name, /customerId]";
    let rows = [
        (
            json!({ "op": "replace", "path": "/value", "value": VALUE }),
            Some("/value"),
        ),
        (json!({ "op": "replace", "path": "/id", "value": "x" }), Some("/id")),
        (json!({ "op": "replace", "path": "name", "value": "x" }), Some("name")),
        (json!({ "op": "remove", "path": "/name" }), None),
        (json!({ "op": "exchange", "path": "/name", "value": "x" }), None),
        (
            json!({ "op": "replace", "path": "/name", "value": "x".repeat(1025) }),
            None,
        ),
        (json!({ "op": "replace", "path": "/name", "value": 1 }), None),
        (json!({ "path": "/name", "value": "x" }), None),
    ];
    for (operation, invalid_path) in rows {
        let first = json!({ "op": "replace", "path": "/name", "value": "new" });
        let answer = patch(&caller, &id, json!([first, operation]));
        let (status, code, message) = refusal(&answer);
        assert_eq!((status, code.as_str()), (400, "BadRequestException"), "{operation}");
        if let Some(path) = invalid_path {
            assert_eq!(
                message,
                format!("Invalid patch path  '{path}' specified for op 'replace'. {allowed}")
            );
        }
    }
    assert_eq!(sandbox.aws().key(&id).unwrap().name.as_deref(), Some("old"));
}

#[test]
fn an_unknown_key_is_not_found_in_any_operation() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let here = Caller::new(&sandbox);
    let there = here.with(|caller| caller.region = "eu-west-1".to_owned());
    let elsewhere = created(&there, json!({}));
    for id in ["nosuchkey0", &elsewhere] {
        for method in ["GET", "PATCH", "DELETE"] {
            let answer = here.call(method, &format!("/apikeys/{id}"), json!({ "patchOperations": [] }));
            let expected = (
                404,
                "NotFoundException".to_owned(),
                "Invalid API Key identifier specified".to_owned(),
            );
            assert_eq!(refusal(&answer), expected, "{method} {id}");
        }
    }
}

#[test]
fn a_deleted_key_is_gone() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let id = created(&caller, json!({}));
    let answer = caller.call("DELETE", &format!("/apikeys/{id}"), Value::Null);
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    assert_eq!(
        caller.call("DELETE", &format!("/apikeys/{id}"), Value::Null).status,
        404
    );
}

#[test]
fn without_accepting_json_the_answer_is_in_the_hal_flavour() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    let id = created(&caller, json!({ "name": "n" }));
    let key = caller
        .send(&caller.signed(Request::new("GET", &format!("/apikeys/{id}"))))
        .json();
    assert_eq!(key["_links"]["self"]["href"], json!(format!("/apikeys/{id}")));
    assert!(key["createdDate"].is_string());
    let list = caller
        .send(&caller.signed(Request::new("GET", "/apikeys").header("accept", "*/*")))
        .json();
    assert_eq!(list["_embedded"]["item"][0]["name"], json!("n"));
}

fn created(caller: &Caller, body: Value) -> String {
    caller.call("POST", "/apikeys", body).json()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn patch(caller: &Caller, id: &str, operations: Value) -> Answer {
    caller.call(
        "PATCH",
        &format!("/apikeys/{id}"),
        json!({ "patchOperations": operations }),
    )
}

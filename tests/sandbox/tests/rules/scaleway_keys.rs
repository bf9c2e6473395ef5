use chrono::{TimeDelta, Utc};
use sandbox::credentials::SCW_ORGANIZATION_ID;
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::scaleway_client::{APPLICATION, KEYS, USER, blamed, call};

#[test]
fn the_secret_is_in_the_create_answer_only() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let created = call(
        &sandbox,
        "POST",
        KEYS,
        json!({ "application_id": APPLICATION, "description": "ci" }),
    );
    assert_eq!(created.status, 200);
    let key = created.json();
    assert_eq!(key["secret_key"].as_str().unwrap().len(), 36);
    assert_eq!(
        (&key["application_id"], key.get("user_id")),
        (&json!(APPLICATION), None)
    );
    assert_eq!(
        (&key["default_project_id"], &key["expires_at"]),
        (&json!(SCW_ORGANIZATION_ID), &Value::Null)
    );
    assert_eq!(
        key["created_at"].as_str().unwrap().len(),
        "2030-01-02T03:04:05.678901Z".len()
    );
    assert_eq!(key["created_at"], key["updated_at"]);

    let target = format!("{KEYS}/{}", key["access_key"].as_str().unwrap());
    let answers = [
        call(&sandbox, "GET", &target, json!({})).json(),
        call(&sandbox, "PATCH", &target, json!({ "description": "cd" })).json(),
        call(&sandbox, "GET", KEYS, Value::Null).json()["api_keys"][0].clone(),
    ];
    for answer in answers {
        assert_eq!(answer.get("secret_key"), Some(&Value::Null));
    }
}

#[test]
fn every_wrong_argument_is_blamed() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let past = (Utc::now() - TimeDelta::seconds(1)).to_rfc3339();
    let with = |name: &str, value: Value| json!({ "user_id": USER, name: value });
    let rows: Vec<(Value, &[(&str, &str)])> = vec![
        (json!({}), &[("application_id", "required")]),
        (json!({ "application_id": null }), &[("application_id", "required")]),
        (
            json!({ "application_id": APPLICATION, "user_id": USER }),
            &[("user_id", "constraint")],
        ),
        (json!({ "application_id": "nonsense" }), &[("application_id", "format")]),
        (
            json!({ "application_id": APPLICATION.replace('-', "") }),
            &[("application_id", "format")],
        ),
        (
            with("default_project_id", json!("nonsense")),
            &[("default_project_id", "format")],
        ),
        (with("expires_at", json!("tomorrow")), &[("expires_at", "format")]),
        (with("expires_at", json!(past)), &[("expires_at", "constraint")]),
        (
            with("description", json!("x".repeat(201))),
            &[("description", "constraint")],
        ),
        (with("description", json!(1)), &[("description", "format")]),
        (with("colour", json!("red")), &[("colour", "unknown")]),
        (
            json!({ "colour": 1, "expires_at": "x" }),
            &[
                ("colour", "unknown"),
                ("application_id", "required"),
                ("expires_at", "format"),
            ],
        ),
        (json!([]), &[("body", "format")]),
    ];
    for (body, expected) in rows {
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b)| (String::from(*a), String::from(*b)))
            .collect();
        assert_eq!(blamed(&call(&sandbox, "POST", KEYS, body.clone())), expected, "{body}");
    }
    assert!(sandbox.scaleway().keys().is_empty());
}

#[test]
fn an_expiry_comes_back_as_the_same_instant_in_utc() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let rows = [
        ("2135-07-06T11:00:00+02:00", "2135-07-06T09:00:00Z"),
        ("2135-07-06T09:00:00.000Z", "2135-07-06T09:00:00Z"),
        ("2135-07-06T09:00:00.250Z", "2135-07-06T09:00:00.250Z"),
        ("2135-07-06T09:00:00.123456-01:30", "2135-07-06T10:30:00.123456Z"),
    ];
    for (sent, expected) in rows {
        let answer = call(
            &sandbox,
            "POST",
            KEYS,
            json!({ "user_id": USER.to_uppercase(), "expires_at": sent }),
        );
        assert_eq!(
            (&answer.json()["expires_at"], &answer.json()["user_id"]),
            (&json!(expected), &json!(USER))
        );
    }
}

#[test]
fn a_patch_changes_description_and_project_and_adds_an_expiry() {
    let (sandbox, id) = with_key();
    let target = format!("{KEYS}/{id}");
    let expiry = "2135-07-06T09:00:00Z";
    let rows = [
        (json!({ "description": "" }), "description", json!("")),
        (
            json!({ "default_project_id": APPLICATION }),
            "default_project_id",
            json!(APPLICATION),
        ),
        (
            json!({ "default_project_id": null }),
            "default_project_id",
            json!(APPLICATION),
        ),
        (json!({ "expires_at": expiry }), "expires_at", json!(expiry)),
        (
            json!({ "expires_at": "2135-07-06T10:00:00+01:00" }),
            "expires_at",
            json!(expiry),
        ),
        (json!({ "expires_at": null }), "expires_at", json!(expiry)),
    ];
    for (body, member, expected) in rows {
        let before = sandbox.scaleway().key(&id).unwrap().updated_at;
        let answer = call(&sandbox, "PATCH", &target, body.clone());
        assert_eq!((answer.status, &answer.json()[member]), (200, &expected), "{body}");
        assert!(sandbox.scaleway().key(&id).unwrap().updated_at > before, "{body}");
    }
}

#[test]
fn a_patch_cannot_change_bearer_or_expiry() {
    let (sandbox, id) = with_key();
    sandbox
        .scaleway()
        .update(&id, |key| key.expires_at = Some(Utc::now() + TimeDelta::days(1)));
    let rows = [
        (json!({ "application_id": APPLICATION }), ("application_id", "unknown")),
        (json!({ "user_id": USER }), ("user_id", "unknown")),
        (
            json!({ "expires_at": "2135-07-06T09:00:00Z" }),
            ("expires_at", "constraint"),
        ),
        (json!({ "description": "x".repeat(201) }), ("description", "constraint")),
    ];
    for (body, (name, reason)) in rows {
        let answer = call(&sandbox, "PATCH", &format!("{KEYS}/{id}"), body.clone());
        assert_eq!(blamed(&answer), [(name.to_owned(), reason.to_owned())], "{body}");
    }
}

#[test]
fn a_deleted_key_is_gone() {
    let (sandbox, id) = with_key();
    let target = format!("{KEYS}/{id}");
    let deleted = call(&sandbox, "DELETE", &target, json!({}));
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    assert_eq!(
        (deleted.header("content-type"), deleted.header("content-length")),
        (Some("application/json"), None)
    );
    for method in ["GET", "PATCH", "DELETE"] {
        let answer = call(&sandbox, method, &target, json!({}));
        let expected = json!({
            "type": "not_found",
            "message": "resource is not found",
            "resource": "access_key",
            "resource_id": id,
        });
        assert_eq!((answer.status, answer.json()), (404, expected), "{method}");
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36, "{method}");
    }
}

#[test]
fn a_key_that_is_protected_is_neither_patched_nor_deleted() {
    let (sandbox, id) = with_key();
    sandbox
        .scaleway()
        .update(&id, |key| (key.editable, key.deletable) = (false, false));
    for (method, body) in [("PATCH", json!({ "description": "x" })), ("DELETE", Value::Null)] {
        let answer = call(&sandbox, method, &format!("{KEYS}/{id}"), body);
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (403, &json!("permissions_denied")),
            "{method}"
        );
    }
}

#[test]
fn other_paths_are_answered_in_json() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let answer = call(&sandbox, "GET", "/metadata", Value::Null);
    assert_eq!((answer.status, &answer.json()["type"]), (404, &json!("not_found")));
}

fn with_key() -> (Sandbox, String) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let id = sandbox
        .scaleway()
        .insert(Key::new(Bearer::User(USER.to_owned()), "n", Utc::now()));
    (sandbox, id)
}

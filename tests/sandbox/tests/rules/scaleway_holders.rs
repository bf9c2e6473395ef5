use sandbox::credentials::{SCW_ACCESS_KEY, SCW_ORGANIZATION_ID, SCW_USER_ID};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::scaleway_client::{KEYS, blamed, call};

const APPLICATIONS: &str = "/iam/v1alpha1/applications";
const USERS: &str = "/iam/v1alpha1/users";

fn application(sandbox: &Sandbox, name: &str) -> Value {
    let body = json!({ "name": name, "organization_id": SCW_ORGANIZATION_ID, "description": "", "tags": [] });
    let created = call(sandbox, "POST", APPLICATIONS, body);
    assert_eq!(created.status, 200, "{created:?}");
    created.json()
}

fn new_user(username: &str) -> Value {
    let member = json!({ "email": format!("{username}@example.com"), "username": username, "password": "p" });
    json!({ "organization_id": SCW_ORGANIZATION_ID, "tags": [], "member": member })
}

fn user(sandbox: &Sandbox, username: &str) -> Value {
    let created = call(sandbox, "POST", USERS, new_user(username));
    assert_eq!(created.status, 200, "{created:?}");
    created.json()
}

fn path(collection: &str, object: &Value) -> String {
    format!("{collection}/{}", object["id"].as_str().unwrap())
}

#[test]
fn an_application_is_answered_as_recorded_from_the_real_service() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut created = application(&sandbox, "one");
    let path = path(APPLICATIONS, &created);
    assert_eq!(created["created_at"], created["updated_at"]);
    for varying in ["id", "created_at", "updated_at"] {
        assert!(created[varying].take().is_string());
    }
    let expected = json!({
        "id": null, "name": "one", "description": "", "created_at": null, "updated_at": null,
        "organization_id": SCW_ORGANIZATION_ID, "editable": true, "deletable": true, "managed": false,
        "nb_api_keys": 0, "tags": [],
    });
    assert_eq!(created, expected);

    let changed = call(&sandbox, "PATCH", &path, json!({ "name": "two", "tags": ["t"] }));
    assert_eq!(
        (changed.status, &changed.json()["name"], &changed.json()["tags"]),
        (200, &json!("two"), &json!(["t"]))
    );
    assert!(changed.json()["updated_at"].as_str() > changed.json()["created_at"].as_str());
    assert_eq!(call(&sandbox, "GET", &path, Value::Null).json(), changed.json());

    let deleted = call(&sandbox, "DELETE", &path, Value::Null);
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    let gone = call(&sandbox, "GET", &path, Value::Null);
    assert_eq!((gone.status, &gone.json()["resource"]), (404, &json!("application")));
}

#[test]
fn a_user_is_answered_as_recorded_from_the_real_service() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut created = user(&sandbox, "foo");
    let path = path(USERS, &created);
    let before = created["updated_at"].clone();
    for varying in ["id", "created_at", "updated_at"] {
        assert!(created[varying].take().is_string());
    }
    let expected = json!({
        "id": null, "email": "foo@example.com", "username": "foo", "first_name": "", "last_name": "", "phone_number": "",
        "locale": "en_US", "created_at": null, "updated_at": null, "organization_id": SCW_ORGANIZATION_ID, "deletable": true,
        "last_login_at": null, "type": "member", "two_factor_enabled": false, "status": "activated", "mfa": false,
        "account_root_user_id": "", "tags": [], "locked": false,
    });
    assert_eq!(created, expected);

    // The answer to a change has the time of the one before.
    let changed = call(&sandbox, "PATCH", &path, json!({ "tags": ["t"], "locale": "fr_FR" })).json();
    assert_eq!((&changed["locale"], &changed["updated_at"]), (&json!("fr_FR"), &before));
    let renamed = call(
        &sandbox,
        "POST",
        &format!("{path}/update-username"),
        json!({ "username": "bar" }),
    )
    .json();
    assert_eq!((&renamed["username"], &renamed["tags"]), (&json!("bar"), &json!(["t"])));
    let seen = call(&sandbox, "GET", &path, Value::Null).json();
    assert!(seen["updated_at"].as_str() > renamed["updated_at"].as_str());

    assert_eq!(call(&sandbox, "DELETE", &path, Value::Null).status, 204);
    let gone = call(&sandbox, "GET", &path, Value::Null);
    assert_eq!((gone.status, &gone.json()["resource"]), (404, &json!("user")));
}

#[test]
fn what_is_wrong_with_a_holder_is_blamed() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let refused = |target: &str, body: Value| blamed(&call(&sandbox, "POST", target, body));
    let expected = |name: &str, reason: &str| [(name.to_owned(), reason.to_owned())];
    let application = |name: &str, value: Value| {
        let mut body = json!({ "name": "n", "organization_id": SCW_ORGANIZATION_ID });
        body[name] = value;
        body
    };
    for (name, value, reason) in [
        ("name", Value::Null, "required"),
        ("name", json!("n".repeat(65)), "constraint"),
        ("description", json!("d".repeat(201)), "constraint"),
        ("tags", json!([1]), "format"),
        ("tags", json!(vec!["t"; 11]), "constraint"),
        ("organization_id", Value::Null, "required"),
        ("nme", json!("n"), "unknown"),
    ] {
        assert_eq!(
            refused(APPLICATIONS, application(name, value)),
            expected(name, reason),
            "{name}"
        );
    }
    let elsewhere = application("organization_id", json!("11111111-0000-4000-8000-000000000000"));
    assert_eq!(call(&sandbox, "POST", APPLICATIONS, elsewhere).status, 403);

    user(&sandbox, "taken");
    assert_eq!(refused(USERS, new_user("taken")), expected("username", "constraint"));
    let guest = json!({ "organization_id": SCW_ORGANIZATION_ID, "email": "guest@example.com" });
    assert_eq!(
        refused(USERS, guest),
        [expected("email", "unknown"), expected("member", "required")].concat()
    );
}

#[test]
fn a_holder_takes_its_keys_along_and_gets_no_more() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let holders = [
        ("application_id", APPLICATIONS, application(&sandbox, "one")),
        ("user_id", USERS, user(&sandbox, "foo")),
    ];
    for (argument, collection, holder) in holders {
        let body = json!({ argument: holder["id"] });
        assert_eq!(call(&sandbox, "POST", KEYS, body.clone()).status, 200);
        let path = path(collection, &holder);
        if collection == APPLICATIONS {
            let held = call(&sandbox, "GET", &path, Value::Null).json();
            assert_eq!(held["nb_api_keys"], 1);
        }
        assert_eq!(call(&sandbox, "DELETE", &path, Value::Null).status, 204);
        assert_eq!(sandbox.scaleway().keys(), []);
        let refused = call(&sandbox, "POST", KEYS, body);
        assert_eq!((refused.status, &refused.json()["type"]), (404, &json!("not_found")));
    }
}

#[test]
fn lists_are_paged_ordered_and_filtered() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for number in 0..25 {
        application(&sandbox, &format!("app {number}"));
        user(&sandbox, &format!("user{number}"));
    }
    let listed = |query: &str, collection: &str, member: &str, name: &str| {
        let target = format!("{collection}?organization_id={SCW_ORGANIZATION_ID}{query}");
        let answer = call(&sandbox, "GET", &target, Value::Null).json();
        let found = answer[member].as_array().unwrap().iter();
        let found: Vec<_> = found.map(|one| one[name].as_str().unwrap().to_owned()).collect();
        (found, answer["total_count"].as_u64().unwrap())
    };
    let applications = |query: &str| listed(query, APPLICATIONS, "applications", "name");
    let users = |query: &str| listed(query, USERS, "users", "username");
    assert_eq!((applications("").0.len(), applications("").1), (20, 25));
    assert_eq!(applications("&page=2").0.len(), 5);
    assert_eq!(applications("&page=9").0.len(), 0);
    assert_eq!(applications("&order_by=created_at_desc&page_size=1").0, ["app 24"]);
    assert_eq!(applications("&name=app%2024").0, ["app 24"]);
    // The owner is one of them.
    assert_eq!(users("").1, 26);
    assert_eq!(users("&type=owner").0, ["owner@example.com"]);
    assert_eq!(users("&order_by=created_at_desc&page_size=1").0, ["user24"]);
    assert_eq!(
        blamed(&call(&sandbox, "GET", APPLICATIONS, Value::Null)),
        [("organization_id".to_owned(), "format".to_owned())]
    );
}

#[test]
fn the_caller_can_find_out_who_it_is() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let own = call(&sandbox, "GET", &format!("{KEYS}/{SCW_ACCESS_KEY}"), Value::Null).json();
    assert_eq!(own["user_id"], SCW_USER_ID);
    let owner = call(&sandbox, "GET", &format!("{USERS}/{SCW_USER_ID}"), Value::Null).json();
    assert_eq!(
        (&owner["type"], &owner["organization_id"]),
        (&json!("owner"), &json!(SCW_ORGANIZATION_ID))
    );
    assert_eq!(
        call(&sandbox, "DELETE", &format!("{USERS}/{SCW_USER_ID}"), Value::Null).status,
        403
    );
}

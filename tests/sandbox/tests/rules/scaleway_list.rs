use chrono::{TimeDelta, Utc};
use sandbox::credentials::SCW_ORGANIZATION_ID;
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::scaleway_client::{APPLICATION, KEYS, USER, blamed, call};

#[test]
fn pages_are_of_twenty_unless_asked_otherwise_and_of_a_hundred_at_most() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    for _ in 0..130 {
        sandbox
            .scaleway()
            .insert(Key::new(Bearer::User(USER.to_owned()), "n", Utc::now()));
    }
    let rows = [
        ("", 20),
        ("page=7", 10),
        ("page=8", 0),
        ("page_size=100", 100),
        ("page_size=100&page=2", 30),
        ("page=18446744073709551615", 0),
    ];
    for (query, length) in rows {
        let list = call(&sandbox, "GET", &format!("{KEYS}?{query}"), json!({})).json();
        assert_eq!(list["api_keys"].as_array().unwrap().len(), length, "{query}");
        assert_eq!(list["total_count"], json!(130), "{query}");
    }
}

#[test]
fn filters_choose_the_keys() {
    let sandbox = with_keys();
    let rows: Vec<(String, &[&str])> = vec![
        (String::new(), &["a", "b", "c"]),
        (
            format!("organization_id={SCW_ORGANIZATION_ID}&bearer_type=unknown_bearer_type&page=1"),
            &["a", "b", "c"],
        ),
        ("bearer_type=application".to_owned(), &["a"]),
        ("bearer_type=user".to_owned(), &["b", "c"]),
        (format!("bearer_id={APPLICATION}"), &["a"]),
        (format!("application_id={APPLICATION}"), &["a"]),
        (format!("user_id={USER}"), &["b", "c"]),
        ("description=ployer".to_owned(), &["a", "c"]),
        ("editable=false".to_owned(), &["c"]),
        ("editable=True".to_owned(), &["a", "b"]),
        ("expired=true".to_owned(), &["b"]),
        ("expired=0".to_owned(), &["a", "c"]),
        ("access_keys=SCWC&access_keys=SCWA".to_owned(), &["a", "c"]),
        ("access_key=SCWB".to_owned(), &["b"]),
    ];
    for (query, expected) in rows {
        assert_eq!(listed(&sandbox, &query), expected, "{query}");
    }
}

#[test]
fn keys_come_in_the_order_that_is_asked_for() {
    let sandbox = with_keys();
    let rows = [
        ("created_at_asc", ["a", "b", "c"]),
        ("created_at_desc", ["c", "b", "a"]),
        ("updated_at_asc", ["b", "c", "a"]),
        ("updated_at_desc", ["a", "c", "b"]),
        ("access_key_asc", ["a", "b", "c"]),
        ("access_key_desc", ["c", "b", "a"]),
        ("expires_at_desc", ["b", "a", "c"]),
    ];
    for (order, expected) in rows {
        assert_eq!(listed(&sandbox, &format!("order_by={order}")), expected, "{order}");
    }
}

#[test]
fn a_bad_query_is_refused() {
    let sandbox = with_keys();
    let rows = [
        ("page=0", "page", "constraint"),
        ("page=x", "page", "format"),
        ("page_size=0", "page_size", "constraint"),
        ("page_size=101", "page_size", "constraint"),
        ("order_by=colour", "order_by", "format"),
        ("bearer_type=robot", "bearer_type", "format"),
        ("bearer_id=x", "bearer_id", "format"),
        ("editable=maybe", "editable", "format"),
    ];
    for (query, name, reason) in rows {
        let answer = call(&sandbox, "GET", &format!("{KEYS}?{query}"), Value::Null);
        assert_eq!(blamed(&answer), [(name.to_owned(), reason.to_owned())], "{query}");
    }
    let answer = call(&sandbox, "GET", &format!("{KEYS}?organization_id={USER}"), Value::Null);
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (403, &json!("permissions_denied"))
    );
}

/// Three keys, a to c by creation and access key; b has expired, c cannot be edited, a was patched last.
fn with_keys() -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let start = Utc::now() - TimeDelta::hours(1);
    let key = |name: &str, bearer, description: &str, age| Key {
        access_key: format!("SCW{name}"),
        ..Key::new(bearer, description, start + TimeDelta::minutes(age))
    };
    let user = || Bearer::User(USER.to_owned());
    let a = key("A", Bearer::Application(APPLICATION.to_owned()), "deployer", 1);
    sandbox.scaleway().insert(Key {
        updated_at: Utc::now(),
        ..a
    });
    sandbox.scaleway().insert(Key {
        expires_at: Some(Utc::now()),
        ..key("B", user(), "other", 2)
    });
    sandbox.scaleway().insert(Key {
        editable: false,
        ..key("C", user(), "employer", 3)
    });
    sandbox
}

/// The last letters of the listed access keys, in lower case.
fn listed(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let list = call(sandbox, "GET", &format!("{KEYS}?{query}"), Value::Null).json();
    let keys = list["api_keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["access_key"].as_str().unwrap()[3..].to_lowercase())
        .collect()
}

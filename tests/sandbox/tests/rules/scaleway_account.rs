use chrono::{TimeDelta, Utc};
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::scaleway_client::{APPLICATION, KEYS, USER, blamed, call, call_with};

#[test]
fn the_token_decides_who_is_let_in() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let key = Key::new(Bearer::User(USER.to_owned()), "n", Utc::now());
    let expired = Key {
        expires_at: Some(Utc::now()),
        ..Key::new(Bearer::User(USER.to_owned()), "n", Utc::now())
    };
    sandbox.scaleway().insert(key.clone());
    sandbox.scaleway().insert(expired.clone());
    let rows = [
        ("", Some("invalid_argument")),
        ("nonsense", Some("invalid_argument")),
        (APPLICATION, Some("not_found")),
        (expired.secret_key.as_str(), Some("expired")),
        (key.secret_key.as_str(), None),
    ];
    for (token, reason) in rows {
        let answer = call_with(&sandbox, token, "GET", KEYS, &Value::Null);
        match reason {
            None => assert_eq!(answer.status, 200, "{token}"),
            Some(reason) => {
                let body = answer.json();
                assert_eq!(
                    (answer.status, &body["type"]),
                    (401, &json!("denied_authentication")),
                    "{token}"
                );
                assert_eq!(
                    (&body["method"], &body["reason"]),
                    (&json!("api_key"), &json!(reason)),
                    "{token}"
                );
            }
        }
    }
}

#[test]
fn a_full_quota_is_refused() {
    let sandbox = Sandbox::start(Options {
        scaleway_key_quota: 1,
        ..Options::default()
    })
    .unwrap();
    assert_eq!(call(&sandbox, "POST", KEYS, json!({ "user_id": USER })).status, 200);
    let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER }));
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (403, &json!("quotas_exceeded"))
    );
    assert_eq!(answer.json()["details"][0]["current"], json!(1));
}

#[test]
fn an_expiry_policy_demands_a_near_expiry() {
    let scaleway_max_expiration = Some(TimeDelta::days(30));
    let sandbox = Sandbox::start(Options {
        scaleway_max_expiration,
        ..Options::default()
    })
    .unwrap();
    let after = |days| json!((Utc::now() + TimeDelta::days(days)).to_rfc3339());
    for expiry in [Value::Null, after(31)] {
        let answer = call(&sandbox, "POST", KEYS, json!({ "user_id": USER, "expires_at": expiry }));
        assert_eq!(
            blamed(&answer),
            [("expires_at".to_owned(), "constraint".to_owned())],
            "{expiry}"
        );
    }
    assert_eq!(
        call(
            &sandbox,
            "POST",
            KEYS,
            json!({ "user_id": USER, "expires_at": after(29) })
        )
        .status,
        200
    );
}

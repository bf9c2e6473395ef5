use chrono::{TimeDelta, Utc};
use sandbox::credentials::{TENCENTCLOUD_TEMPORARY_SECRET_ID, TENCENTCLOUD_TEMPORARY_SECRET_KEY, TENCENTCLOUD_TOKEN};
use sandbox::tencentcloud::{Key, KeyKind, Status};
use sandbox::{Cloud, DescribedSecrets, Fault, FaultKind, Options, RateLimits, Sandbox, Spelling};
use serde_json::{Value, json};

use crate::tencentcloud_2017_client::{Caller, PATH};
use crate::tencentcloud_client;

const LIST: &str = "DescribeApiKeysStatus";
const PARAMETER: i64 = 4000;
const SIGNATURE: i64 = 4100;
const TOKEN: i64 = 4105;
const REPLAY: i64 = 4500;
const GONE: i64 = 5000;
const FAILED: i64 = 5100;

#[test]
fn every_manner_of_signing_is_taken() {
    let (_sandbox, caller) = start();
    for method in ["GET", "POST"] {
        for hash in [Some("HmacSHA256"), Some("HmacSHA1"), None, Some("of our own")] {
            let caller = caller.with(|caller| (caller.method, caller.hash) = (method, hash));
            assert_eq!(caller.code("CreateApiKey", &[("secretName", "a b+c&d=平台")]), 0);
        }
    }
    let put = caller.with(|caller| caller.method = "PUT");
    assert_eq!(put.send(&put.signed(LIST, &[])).status, 404);
}

#[test]
fn a_caller_that_cannot_be_trusted_is_refused() {
    let (_sandbox, caller) = start();
    let later = |minutes| Utc::now() + TimeDelta::minutes(minutes);
    let rows = [
        ("wrong key", caller.with(|c| c.secret_key = "x".to_owned()), SIGNATURE),
        ("unknown id", caller.with(|c| c.secret_id = "AKIDx".to_owned()), 4104),
        ("temporary id without a token", temporary(&caller, None), TOKEN),
        ("wrong token", temporary(&caller, Some("another")), TOKEN),
        ("temporary", temporary(&caller, Some(TENCENTCLOUD_TOKEN)), 0),
        (
            "token of others",
            caller.with(|c| c.token = Some(TENCENTCLOUD_TOKEN.to_owned())),
            TOKEN,
        ),
        ("late", caller.with(|c| c.at = later(-6)), REPLAY),
        ("early", caller.with(|c| c.at = later(6)), REPLAY),
        ("4 minutes late", caller.with(|c| c.at = later(-4)), 0),
        ("4 minutes early", caller.with(|c| c.at = later(4)), 0),
    ];
    for (name, caller, expected) in rows {
        assert_eq!(caller.code(LIST, &[]), expected, "{name}");
    }
}

#[test]
fn a_request_that_is_not_what_was_signed_is_refused() {
    let (_sandbox, caller) = start();
    let signed = || caller.signed(LIST, &[("limit", "1")]);
    let mut changed = signed();
    changed.insert("limit".to_owned(), "2".to_owned());
    let mut more = signed();
    more.insert("offset".to_owned(), "1".to_owned());
    let mut other_hash = signed();
    other_hash.insert("SignatureMethod".to_owned(), "HmacSHA1".to_owned());
    for form in [changed, more, other_hash] {
        assert_eq!(caller.told(&form)["code"], SIGNATURE, "{form:?}");
    }
    // The method is signed, too.
    let get = caller.with(|caller| caller.method = "GET");
    assert_eq!(get.told(&signed())["code"], SIGNATURE);
    assert_eq!(caller.told(&signed())["code"], 0);
}

#[test]
fn a_nonce_is_taken_once() {
    let (sandbox, caller) = start();
    let form = caller.signed("CreateApiKey", &[("secretName", "n")]);
    assert_eq!(caller.told(&form)["code"], 0);
    assert_eq!(caller.told(&form)["code"], REPLAY);
    let mut again = form.clone();
    again.insert("secretName".to_owned(), "m".to_owned());
    assert_eq!(caller.told(&caller.sign(again))["code"], REPLAY);
    assert_eq!(sandbox.tencentcloud().keys().len(), 1);
    sandbox.reset();
    assert_eq!(caller.told(&form)["code"], 0);
}

#[test]
fn the_common_parameters_are_checked() {
    let (_sandbox, caller) = start();
    let names = ["Action", "Nonce", "Region", "SecretId", "Timestamp"];
    for (name, wrong) in names.iter().flat_map(|name| [(name, None), (name, Some(""))]) {
        let mut form = caller.signed(LIST, &[]);
        form.remove(*name);
        form.extend(wrong.map(|wrong| ((*name).to_owned(), wrong.to_owned())));
        assert_eq!(caller.told(&caller.sign(form))["code"], PARAMETER, "{name} {wrong:?}");
    }
    for (name, wrong, expected) in [
        ("Nonce", "0", PARAMETER),
        ("Nonce", "-1", PARAMETER),
        ("Timestamp", "now", PARAMETER),
        ("Region", "ap-nowhere", PARAMETER),
        ("Action", "RenameApiKey", 6100),
        ("Action", "BindIPStrategy", 6100),
    ] {
        let mut form = caller.signed(LIST, &[]);
        form.insert(name.to_owned(), wrong.to_owned());
        assert_eq!(caller.told(&caller.sign(form))["code"], expected, "{name} {wrong}");
    }
    let mut unsigned = caller.signed(LIST, &[]);
    unsigned.remove("Signature");
    assert_eq!(caller.told(&unsigned)["code"], PARAMETER);
    // What is not known is left alone.
    assert_eq!(
        caller.code(LIST, &[("RequestClient", "SDK_PYTHON_2.0.15"), ("offet", "1")]),
        0
    );
}

#[test]
fn each_action_answers_what_its_page_says() {
    let (sandbox, caller) = start();
    let made = caller.call("CreateApiKey", &[("secretName", "n")]);
    let id = made["secretID"].as_str().unwrap();
    let key = sandbox.tencentcloud().key(id).unwrap();
    let time = key.created.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let common = json!({ "code": 0, "codeDesc": "Success", "message": "" });
    let with = |more: Value| {
        let mut members = common.as_object().unwrap().clone();
        members.extend(more.as_object().unwrap().clone());
        Value::Object(members)
    };
    let described = json!({
        "secretID": id, "secretKey": key.secret, "secretName": "n", "status": 1, "type": "auto",
        "createdTime": time, "modifiedTime": time,
    });
    let mut listed = described.clone();
    listed.as_object_mut().unwrap().remove("secretKey");
    let mut new = described.clone();
    for name in ["status", "modifiedTime"] {
        new.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(made, with(new));
    assert_eq!(caller.call("DescribeApiKey", &[("secretID", id)]), with(described));
    let list = json!({ "totalCount": 1, "apiKeyStatusSet": [listed] });
    assert_eq!(caller.call(LIST, &[]), with(list));

    let updated = caller.call("UpdateApiKey", &[("secretID", id)]);
    let secret = sandbox.tencentcloud().key(id).unwrap().secret;
    assert_ne!(secret, key.secret);
    assert_eq!(
        (&updated["secretKey"], &updated["secretID"], &updated["type"]),
        (&json!(secret), &json!(id), &json!("auto"))
    );
    assert_eq!(updated.as_object().unwrap().len(), 7);
    for action in ["DisableApiKey", "EnableApiKey", "DisableApiKey", "DeleteApiKey"] {
        assert_eq!(caller.call(action, &[("secretId", id)]), common, "{action}");
    }
    assert_eq!(sandbox.tencentcloud().keys(), []);
}

#[test]
fn an_id_has_the_spelling_of_its_action() {
    let (sandbox, caller) = start();
    let id = sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now()));
    let rows = [
        ("DescribeApiKey", "secretID", "secretId"),
        ("UpdateApiKey", "secretID", "secretId"),
        ("EnableApiKey", "secretId", "secretID"),
        ("DisableApiKey", "secretId", "secretID"),
        ("DeleteApiKey", "secretId", "secretID"),
    ];
    for (action, right, wrong) in rows {
        assert_eq!(caller.code(action, &[(wrong, &id)]), PARAMETER, "{action}");
        assert_eq!(caller.code(action, &[(right, "never_there")]), GONE, "{action}");
        assert_eq!(caller.code(action, &[(right, &id)]), 0, "{action}");
    }
}

#[test]
fn the_rules_of_keys_are_those_of_api_3() {
    let (sandbox, caller) = start();
    let manual = [
        ("secretName", "n"),
        ("type", "manual"),
        ("secretID", "my_id_01"),
        ("secretKey", "my_secret_01"),
    ];
    assert_eq!(caller.code("CreateApiKey", &manual[..3]), PARAMETER);
    assert_eq!(caller.code("CreateApiKey", &manual), 0);
    let key = sandbox.tencentcloud().key("my_id_01").unwrap();
    assert_eq!((key.kind, key.secret.as_str()), (KeyKind::Manual, "my_secret_01"));
    let elsewhere = caller.with(|caller| caller.region = "ap-tokyo".to_owned());
    for caller in [&caller, &elsewhere] {
        assert_eq!(caller.code("CreateApiKey", &manual), FAILED);
    }
    assert_eq!(elsewhere.code("DescribeApiKey", &manual[2..3]), GONE);
    assert_eq!(caller.code("DeleteApiKey", &[("secretId", "my_id_01")]), FAILED);
    assert_eq!(caller.code("DisableApiKey", &[("secretId", "my_id_01")]), 0);
    assert_eq!(caller.code("UpdateApiKey", &manual[2..]), FAILED);
    sandbox.tencentcloud().bind("ap-guangzhou", "usagePlan-1", "my_id_01");
    assert_eq!(caller.code("DeleteApiKey", &[("secretId", "my_id_01")]), FAILED);
    // A name is not required here.
    assert_eq!(caller.code("CreateApiKey", &[]), 0);

    // Both APIs see the same keys.
    let other = tencentcloud_client::Caller::new(&sandbox);
    let seen = other.call("DescribeApiKey", json!({ "AccessKeyId": "my_id_01" }));
    assert_eq!(seen["Result"]["Status"], 0);
    assert_eq!(other.call(LIST, json!({}))["Result"]["TotalCount"], 2);
}

#[test]
fn keys_are_bound_to_a_usage_plan_listed_and_unbound() {
    let (sandbox, caller) = start();
    let plan = caller.call(
        "CreateUsagePlan",
        &[("usagePlanName", "p"), ("maxRequestNumPreSec", "100")],
    );
    assert_eq!(plan["usagePlanName"], "p");
    let plan = plan["usagePlanId"].as_str().unwrap();
    let id = sandbox.tencentcloud().insert(Key::new("ap-guangzhou", "n", Utc::now()));
    let bound = [("usagePlanId", plan), ("secretIds.0", &id)];
    let listed = || caller.call("DescribeUsagePlanSecretIds", &bound[..1]);
    assert_eq!(listed()["secretIdList"], json!([]));
    assert_eq!(caller.code("BindSecretIds", &bound), 0);
    assert_eq!(caller.code("BindSecretIds", &bound), FAILED);
    assert_eq!(
        listed()["secretIdList"],
        json!([{ "secretId": id, "secretName": "n", "status": 1 }])
    );
    assert_eq!(listed()["totalCount"], 1);
    assert_eq!(caller.code("DeleteUsagePlan", &bound[..1]), FAILED);
    assert_eq!(caller.code("UnBindSecretIds", &bound), 0);
    assert_eq!(caller.code("UnBindSecretIds", &bound), GONE);
    assert_eq!(caller.code("DeleteUsagePlan", &bound[..1]), 0);
    assert_eq!(caller.code("DescribeUsagePlanSecretIds", &bound[..1]), GONE);
}

#[test]
fn a_list_is_searched_and_cut_into_pages() {
    let (sandbox, caller) = start();
    let ids: Vec<_> = (0..25)
        .map(|number| {
            let status = if number == 0 { Status::Disabled } else { Status::Enabled };
            let key = Key::new("ap-guangzhou", &format!("key_{number:02}"), Utc::now());
            sandbox.tencentcloud().insert(Key { status, ..key })
        })
        .collect();
    let (first, second) = (ids[0].as_str(), ids[1].as_str());
    let rows: [(&[(&str, &str)], usize, usize); 9] = [
        (&[], 20, 25),
        (&[("offset", "20")], 5, 25),
        (&[("limit", "100")], 25, 25),
        (&[("searchName", "key_0")], 10, 10),
        (&[("searchName", "key_0"), ("limit", "3"), ("offset", "9")], 1, 10),
        (&[("searchId", first)], 1, 1),
        (&[("searchId", first), ("searchName", "key_01")], 0, 0),
        (&[("secretIDs.0", first), ("secretIDs.1", second)], 2, 2),
        (&[("searchName", "")], 20, 25),
    ];
    for (parameters, shown, total) in rows {
        let page = caller.call(LIST, parameters);
        assert_eq!(
            page["apiKeyStatusSet"].as_array().unwrap().len(),
            shown,
            "{parameters:?}"
        );
        assert_eq!(page["totalCount"], total, "{parameters:?}");
    }
    assert_eq!(caller.code(LIST, &[("limit", "101")]), PARAMETER);
}

#[test]
fn answers_can_be_spelled_as_the_older_samples_are() {
    let options = Options {
        spelling: Spelling::Sampled,
        described_secrets: DescribedSecrets::Hidden,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let caller = Caller::new(&sandbox);
    let made = caller.call("CreateApiKey", &[("secretName", "n")]);
    let id = made["secretId"].as_str().unwrap();
    assert_eq!((&made["code"], made["secretKey"].is_string()), (&json!("0"), true));
    let seen = caller.call("DescribeApiKey", &[("secretID", id)]);
    assert_eq!((&seen["code"], &seen["secretKey"]), (&json!("0"), &Value::Null));
    let gone = caller.call("DescribeApiKey", &[("secretID", "never_there")]);
    assert_eq!(gone["code"], "5000");
}

#[test]
fn requests_are_counted_apart_from_those_of_api_3() {
    let options = Options {
        rate_limits: RateLimits::On,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let caller = Caller::new(&sandbox);
    let codes: Vec<_> = (0..60).map(|_| caller.code(LIST, &[])).collect();
    assert!(codes[..20].iter().all(|code| *code == 0), "{codes:?}");
    assert!(codes.contains(&4400), "{codes:?}");
    assert_eq!(tencentcloud_client::Caller::new(&sandbox).refused(LIST, json!({})), "");
}

#[test]
fn faults_are_worded_in_the_api_that_is_called() {
    let rows = [
        (FaultKind::Throttle { retry_after: None }, 4400),
        (error("InternalError.OssException"), 6000),
        (error("ActionOffline"), 6100),
        (error("4110"), 4110),
    ];
    for (kind, expected) in rows {
        let (sandbox, caller) = start();
        fault(&sandbox, kind);
        assert_eq!(caller.code("CreateApiKey", &[("secretName", "n")]), expected);
        let entry = sandbox.journal().pop().unwrap();
        assert_eq!(entry.operation, "CreateApiKey");
        assert_eq!(entry.code, Some(expected.to_string()));
        assert_eq!(sandbox.tencentcloud().keys(), []);
    }
    let (sandbox, caller) = start();
    for (kind, keys) in [(FaultKind::Html, 0), (FaultKind::StatusAfter(500), 1)] {
        fault(&sandbox, kind);
        let answer = caller.send(&caller.signed("CreateApiKey", &[]));
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert_eq!(sandbox.tencentcloud().keys().len(), keys);
    }
}

#[test]
fn the_journal_shows_no_secret_of_a_url() {
    let (sandbox, caller) = start();
    let get = caller.with(|caller| caller.method = "GET");
    let manual = [
        ("type", "manual"),
        ("secretID", "my_id_01"),
        ("secretKey", "my_secret_01"),
    ];
    assert_eq!(get.code("CreateApiKey", &manual), 0);
    let entry = sandbox.journal().pop().unwrap();
    assert!(
        entry.path.starts_with(&format!("{PATH}?Action=CreateApiKey&")),
        "{entry:?}"
    );
    assert!(entry.path.contains("secretID=my_id_01"), "{entry:?}");
    assert!(!entry.path.contains("my_secret_01"), "{entry:?}");
}

fn start() -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let caller = Caller::new(&sandbox);
    (sandbox, caller)
}

fn temporary(caller: &Caller, token: Option<&str>) -> Caller {
    caller.with(|caller| {
        caller.secret_id = TENCENTCLOUD_TEMPORARY_SECRET_ID.to_owned();
        caller.secret_key = TENCENTCLOUD_TEMPORARY_SECRET_KEY.to_owned();
        caller.token = token.map(str::to_owned);
    })
}

fn error(code: &str) -> FaultKind {
    FaultKind::Error { code: code.to_owned() }
}

fn fault(sandbox: &Sandbox, kind: FaultKind) {
    sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: None,
        kind,
        times: 1,
    });
}

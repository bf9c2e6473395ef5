//! List resources: what is found, page by page, and what is refused.

use std::time::Duration;

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::{Object, Value};
use chrono::{TimeDelta, Utc};
use sandbox::scaleway::Bearer;
use sandbox::tencentcloud::Status;
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox, aws, scaleway, tencentcloud};
use support::calls::{Provided, message, pointed_at};
use tonic::Request;

use super::PROVIDER;
use super::query::Query;
use super::terraform::Core;

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const TENCENT: &str = "tencentcloud_api_gateway_api_key";
const APPLICATION: &str = "11111111-2222-3333-4444-555555555555";
const USER: &str = "99999999-2222-3333-4444-555555555555";
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

pub(super) fn core<'p>(provided: &'p Provided, resource: &'static str) -> Core<'p> {
    Core { provided, resource }
}

pub(super) fn aws_key(name: &str) -> aws::Key {
    aws::Key::new("us-east-1", name, Utc::now())
}

/// As many keys as fit into a page, and some more.
pub(super) fn more_than_a_page(sandbox: &Sandbox) -> usize {
    let count = 502;
    for number in 0..count {
        sandbox.aws().insert(aws_key(&format!("key {number}")));
    }
    count
}

/// What befalls the page after the first one.
fn second_page(sandbox: &Sandbox, kind: FaultKind, times: u32) {
    let fault = |kind, times| Fault {
        cloud: Cloud::Aws,
        operation: Some("GetApiKeys".to_owned()),
        kind,
        times,
    };
    // Any answer is fine that is understood.
    sandbox.fault(fault(FaultKind::PlainText, 1));
    sandbox.fault(fault(kind, times));
}

/// The paths of the lists that were read.
fn pages(sandbox: &Sandbox) -> Vec<String> {
    let journal = sandbox.journal().into_iter();
    let lists = ["GetApiKeys", "DescribeApiKeysStatus", "ListAPIKeys"];
    journal
        .filter(|entry| lists.contains(&entry.operation.as_str()))
        .map(|entry| entry.path)
        .collect()
}

/// One key of each cloud, with the id.
fn one_of_each(sandbox: &Sandbox) -> [(&'static str, String, &'static str); 3] {
    let now = Utc::now();
    let tags = [("Team".to_owned(), "billing".to_owned())].into();
    let aws = aws::Key {
        description: Some("What it is for".to_owned()),
        tags,
        ..aws_key("one")
    };
    let tencent = tencentcloud::Key::new("ap-guangzhou", "one", now);
    let scaleway = scaleway::Key {
        expires_at: Some("2035-07-06T09:00:00.5Z".parse().unwrap()),
        ..scaleway::Key::new(Bearer::Application(APPLICATION.to_owned()), "what it is for", now)
    };
    [
        (AWS, sandbox.aws().insert(aws), "value"),
        (TENCENT, sandbox.tencentcloud().insert(tencent), "access_key_secret"),
        (SCALEWAY, sandbox.scaleway().insert(scaleway), "secret_key"),
    ]
}

#[tokio::test]
async fn an_object_in_a_list_is_the_one_that_an_import_reads_but_for_its_secret() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, id, secret) in one_of_each(&sandbox) {
        let core = core(&provided, resource);
        let [bare] = core.query(&Query::default()).await.unwrap().try_into().unwrap();
        let [found] = core
            .query(&Query::default().with_objects())
            .await
            .unwrap()
            .try_into()
            .unwrap();
        assert_eq!(bare.identity, found.identity);
        let name = if resource == SCALEWAY { id.as_str() } else { "one" };
        assert_eq!((bare.display_name.as_str(), found.display_name.as_str()), (name, name));

        let imported = core.import_identity(&found.identity).await.unwrap().unwrap();
        assert_eq!(imported.identity.as_ref(), Some(&found.identity));
        assert_eq!(imported.object["id"].as_str(), Some(id.as_str()));
        let mut object = imported.object.clone();
        object.insert(secret.to_owned(), Value::Null);
        assert!(found.object == Some(object), "{:?}", found.object);
        if resource == SCALEWAY {
            continue;
        }
        let include = if resource == AWS {
            "include_values"
        } else {
            "include_secrets"
        };
        let query = Query::of([(include, true.into())]);
        let [bare] = core.query(&query).await.unwrap().try_into().unwrap();
        assert_eq!(bare.object, None);
        let [found] = core.query(&query.with_objects()).await.unwrap().try_into().unwrap();
        assert!(found.object == Some(imported.object));
    }
    let with_values = |path: &&String| path.contains("includeValues=true");
    assert_eq!(
        pages(&sandbox).iter().filter(with_values).count(),
        1,
        "only where objects are wanted with them"
    );
}

#[tokio::test]
async fn keys_are_listed_by_what_the_arguments_say() {
    let sandbox = sandbox();
    let now = Utc::now();
    for (name, customer) in [("a-1", Some("c")), ("a-2", None), ("b-1", Some("c"))] {
        let customer_id = customer.map(str::to_owned);
        sandbox.aws().insert(aws::Key {
            customer_id,
            ..aws_key(name)
        });
    }
    sandbox.aws().insert(aws::Key::new("eu-west-1", "a-9", now));
    sandbox.aws().insert(aws::Key {
        id: "nameless".to_owned(),
        name: None,
        ..aws_key("")
    });
    let tencent = |name: &str, status| tencentcloud::Key {
        status,
        ..tencentcloud::Key::new("ap-guangzhou", name, now)
    };
    sandbox.tencentcloud().insert(tencent("billing", Status::Enabled));
    sandbox.tencentcloud().insert(tencent("other", Status::Enabled));
    let off = tencentcloud::Key {
        id: "an_id_of_ours".to_owned(),
        ..tencent("billing", Status::Disabled)
    };
    sandbox.tencentcloud().insert(off);
    let text = |text: &str| Value::string(text);
    let rows: [(&'static str, Query, &[&str]); 11] = [
        (AWS, Query::default(), &["nameless", "b-1", "a-2", "a-1"]),
        (AWS, Query::of([("name_prefix", text("a-"))]), &["a-2", "a-1"]),
        (AWS, Query::of([("customer_id", text("c"))]), &["b-1", "a-1"]),
        (AWS, Query::of([("region", text("eu-west-1"))]), &["a-9"]),
        (AWS, Query::of([("name_prefix", text("a-"))]).limited(1), &["a-2"]),
        (AWS, Query::of([("name_prefix", text("none"))]), &[]),
        (TENCENT, Query::default(), &["billing", "other", "billing"]),
        (
            TENCENT,
            Query::of([("secret_name", text("billing"))]),
            &["billing", "billing"],
        ),
        (TENCENT, Query::of([("status", text("off"))]), &["billing"]),
        (TENCENT, Query::of([("status", text("on"))]), &["other", "billing"]),
        (
            TENCENT,
            Query::of([("api_key_id", text("an_id_of_ours"))]),
            &["billing"],
        ),
    ];
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, query, expected) in rows {
        let found = core(&provided, resource).query(&query).await.unwrap();
        let names: Vec<_> = found.iter().map(|found| found.display_name.as_str()).collect();
        assert_eq!(names, expected, "{resource} {:?}", query.config);
    }
    let found = core(&provided, AWS)
        .query(&Query::of([("region", text("eu-west-1"))]))
        .await
        .unwrap();
    assert_eq!(found[0].identity["region"].as_str(), Some("eu-west-1"));
}

#[tokio::test]
async fn scaleway_keys_are_listed_by_the_arguments_of_the_official_provider() {
    let sandbox = sandbox();
    let now = Utc::now();
    let key = |number: u32, bearer, description| scaleway::Key {
        access_key: format!("SCWXXXXXXXXXXXXXXXX{number}"),
        ..scaleway::Key::new(bearer, description, now + TimeDelta::seconds(number.into()))
    };
    let application = || Bearer::Application(APPLICATION.to_owned());
    sandbox.scaleway().insert(key(1, application(), "production"));
    sandbox.scaleway().insert(scaleway::Key {
        editable: false,
        ..key(2, application(), "staging")
    });
    sandbox.scaleway().insert(scaleway::Key {
        expires_at: Some(now - TimeDelta::days(1)),
        ..key(3, Bearer::User(USER.to_owned()), "")
    });
    let organization = sandbox::credentials::SCW_ORGANIZATION_ID;
    let access_key = |number: u32| Value::string(format!("SCWXXXXXXXXXXXXXXXX{number}"));
    let rows: [(Query, &[u32]); 11] = [
        (Query::default(), &[1, 2, 3]),
        (Query::of([("organization_id", organization.into())]), &[1, 2, 3]),
        (Query::of([("editable", true.into())]), &[1, 3]),
        (Query::of([("editable", false.into())]), &[2]),
        (Query::of([("expired", true.into())]), &[3]),
        (Query::of([("expired", false.into())]), &[1, 2]),
        (Query::of([("description", "production".into())]), &[1]),
        (Query::of([("bearer_id", APPLICATION.into())]), &[1, 2]),
        (Query::of([("bearer_type", "user".into())]), &[3]),
        (
            Query::of([("access_keys", Value::List(vec![access_key(3), access_key(1)]))]),
            &[1, 3],
        ),
        (Query::of([("access_keys", Value::List(Vec::new()))]), &[1, 2, 3]),
    ];
    let provided = Provided::configured(PROVIDER, "scaleway", &sandbox).await;
    for (query, expected) in rows {
        let found = core(&provided, SCALEWAY).query(&query).await.unwrap();
        let names: Vec<_> = found.iter().map(|found| found.display_name.clone()).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|number| format!("SCWXXXXXXXXXXXXXXXX{number}"))
            .collect();
        assert_eq!(names, expected, "{:?}", query.config);
    }
}

#[tokio::test]
async fn the_first_page_is_found_while_the_second_is_awaited() {
    let sandbox = sandbox();
    more_than_a_page(&sandbox);
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    second_page(
        &sandbox,
        FaultKind::Hold {
            milliseconds: 3_600_000,
        },
        1,
    );
    let mut results = core.begin(&Query::default().limited(1000)).await;
    for _ in 0..500 {
        results.next().await.unwrap().unwrap();
    }
    sandbox.wait_for_calls("GetApiKeys", 2, PATIENCE).unwrap();

    // The call is ended, as nothing waits for what it finds.
    provided
        .rpc()
        .stop_provider(Request::new(Default::default()))
        .await
        .unwrap();
    let told = results.next().await.unwrap_err();
    assert_eq!(told[0].summary, "Cannot list aws_api_gateway_api_key");
    assert!(told[0].detail.starts_with("Terraform asked to stop"), "{told:?}");
}

#[tokio::test]
async fn no_page_is_read_beyond_the_limit() {
    let sandbox = sandbox();
    let count = more_than_a_page(&sandbox);
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    for (limit, found, read) in [(0, 0, 0), (1, 1, 1), (500, 500, 1), (501, 501, 2), (1000, count, 2)] {
        let before = pages(&sandbox).len();
        let mut results = core.begin(&Query::default().limited(limit)).await;
        let mut number = 0;
        // To the end of the stream, which Terraform does not wait for.
        while results.next().await.unwrap().is_some() {
            number += 1;
        }
        assert_eq!((number, pages(&sandbox).len() - before), (found, read), "limit {limit}");
    }
}

#[tokio::test]
async fn a_list_that_nobody_reads_any_more_makes_no_more_calls() {
    let sandbox = sandbox();
    more_than_a_page(&sandbox);
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    let query = Query::of([("name_prefix", "k".into())]).limited(1000);
    second_page(&sandbox, FaultKind::Delay { milliseconds: 500 }, 1);
    let mut results = core.begin(&query).await;
    results.next().await.unwrap().unwrap();
    sandbox.wait_for_calls("GetApiKeys", 2, PATIENCE).unwrap();
    // The page that is under way fails, and would be read again.
    second_page(&sandbox, FaultKind::Delay { milliseconds: 1000 }, 1);
    drop(results);

    let other = Query::of([("name_prefix", "key".into())]).limited(1000);
    core.query(&other).await.unwrap();
    let of_dropped = |path: &&String| path.ends_with("name=k") || path.contains("name=k&");
    assert_eq!(pages(&sandbox).iter().filter(of_dropped).count(), 2);
}

#[tokio::test]
async fn an_error_comes_after_what_was_found_before_it() {
    let sandbox = sandbox();
    more_than_a_page(&sandbox);
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    let lists = |kind| {
        sandbox.clear_faults();
        second_page(&sandbox, kind, 1);
    };
    let replaced = |body: &str| FaultKind::Replace {
        status: None,
        body: body.to_owned(),
    };
    let error = FaultKind::Error {
        code: "AccessDeniedException".to_owned(),
    };
    for (kind, said) in [
        (error, "GetApiKeys: AccessDeniedException"),
        (
            replaced(r#"{"item": [{"name": "a"}]}"#),
            "the list holds a key without an id",
        ),
    ] {
        lists(kind);
        let mut results = core.begin(&Query::default().limited(1000)).await;
        for _ in 0..500 {
            results.next().await.unwrap().unwrap();
        }
        let told = results.next().await.unwrap_err();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].summary, "Cannot list aws_api_gateway_api_key");
        assert!(told[0].detail.contains(said), "{told:?}");
        assert_eq!(results.next().await, Ok(None), "it is the last");
    }
}

#[tokio::test]
async fn a_list_that_repeats_itself_is_read_once_or_an_error() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let replace = |cloud, operation: &str, body: String, times| {
        sandbox.clear_faults();
        sandbox.fault(Fault {
            cloud,
            operation: Some(operation.to_owned()),
            kind: FaultKind::Replace {
                status: Some(200),
                body,
            },
            times,
        });
    };
    let full = |key: &str| {
        (0..100)
            .map(|number| key.replace('N', &number.to_string()))
            .collect::<Vec<_>>()
            .join(",")
    };
    let tencent = |keys: &str| {
        format!(r#"{{"Response": {{"Result": {{"TotalCount": 900, "ApiKeySet": [{keys}]}}, "RequestId": "r"}}}}"#)
    };
    let scaleway = |keys: &str| format!(r#"{{"total_count": 900, "api_keys": [{keys}]}}"#);
    let circle = "the list of keys leads back to a page that was read before";

    // A page that says where it leads to itself.
    let page = r#"{"item": [{"id": "a", "name": "a"}, {"id": "a", "name": "a"}], "position": "p"}"#;
    replace(Cloud::Aws, "GetApiKeys", page.to_owned(), 2);
    expect_found_then(&core(&provided, AWS), circle, 1).await;

    let key = r#"{"AccessKeyId": "key_N", "SecretName": "a", "Status": 1}"#;
    replace(Cloud::Tencentcloud, "DescribeApiKeysStatus", tencent(&full(key)), 2);
    expect_found_then(&core(&provided, TENCENT), circle, 100).await;
    let key = r#"{"access_key": "SCW_N", "description": "", "editable": true}"#;
    replace(Cloud::Scaleway, "ListAPIKeys", scaleway(&full(key)), 2);
    expect_found_then(&core(&provided, SCALEWAY), circle, 100).await;

    // Shorter pages that repeat ids end the list.
    let key = r#"{"AccessKeyId": "key_1", "SecretName": "a", "Status": 1}"#;
    replace(Cloud::Tencentcloud, "DescribeApiKeysStatus", tencent(key), 2);
    assert_eq!(
        core(&provided, TENCENT).query(&Query::default()).await.unwrap().len(),
        1
    );
    let key = r#"{"access_key": "SCW_1", "description": "", "editable": true}"#;
    replace(Cloud::Scaleway, "ListAPIKeys", scaleway(key), 2);
    assert_eq!(
        core(&provided, SCALEWAY).query(&Query::default()).await.unwrap().len(),
        1
    );
}

/// Expects this many results, and then an error.
pub(super) async fn expect_found_then(core: &Core<'_>, said: &str, count: usize) {
    let mut results = core.begin(&Query::default().limited(1000)).await;
    for _ in 0..count {
        results.next().await.unwrap().unwrap();
    }
    let told = results.next().await.unwrap_err();
    assert!(told[0].detail.contains(said), "{told:?}");
}

#[tokio::test]
async fn pages_shorter_than_asked_for_are_read_on_and_no_page_more_than_there_are() {
    let sandbox = Sandbox::start(Options {
        scaleway_key_quota: 1000,
        ..Options::default()
    });
    let sandbox = sandbox.unwrap();
    let start = Utc::now();
    for number in 0..150 {
        let bearer = Bearer::Application(APPLICATION.to_owned());
        let created = start + TimeDelta::seconds(number);
        sandbox.scaleway().insert(scaleway::Key::new(bearer, "", created));
        let key = tencentcloud::Key::new("ap-guangzhou", "one", created);
        sandbox.tencentcloud().insert(key);
    }
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, limit, found, read) in [
        (SCALEWAY, 100, 100, 1),
        (SCALEWAY, 1000, 150, 2),
        (TENCENT, 100, 100, 1),
        (TENCENT, 1000, 150, 2),
    ] {
        let before = pages(&sandbox).len();
        let query = Query::default().limited(limit);
        let results = core(&provided, resource).query(&query).await.unwrap();
        assert_eq!(
            (results.len(), pages(&sandbox).len() - before),
            (found, read),
            "{resource}"
        );
    }
}

#[tokio::test]
async fn an_argument_of_no_use_is_an_error_at_its_path() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let list = |element: Value| Value::List(vec![element]);
    let rows: [(&'static str, &'static str, &[Value]); 16] = [
        (AWS, "region", &["here".into(), "".into()]),
        (AWS, "name_prefix", &["x".repeat(1025).as_str().into()]),
        (TENCENT, "api_key_id", &["a b c".into()]),
        (TENCENT, "status", &["enabled".into()]),
        ("aws_api_gateway_usage_plan_key", "usage_plan_id", &["u1/k1".into()]),
        (
            "tencentcloud_api_gateway_api_key_attachment",
            "usage_plan_id",
            &["k1#u1".into()],
        ),
        (SCALEWAY, "organization_id", &["acme".into()]),
        (SCALEWAY, "bearer_id", &["me".into()]),
        (SCALEWAY, "bearer_type", &["group".into()]),
        (SCALEWAY, "access_keys", &[list("SCW".into())]),
        (SCALEWAY, "access_keys", &[list(Value::Null)]),
        (
            "scaleway_iam_application",
            "application_ids",
            &[list("ci".into()), list(Value::Null)],
        ),
        ("scaleway_iam_application", "organization_id", &["acme".into()]),
        ("scaleway_iam_user", "organization_id", &["acme".into()]),
        ("scaleway_iam_user", "type", &["admin".into()]),
        ("scaleway_iam_user", "user_ids", &[list("me".into())]),
    ];
    for (resource, argument, values) in rows {
        let core = core(&provided, resource);
        let undecided = Query::of([(argument, Value::Unknown)]);
        assert_eq!(core.validate_query(&undecided).await, Ok(()));
        for value in values {
            let query = Query::of([(argument, value.clone())]);
            let error = [(argument.to_owned(), format!("Invalid {argument}"))];
            let told = core.validate_query(&query).await.unwrap_err();
            assert_eq!(pointed_at(&told), error);
            // Nor does a list take it that was never validated.
            let told = core.begin(&query).await.next().await.unwrap_err();
            assert_eq!(pointed_at(&told), error);
        }
    }
}

#[tokio::test]
async fn nothing_is_listed_without_known_arguments_or_a_configuration() {
    let sandbox = sandbox();
    let provided = Provided::start(PROVIDER, "aws", Some(&sandbox)).await;
    let told = core(&provided, AWS).query(&Query::default()).await.unwrap_err();
    assert!(told[0].detail.contains("has not been configured"), "{told:?}");

    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let query = Query::of([("name_prefix", Value::Unknown)]);
    let told = core(&provided, AWS).begin(&query).await.next().await.unwrap_err();
    let error = [("name_prefix".to_owned(), "Invalid name_prefix".to_owned())];
    assert_eq!(pointed_at(&told), error);
    let query = Query::of([("region", "cn-north-1".into())]);
    let told = core(&provided, AWS).query(&query).await.unwrap_err();
    assert_eq!(pointed_at(&told)[0].0, "region");
    assert_eq!(pages(&sandbox), Vec::<String>::new());
}

#[tokio::test]
async fn a_scaleway_list_is_of_the_organization_that_is_given_or_configured_or_of_the_credentials() {
    let sandbox = sandbox();
    let mut environment = sandbox.environment();
    environment.remove("SCW_DEFAULT_ORGANIZATION_ID").unwrap();
    let provided = Provided::configured_in(PROVIDER, "scaleway", environment).await;
    let organization = sandbox::credentials::SCW_ORGANIZATION_ID;
    let given = organization.to_uppercase();
    for query in [
        Query::of([("organization_id", given.as_str().into())]),
        Query::default(),
    ] {
        assert_eq!(core(&provided, SCALEWAY).query(&query).await, Ok(Vec::new()));
    }
    let operations = sandbox.journal().into_iter().map(|entry| entry.operation);
    let expected = ["ListAPIKeys", "GetAPIKey", "GetUser", "ListAPIKeys"];
    assert_eq!(operations.collect::<Vec<_>>(), expected);
    for path in pages(&sandbox) {
        assert!(path.contains(&format!("organization_id={organization}")), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_list_resource_is_told_as_a_diagnostic() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let request = pb::list_resource::Request {
        type_name: AWS.to_owned(),
        limit: 100,
        ..Default::default()
    };
    let mut events = provided.rpc().list_resource(request).await.unwrap().into_inner();
    let event = events.message().await.unwrap().unwrap();
    let error = [(String::new(), "Unknown list resource".to_owned())];
    assert_eq!(pointed_at(&event.diagnostic), error);
    assert_eq!(events.message().await.unwrap(), None);
}

/// The arguments that a configuration sets.
fn set(config: &Object) -> Vec<&str> {
    let set = config.iter().filter(|(_, value)| **value != Value::Null);
    set.map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn a_generated_configuration_is_what_a_person_would_write_and_plans_no_change() {
    let sandbox = sandbox();
    let now = Utc::now();
    let [aws_full, tencent, scaleway_ending] = one_of_each(&sandbox).map(|(_, id, _)| id);
    let plain = aws::Key {
        description: Some("Managed by Terraform".to_owned()),
        ..aws_key("plain")
    };
    let other = aws::Key {
        region: "eu-west-1".to_owned(),
        enabled: false,
        customer_id: Some("c".to_owned()),
        ..aws_key("other")
    };
    let other = format!("{}@eu-west-1", sandbox.aws().insert(other));
    let manual = tencentcloud::Key {
        id: "an_id_of_ours".to_owned(),
        kind: tencentcloud::KeyKind::Manual,
        status: Status::Disabled,
        ..tencentcloud::Key::new("ap-guangzhou", "manual", now)
    };
    let of_user = scaleway::Key {
        expires_at: Some(now - TimeDelta::days(1)),
        ..scaleway::Key::new(Bearer::User(USER.to_owned()), "", now)
    };
    let rows: [(&'static str, String, &[&str]); 7] = [
        (AWS, aws_full, &["description", "name", "tags"]),
        (AWS, sandbox.aws().insert(plain), &["name"]),
        (AWS, other, &["customer_id", "description", "enabled", "name", "region"]),
        (TENCENT, tencent, &["secret_name"]),
        (
            TENCENT,
            sandbox.tencentcloud().insert(manual),
            &["access_key_id", "access_key_type", "secret_name", "status"],
        ),
        (
            SCALEWAY,
            scaleway_ending,
            &["application_id", "default_project_id", "description", "expires_at"],
        ),
        // It has ended, and without its end another one would be planned.
        (
            SCALEWAY,
            sandbox.scaleway().insert(of_user),
            &["default_project_id", "expires_at", "user_id"],
        ),
    ];
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, id, expected) in rows {
        let core = core(&provided, resource);
        let imported = core.import(&id).await.unwrap().unwrap();
        let config = core.generate(&imported.object).await.unwrap();
        assert_eq!(set(&config), expected, "{resource} {id}");
        let planned = core.plan(Some(&imported), Some(&config)).await.unwrap();
        assert_eq!(planned.object, Some(imported.object));
    }
}

#[tokio::test]
async fn a_configuration_for_an_object_in_a_list_is_that_for_the_imported_one() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, id, _) in one_of_each(&sandbox) {
        let core = core(&provided, resource);
        let found = core.query(&Query::default().with_objects()).await.unwrap();
        let imported = core.import(&id).await.unwrap().unwrap();
        let listed = core.generate(found[0].object.as_ref().unwrap()).await.unwrap();
        assert!(listed == core.generate(&imported.object).await.unwrap());
    }
}

#[tokio::test]
async fn no_configuration_is_generated_from_nothing() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let request = pb::generate_resource_config::Request {
        type_name: SCALEWAY.to_owned(),
        state: message(provided.schema(SCALEWAY), None),
    };
    let answer = provided
        .rpc()
        .generate_resource_config(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        pointed_at(&answer.diagnostics),
        [(String::new(), "Invalid message".to_owned())]
    );
}

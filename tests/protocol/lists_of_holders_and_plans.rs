//! List resources of what keys are held by and bound to: what is found, page by page.

use apikeys::value::{Object, Value};
use chrono::{TimeDelta, Utc};
use sandbox::{Cloud, Fault, FaultKind, aws, scaleway, tencentcloud};
use support::calls::{Provided, pointed_at};

use super::PROVIDER;
use super::lists::{aws_key, core, expect_found_then, more_than_a_page, sandbox};
use super::query::Query;
use super::terraform::Core;

/// The display names of what is found.
async fn names(core: &Core<'_>, query: &Query) -> Vec<String> {
    let found = core.query(query).await.unwrap();
    found.into_iter().map(|found| found.display_name).collect()
}

/// Expects one object in a list, with the state that an import by its identity reads, and returns that state.
async fn expect_imported(core: &Core<'_>, query: Query, name: &str, secret: Option<&str>) -> Object {
    let [bare] = core.query(&query).await.unwrap().try_into().unwrap();
    assert_eq!((bare.display_name.as_str(), bare.object), (name, None));
    let [found] = core.query(&query.with_objects()).await.unwrap().try_into().unwrap();
    assert_eq!((found.display_name.as_str(), &found.identity), (name, &bare.identity));
    let imported = core.import_identity(&found.identity).await.unwrap().unwrap();
    assert_eq!(imported.identity.as_ref(), Some(&found.identity));
    let mut object = imported.object.clone();
    if let Some(secret) = secret {
        object.insert(secret.to_owned(), Value::Null);
    }
    assert!(found.object == Some(object), "{:?}", found.object);
    let config = core.generate(&found.object.unwrap()).await.unwrap();
    let planned = core.plan(Some(&imported), Some(&config)).await.unwrap();
    assert!(
        planned.object.as_ref() == Some(&imported.object),
        "generated configuration plans no change"
    );
    imported.object
}

fn texts(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| Value::string(*text)).collect())
}

#[tokio::test]
async fn scaleway_applications_are_listed_by_the_arguments_of_the_official_provider() {
    let sandbox = sandbox();
    let start = Utc::now();
    let application = |number: i64, name: &str, tag: &str| scaleway::Application {
        tags: vec![tag.to_owned()],
        description: "what it is for".to_owned(),
        ..scaleway::Application::new(name, start + TimeDelta::seconds(number))
    };
    let ci = sandbox
        .scaleway_applications()
        .insert(application(1, "ci", "team:build"));
    let web = sandbox
        .scaleway_applications()
        .insert(application(2, "web", "team:shop"));
    sandbox.scaleway_applications().insert(scaleway::Application {
        editable: false,
        ..application(3, "support", "of the vendor")
    });
    let organization = sandbox::credentials::SCW_ORGANIZATION_ID;
    let rows: [(Query, &[&str]); 9] = [
        (Query::default(), &["ci", "web", "support"]),
        (
            Query::of([("organization_id", organization.to_uppercase().as_str().into())]),
            &["ci", "web", "support"],
        ),
        (Query::of([("name", "web".into())]), &["web"]),
        (Query::of([("tag", "team:".into())]), &["ci", "web"]),
        (Query::of([("editable", false.into())]), &["support"]),
        (Query::of([("editable", true.into())]), &["ci", "web"]),
        (
            Query::of([("application_ids", texts(&[&web.to_uppercase(), &ci]))]),
            &["ci", "web"],
        ),
        (Query::of([("application_ids", texts(&[]))]), &["ci", "web", "support"]),
        (Query::default().limited(1), &["ci"]),
    ];
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = core(&provided, "scaleway_iam_application");
    for (query, expected) in rows {
        assert_eq!(names(&core, &query).await, expected, "{:?}", query.config);
    }
    let query = Query::of([("application_ids", texts(&[&web]))]);
    let object = expect_imported(&core, query, "web", None).await;
    assert_eq!(object["id"].as_str(), Some(web.as_str()));
}

#[tokio::test]
async fn scaleway_users_are_listed_by_the_arguments_of_the_official_provider() {
    let sandbox = sandbox();
    let start = Utc::now();
    let user = |number: i64, name: &str, tag: &str| scaleway::User {
        tags: vec![tag.to_owned()],
        first_name: "A".to_owned(),
        ..scaleway::User::new(name, &format!("{name}@example.com"), start + TimeDelta::seconds(number))
    };
    let ann = sandbox.scaleway_users().insert(user(1, "ann", "team:build"));
    sandbox.scaleway_users().insert(scaleway::User {
        mfa: true,
        ..user(2, "bob", "team:shop")
    });
    let (owner, ann_mail, bob) = ("owner@example.com", "ann@example.com", "bob@example.com");
    let rows: [(Query, &[&str]); 9] = [
        (Query::default(), &[owner, ann_mail, bob]),
        (Query::of([("tag", "team:".into())]), &[ann_mail, bob]),
        (Query::of([("mfa", true.into())]), &[bob]),
        (Query::of([("mfa", false.into())]), &[owner, ann_mail]),
        (Query::of([("type", "owner".into())]), &[owner]),
        (Query::of([("type", "member".into())]), &[ann_mail, bob]),
        (Query::of([("type", "guest".into())]), &[]),
        (Query::of([("user_ids", texts(&[&ann]))]), &[ann_mail]),
        (Query::default().limited(2), &[owner, ann_mail]),
    ];
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = core(&provided, "scaleway_iam_user");
    for (query, expected) in rows {
        assert_eq!(names(&core, &query).await, expected, "{:?}", query.config);
    }
    let query = Query::of([("user_ids", texts(&[&ann.to_uppercase()]))]);
    let object = expect_imported(&core, query, ann_mail, None).await;
    assert_eq!(object["id"].as_str(), Some(ann.as_str()));
}

#[tokio::test]
async fn a_list_of_holders_is_read_page_by_page_to_its_end() {
    let sandbox = sandbox();
    for number in 0..150 {
        let created = Utc::now() + TimeDelta::seconds(number);
        let application = scaleway::Application::new(&format!("application {number}"), created);
        sandbox.scaleway_applications().insert(application);
    }
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = core(&provided, "scaleway_iam_application");
    let read = || {
        let journal = sandbox.journal().into_iter();
        journal.filter(|entry| entry.operation == "ListApplications").count()
    };
    for (limit, found, pages) in [(100, 100, 1), (1000, 150, 2)] {
        let before = read();
        let results = names(&core, &Query::default().limited(limit)).await;
        assert_eq!((results.len(), read() - before), (found, pages));
    }

    let full: Vec<_> = (0..100)
        .map(|number| format!(r#"{{"id": "{number}", "name": "a"}}"#))
        .collect();
    for (applications, times) in [(full.join(","), 2), (r#"{"id": "1", "name": "a"}"#.to_owned(), 2)] {
        sandbox.clear_faults();
        sandbox.fault(Fault {
            cloud: Cloud::Scaleway,
            operation: Some("ListApplications".to_owned()),
            kind: FaultKind::Replace {
                status: Some(200),
                body: format!(r#"{{"total_count": 900, "applications": [{applications}]}}"#),
            },
            times,
        });
        if applications.len() > 100 {
            let circle = "the list of applications leads back to a page that was read before";
            expect_found_then(&core, circle, 100).await;
        } else {
            assert_eq!(
                names(&core, &Query::default()).await,
                ["a"],
                "a short page that repeats ids ends the list"
            );
        }
    }
}

#[tokio::test]
async fn the_keys_of_a_usage_plan_are_listed_with_their_values_where_those_are_asked_for() {
    let sandbox = sandbox();
    let one = sandbox.aws().insert(aws_key("one"));
    sandbox.aws().insert(aws::Key {
        id: "nameless".to_owned(),
        name: None,
        ..aws_key("")
    });
    sandbox.aws().insert(aws_key("in no plan"));
    let far = sandbox.aws().insert(aws::Key::new("eu-west-1", "far", Utc::now()));
    let plans = [
        ("us-east-1", "u1", "one"),
        ("us-east-1", "u2", "two"),
        ("eu-west-1", "u1", "far"),
    ];
    for (region, plan, name) in plans {
        sandbox.aws().insert_plan(region, plan, name);
    }
    sandbox.aws().add_to_plan("us-east-1", "u1", &one);
    sandbox.aws().add_to_plan("us-east-1", "u1", "nameless");
    sandbox.aws().add_to_plan("us-east-1", "u2", &one);
    sandbox.aws().add_to_plan("eu-west-1", "u1", &far);
    let plan = |id: &str| ("usage_plan_id", Value::string(id));
    let abroad = || ("region", Value::string("eu-west-1"));
    let rows: [(Query, &[&str]); 5] = [
        (Query::of([plan("u1")]), &["one", "nameless"]),
        (Query::of([plan("u1")]).limited(1), &["one"]),
        (Query::of([plan("u2")]), &["one"]),
        (Query::of([plan("u1"), abroad()]), &["far"]),
        (Query::of([plan("u3")]), &[]),
    ];
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = core(&provided, "aws_api_gateway_usage_plan_key");
    for (query, expected) in rows {
        assert_eq!(names(&core, &query).await, expected, "{:?}", query.config);
    }
    expect_imported(&core, Query::of([plan("u1"), abroad()]), "far", Some("value")).await;
    let imported = expect_imported(&core, Query::of([plan("u2")]), "one", Some("value")).await;
    let query = Query::of([plan("u2"), ("include_values", true.into())]);
    assert_eq!(core.query(&query).await.unwrap()[0].object, None);
    let found = core.query(&query.clone().with_objects()).await.unwrap();
    assert!(found[0].object == Some(imported));

    let replace = |body: &str, times| {
        sandbox.clear_faults();
        sandbox.fault(Fault {
            cloud: Cloud::Aws,
            operation: Some("GetUsagePlanKeys".to_owned()),
            kind: FaultKind::Replace {
                status: Some(200),
                body: body.to_owned(),
            },
            times,
        });
    };
    for (body, said) in [
        (
            r#"{"item": [{"id": "a", "name": "a"}]}"#,
            "the list has no value of the key a",
        ),
        (r#"{"item": [{"name": "a"}]}"#, "the list holds a key without an id"),
        (
            r#"{"item": [{"id": "a", "value": "v"}], "position": "p"}"#,
            "the list of keys leads back to a page that was read before",
        ),
    ] {
        replace(body, 2);
        let told = core.query(&query.clone().with_objects()).await.unwrap_err();
        assert!(told[0].detail.contains(said), "{told:?}");
    }
}

#[tokio::test]
async fn the_keys_of_a_usage_plan_are_read_page_by_page() {
    let sandbox = sandbox();
    let count = more_than_a_page(&sandbox);
    sandbox.aws().insert_plan("us-east-1", "u1", "large");
    for key in sandbox.aws().keys() {
        sandbox.aws().add_to_plan("us-east-1", "u1", &key.id);
    }
    for number in 0..150 {
        let name = format!("key {number}");
        let key = tencentcloud::Key::new("ap-guangzhou", &name, Utc::now());
        let id = sandbox.tencentcloud().insert(key);
        sandbox.tencentcloud().bind("ap-guangzhou", "usagePlan-a", &id);
    }
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let (aws, tencent) = (
        "aws_api_gateway_usage_plan_key",
        "tencentcloud_api_gateway_api_key_attachment",
    );
    for (resource, plan, operation, limit, found, read) in [
        (aws, "u1", "GetUsagePlanKeys", 500, 500, 1),
        (aws, "u1", "GetUsagePlanKeys", 1000, count, 2),
        (tencent, "usagePlan-a", "DescribeUsagePlanSecretIds", 100, 100, 1),
        (tencent, "usagePlan-a", "DescribeUsagePlanSecretIds", 1000, 150, 2),
    ] {
        let calls = || {
            sandbox
                .journal()
                .iter()
                .filter(|entry| entry.operation == operation)
                .count()
        };
        let before = calls();
        let query = Query::of([("usage_plan_id", plan.into())]).limited(limit);
        let results = names(&core(&provided, resource), &query).await;
        assert_eq!((results.len(), calls() - before), (found, read), "{resource}");
    }
}

#[tokio::test]
async fn the_keys_that_are_bound_to_a_usage_plan_are_listed() {
    let sandbox = sandbox();
    let key = |name: &str| tencentcloud::Key::new("ap-guangzhou", name, Utc::now());
    let [one, two] = ["one", "two"].map(|name| sandbox.tencentcloud().insert(key(name)));
    sandbox.tencentcloud().insert(key("not bound"));
    for (plan, id) in [("usagePlan-a", &one), ("usagePlan-a", &two), ("usagePlan-b", &two)] {
        sandbox.tencentcloud().bind("ap-guangzhou", plan, id);
    }
    sandbox
        .tencentcloud()
        .insert_plan("ap-guangzhou", "usagePlan-c", "empty");
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = core(&provided, "tencentcloud_api_gateway_api_key_attachment");
    let plan = |id: &str| Query::of([("usage_plan_id", id.into())]);
    let mut both = names(&core, &plan("usagePlan-a")).await;
    both.sort_unstable();
    assert_eq!(both, ["one", "two"]);
    assert_eq!(names(&core, &plan("usagePlan-a").limited(1)).await.len(), 1);
    assert_eq!(names(&core, &plan("usagePlan-c")).await, Vec::<String>::new());
    let object = expect_imported(&core, plan("usagePlan-b"), "two", None).await;
    assert_eq!(object["id"].as_str(), Some(format!("{two}#usagePlan-b").as_str()));

    let told = core.query(&plan("usagePlan-d")).await.unwrap_err();
    let said = "ap-guangzhou has no usage plan usagePlan-d";
    assert!(told[0].detail.contains(said), "{told:?}");
    let nameless =
        r#"{"Response": {"Result": {"TotalCount": 1, "AccessKeyList": [{"AccessKeyId": "a"}]}, "RequestId": "r"}}"#;
    sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some("DescribeUsagePlanSecretIds".to_owned()),
        kind: FaultKind::Replace {
            status: Some(200),
            body: nameless.to_owned(),
        },
        times: 1,
    });
    assert_eq!(names(&core, &plan("usagePlan-a")).await, ["a"]);
}

#[tokio::test]
async fn a_list_of_the_keys_of_a_usage_plan_needs_the_plan() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    for resource in [
        "aws_api_gateway_usage_plan_key",
        "tencentcloud_api_gateway_api_key_attachment",
    ] {
        let core = core(&provided, resource);
        let told = core.begin(&Query::default()).await.next().await.unwrap_err();
        assert_eq!(pointed_at(&told)[0].0, "usage_plan_id", "{resource}");
    }
}

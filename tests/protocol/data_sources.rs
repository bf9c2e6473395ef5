//! Data sources: validated, read, and refused.

use std::collections::BTreeMap;

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::schema::Presence;
use apikeys::value::{Object, Type, Value, msgpack};
use sandbox::aws::Key;
use sandbox::{Options, Sandbox};
use support::calls::{Provided, message, pointed_at};

use super::PROVIDER;

const KEY: &str = "aws_api_gateway_api_key";
const KEYS: &str = "aws_api_gateway_api_keys";

/// What is read, which has to fit the schema.
fn found(provided: &Provided, type_name: &str, response: &pb::read_data_source::Response) -> Object {
    assert_eq!(response.diagnostics, []);
    assert!(response.deferred.is_none());
    let state = response.state.as_ref().unwrap();
    match msgpack::decode(&state.msgpack, &provided.data_schema(type_name).ty()).unwrap() {
        Value::Object(object) => object,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_read_is_wholly_known_and_has_the_arguments_as_they_were() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let key = Key::new("us-east-1", "one", chrono::Utc::now());
    sandbox.aws().insert(key.clone());
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;

    let response = provided.read_data(KEY, [("id", key.id.as_str().into())]).await;
    let one = found(&provided, KEY, &response);
    assert!(one.values().all(Value::is_wholly_known));
    assert_eq!(one["id"].as_str(), Some(key.id.as_str()));
    assert_eq!(one["value"].as_str(), Some(key.value.as_str()));
    assert_eq!(one["region"].as_str(), Some("us-east-1"));

    for (include, value) in [
        (Value::Null, None),
        (false.into(), None),
        (true.into(), Some(&key.value)),
    ] {
        let response = provided.read_data(KEYS, [("include_values", include.clone())]).await;
        let all = found(&provided, KEYS, &response);
        assert!(all.values().all(Value::is_wholly_known));
        assert!(all["include_values"] == include);
        let Value::List(items) = &all["items"] else {
            panic!("{:?}", all["items"])
        };
        let [Value::Object(item)] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert_eq!(item["value"].as_str(), value.map(String::as_str));
    }
}

#[tokio::test]
async fn an_argument_that_is_null_or_of_no_use_is_an_error_at_its_path() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let rows: [(&str, &str, &[Value]); 6] = [
        (KEY, "id", &[Value::Null, "".into(), "a/b".into()]),
        (KEY, "region", &["".into(), "here".into()]),
        (KEYS, "region", &["here".into()]),
        (KEYS, "name_prefix", &["x".repeat(1025).as_str().into()]),
        (
            "scaleway_iam_api_key",
            "access_key",
            &[Value::Null, "".into(), "SCW".into()],
        ),
        ("tencentcloud_api_gateway_api_keys", "api_key_id", &["a b c".into()]),
    ];
    for (type_name, argument, values) in rows {
        for value in values {
            let mut config = undecided(&provided, type_name);
            config.insert(argument.to_owned(), value.clone());
            let error = vec![(argument.to_owned(), format!("Invalid {argument}"))];
            assert_eq!(validated(&provided, type_name, config).await, error);
        }
    }
}

#[tokio::test]
async fn what_is_read_cannot_be_set() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let mut count = 0;
    for source in provided.provider.data_sources() {
        for attribute in &source.schema().attributes {
            if attribute.rule.presence != Presence::Computed {
                continue;
            }
            let mut config = undecided(&provided, source.type_name());
            assert_eq!(validated(&provided, source.type_name(), config.clone()).await, []);
            let value = match attribute.ty {
                Type::Bool => true.into(),
                Type::List(_) => Value::List(Vec::new()),
                Type::Map(_) => Value::Map(BTreeMap::new()),
                _ => "x".into(),
            };
            config.insert(attribute.name.to_owned(), value);
            let error = vec![(attribute.name.to_owned(), format!("Invalid {}", attribute.name))];
            assert_eq!(validated(&provided, source.type_name(), config).await, error);
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[tokio::test]
async fn nothing_is_read_without_known_arguments_or_a_configuration() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::start(PROVIDER, "aws", Some(&sandbox)).await;
    let response = provided.read_data(KEYS, []).await;
    assert!(response.diagnostics[0].detail.contains("has not been configured"));

    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let response = provided.read_data(KEYS, [("name_prefix", Value::Unknown)]).await;
    let error = vec![("name_prefix".to_owned(), "Invalid name_prefix".to_owned())];
    assert_eq!(pointed_at(&response.diagnostics), error);
    // A plan may never validate what it reads.
    let response = provided.read_data(KEY, [("id", "../usageplans".into())]).await;
    assert_eq!(
        pointed_at(&response.diagnostics),
        [("id".to_owned(), "Invalid id".to_owned())]
    );
    assert_eq!(sandbox.journal().len(), 0);
}

#[tokio::test]
async fn an_unknown_data_source_is_told_as_a_diagnostic() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let request = pb::read_data_source::Request {
        type_name: KEYS.to_owned(),
        ..Default::default()
    };
    let response = provided.rpc().read_data_source(request).await.unwrap().into_inner();
    let error = [(String::new(), "Unknown data source".to_owned())];
    assert_eq!(pointed_at(&response.diagnostics), error);
}

async fn validated(provided: &Provided, type_name: &str, config: Object) -> Vec<(String, String)> {
    let request = pb::validate_data_resource_config::Request {
        type_name: type_name.to_owned(),
        config: message(provided.data_schema(type_name), Some(config)),
    };
    let response = provided.rpc().validate_data_resource_config(request).await;
    pointed_at(&response.unwrap().into_inner().diagnostics)
}

/// A configuration in which everything that can be set is known only after apply.
fn undecided(provided: &Provided, type_name: &str) -> Object {
    let schema = provided.data_schema(type_name);
    let mut config = schema.empty_object();
    for attribute in &schema.attributes {
        if attribute.rule.presence != Presence::Computed {
            config.insert(attribute.name.to_owned(), Value::Unknown);
        }
    }
    config
}

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::Value;
use support::calls::{Provided, message, pointed_at};
use tonic::Request;

use super::PROVIDER;

const TYPE: &str = "aws_api_gateway_api_key";

#[tokio::test]
async fn bytes_that_are_no_value_are_told_as_diagnostics() {
    let provided = Provided::start(PROVIDER, "aws", None).await;
    let deep = vec![0x91; 100_000];
    let rows: [(&str, Vec<u8>); 5] = [
        ("reserved", vec![0xc1]),
        ("a huge array that is not there", vec![0xdd, 0xff, 0xff, 0xff, 0xff]),
        ("nesting without end", deep),
        ("another type", vec![0xa1, b'x']),
        ("too few attributes", vec![0x81, 0xa4, b'n', b'a', b'm', b'e', 0xc0]),
    ];
    for (name, msgpack) in rows {
        let request = pb::validate_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: Some(pb::DynamicValue {
                msgpack,
                json: Vec::new(),
            }),
            client_capabilities: None,
        };
        let answer = provided
            .rpc()
            .validate_resource_config(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            pointed_at(&answer.diagnostics),
            [(String::new(), "Invalid message".to_owned())],
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_unknown_resource_type_is_told_as_a_diagnostic() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let request = pb::validate_resource_config::Request {
        type_name: TYPE.to_owned(),
        ..Default::default()
    };
    let answer = provided
        .rpc()
        .validate_resource_config(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        pointed_at(&answer.diagnostics),
        [(String::new(), "Unknown resource type".to_owned())]
    );
}

#[tokio::test]
async fn unknown_configuration_passes_validation_and_a_wrong_value_is_pointed_at() {
    let provided = Provided::start(PROVIDER, "aws", None).await;
    let schema = provided.schema(TYPE);
    let mut unknown = schema.empty_object();
    for attribute in schema
        .attributes
        .iter()
        .filter(|a| a.rule.presence != apikeys::schema::Presence::Computed)
    {
        unknown.insert(attribute.name.to_owned(), Value::Unknown);
    }
    let tags = Value::Map([("aws:x".to_owned(), Value::string("y"))].into());
    let wrong = provided.object(TYPE, [("name", "n".into()), ("value", "short".into()), ("tags", tags)]);
    let rows = [(unknown, vec![]), (wrong, vec!["tags.[aws:x]", "value"])];
    for (config, expected) in rows {
        let request = pb::validate_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: message(schema, Some(config)),
            client_capabilities: None,
        };
        let answer = provided
            .rpc()
            .validate_resource_config(request)
            .await
            .unwrap()
            .into_inner();
        let paths: Vec<_> = pointed_at(&answer.diagnostics)
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(paths, expected);
    }
}

#[tokio::test]
async fn a_stored_state_is_completed_and_what_does_not_fit_is_refused() {
    let provided = Provided::start(PROVIDER, "aws", None).await;
    let upgrade = async |raw_state: pb::RawState| {
        let request = pb::upgrade_resource_state::Request {
            type_name: TYPE.to_owned(),
            version: 0,
            raw_state: Some(raw_state),
        };
        provided
            .rpc()
            .upgrade_resource_state(request)
            .await
            .unwrap()
            .into_inner()
    };
    let json = |text: &str| pb::RawState {
        json: text.as_bytes().to_vec(),
        flatmap: Default::default(),
    };
    // As the official provider writes it, before it knew the region argument.
    let official = r#"{"arn":"arn:aws:apigateway:eu-west-1::/apikeys/a1","customer_id":"","enabled":true,"id":"a1",
        "name":"n","tags":null,"tags_all":{},"value":"v"}"#;
    let answer = upgrade(json(official)).await;
    assert_eq!(answer.diagnostics, []);
    let state = provided.answered(TYPE, answer.upgraded_state.as_ref()).unwrap();
    assert_eq!(state["region"].as_str(), Some("eu-west-1"));
    assert_eq!(state["customer_id"].as_str(), Some(""));
    assert!(
        state["tags"] == Value::Map([].into()),
        "no tags, whether the configuration has an empty map or none"
    );

    let flatmap = pb::RawState {
        json: Vec::new(),
        flatmap: [("id".to_owned(), "a1".to_owned())].into(),
    };
    for (state, summary) in [
        (flatmap, "Unreadable state"),
        (json("{"), "Invalid message"),
        (json(r#"{"id":1}"#), "Invalid message"),
        (json(r#"{"stage_key":[]}"#), "Invalid message"),
    ] {
        let answer = upgrade(state).await;
        assert_eq!(pointed_at(&answer.diagnostics), [(String::new(), summary.to_owned())]);
    }
}

#[tokio::test]
async fn a_provider_block_with_unknown_values_is_accepted() {
    let provided = Provided::start(PROVIDER, "aws", None).await;
    let schema = provided.provider.schema();
    let mut config = schema.empty_object();
    for name in ["access_key", "secret_key", "token", "region", "use_fips_endpoint"] {
        assert!(config.insert(name.to_owned(), Value::Unknown).is_some(), "{name}");
    }
    let request = pb::validate_provider_config::Request {
        config: message(&schema, Some(config.clone())),
    };
    let validated = provided
        .rpc()
        .validate_provider_config(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(validated.diagnostics, []);
    let request = pb::configure_provider::Request {
        config: message(&schema, Some(config)),
        ..Default::default()
    };
    let configured = provided.rpc().configure_provider(request).await.unwrap().into_inner();
    assert_eq!(configured.diagnostics, []);

    let wanted = provided.object(TYPE, [("name", "n".into())]);
    let plan = provided.plan(TYPE, None, Some(&wanted)).await;
    assert_eq!(plan.diagnostics, []);
    let planned = provided.answered(TYPE, plan.planned_state.as_ref()).unwrap();
    assert!(planned["region"] == Value::Unknown);

    let state = provided.object(TYPE, [("id", "a1".into()), ("region", "us-east-1".into())]);
    let read = provided.read(TYPE, &state).await;
    assert_eq!(
        pointed_at(&read.diagnostics),
        [(String::new(), format!("Cannot read {TYPE}"))]
    );
    assert!(
        read.diagnostics[0].detail.contains("is not known yet"),
        "{}",
        read.diagnostics[0].detail
    );
    assert!(
        provided.answered(TYPE, read.new_state.as_ref()) == Some(state),
        "the state stays"
    );
    let _ = provided
        .rpc()
        .stop_provider(Request::new(Default::default()))
        .await
        .unwrap();
}

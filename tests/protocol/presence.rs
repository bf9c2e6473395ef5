//! Who gives a value: required attributes and computed ones, of every resource, from the declaration.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::schema::Presence;
use apikeys::value::{Object, Type, Value};
use support::calls::{Provided, message, pointed_at};

use super::PROVIDER;

#[tokio::test]
async fn a_required_attribute_that_is_null_is_an_error_at_its_path() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    for (resource, name) in of_presence(&provided, Presence::Required) {
        let mut config = undecided(&provided, resource);
        assert_eq!(said(&provided, resource, &config).await, [no_errors(), no_errors()]);
        config.insert(name.to_owned(), Value::Null);
        let error = vec![(name.to_owned(), format!("Invalid {name}"))];
        assert_eq!(said(&provided, resource, &config).await, [error.clone(), error]);
    }
}

#[tokio::test]
async fn a_computed_attribute_that_is_set_is_an_error_at_its_path() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    for (resource, name) in of_presence(&provided, Presence::Computed) {
        let mut config = undecided(&provided, resource);
        let ty = &provided.schema(resource).attribute(name).unwrap().ty;
        let value = if *ty == Type::Bool { true.into() } else { "x".into() };
        config.insert(name.to_owned(), value);
        let error = vec![(name.to_owned(), format!("Invalid {name}"))];
        assert_eq!(said(&provided, resource, &config).await, [error.clone(), error.clone()]);
        // It may turn out to be null until there is a plan.
        config.insert(name.to_owned(), Value::Unknown);
        assert_eq!(said(&provided, resource, &config).await, [no_errors(), error]);
    }
}

type Said = Vec<(String, String)>;

fn no_errors() -> Said {
    Said::new()
}

/// What is said of a configuration at validation, and at a plan.
async fn said(provided: &Provided, resource: &str, config: &Object) -> [Said; 2] {
    let request = pb::validate_resource_config::Request {
        type_name: resource.to_owned(),
        config: message(provided.schema(resource), Some(config.clone())),
        ..Default::default()
    };
    let validated = provided
        .rpc()
        .validate_resource_config(request)
        .await
        .unwrap()
        .into_inner();
    let planned = provided.plan(resource, None, Some(config)).await;
    [pointed_at(&validated.diagnostics), pointed_at(&planned.diagnostics)]
}

/// A configuration in which everything that can be set is known only after apply.
fn undecided(provided: &Provided, resource: &str) -> Object {
    let mut config = provided.object(resource, []);
    for attribute in &provided.schema(resource).attributes {
        if attribute.rule.presence != Presence::Computed {
            config.insert(attribute.name.to_owned(), Value::Unknown);
        }
    }
    config
}

fn of_presence(provided: &Provided, presence: Presence) -> Vec<(&str, &'static str)> {
    let resources = provided.provider.resources();
    let found: Vec<_> = resources
        .flat_map(|resource| {
            let attributes = resource.schema().attributes.iter();
            let attributes = attributes.filter(|attribute| attribute.rule.presence == presence);
            attributes.map(|attribute| (resource.type_name(), attribute.name))
        })
        .collect();
    assert!(!found.is_empty());
    found
}

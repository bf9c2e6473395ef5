//! The resources, data sources and provider blocks are those of the official providers, attribute by attribute.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use apikeys::provider::Provider;
use apikeys::schema::Schema;
use apikeys::schema::check::Check;
use apikeys::schema::{Attribute, Change, Presence, Sensitivity, Unset};
use apikeys::value::Value;
use serde_json::{Map, Value as Json, json};
use support::provider;

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const APPLICATION: &str = "scaleway_iam_application";
const USER: &str = "scaleway_iam_user";
const TENCENTCLOUD: &str = "tencentcloud_api_gateway_api_key";
const ATTACHMENT: &str = "tencentcloud_api_gateway_api_key_attachment";
const USAGE_PLAN_KEY: &str = "aws_api_gateway_usage_plan_key";

const DEFAULT: &str = "a plan may only fill in what is declared computed";
const FORMER: &str = "the official provider's examples leave it out, as its earlier releases allowed";
const SETTLED: &str = "the official provider's states hold the empty value once they were read";
const WRITE_ONLY: &str = "write-only arguments are not served yet";
const INERT: &str = "the official provider's change does nothing";
const EMPTY_STRING: &str = "official states hold the empty string where the configuration has none";
const EMPTY: &str = "states hold the empty value where the configuration has none";
const ID: &str = "setting it has no effect; only the kit the official providers are made with declares it so";
const IMMUTABLE: &str = "the official provider refuses the change during apply; a replacement is planned instead";
const NOT_FOUND: &str = "with another value nothing is found";
const SECRET: &str = "it is a secret";
const LIMIT: &str = "the service's limit, checked before it is called";

/// How ours differ from the official ones, on purpose: resource, attribute, property, why.
const DEVIATIONS: &[(&str, &str, &str, &str)] = &[
    (AWS, "customer_id", "computed", DEFAULT),
    (AWS, "customer_id", "default", EMPTY_STRING),
    (AWS, "description", "computed", DEFAULT),
    (AWS, "description", "length", LIMIT),
    (AWS, "enabled", "computed", DEFAULT),
    (AWS, "id", "optional", ID),
    (AWS, "name", "length", LIMIT),
    (AWS, "tags", "computed", EMPTY),
    (USAGE_PLAN_KEY, "id", "optional", ID),
    (USAGE_PLAN_KEY, "key_type", "one_of", LIMIT),
    (USAGE_PLAN_KEY, "value", "sensitive", "it is a secret"),
    (ATTACHMENT, "id", "optional", ID),
    (TENCENTCLOUD, "access_key_id", "replaces", IMMUTABLE),
    (TENCENTCLOUD, "access_key_secret", "sensitive", SECRET),
    (TENCENTCLOUD, "access_key_type", "computed", DEFAULT),
    (TENCENTCLOUD, "access_key_type", "replaces", IMMUTABLE),
    (TENCENTCLOUD, "id", "optional", ID),
    (TENCENTCLOUD, "status", "computed", DEFAULT),
    (
        SCALEWAY,
        "default_project_id",
        "replaces",
        "the service changes it in place",
    ),
    (SCALEWAY, "description", "computed", DEFAULT),
    (SCALEWAY, "description", "default", EMPTY_STRING),
    (SCALEWAY, "description", "length", LIMIT),
    (SCALEWAY, "expires_at", "computed", DEFAULT),
    (SCALEWAY, "expires_at", "default", EMPTY_STRING),
    (SCALEWAY, "id", "optional", ID),
    (
        SCALEWAY,
        "user_id",
        "replaces",
        "the service cannot change it, and the official provider's change does nothing",
    ),
    ("data.aws_api_gateway_api_keys", "items", "sensitive_inside", SECRET),
    (
        "data.aws_api_gateway_api_keys",
        "name_prefix",
        "presence",
        "the service has it",
    ),
    ("data.tencentcloud_api_gateway_api_keys", "id", "optional", ID),
    (
        "data.tencentcloud_api_gateway_api_keys",
        "include_secrets",
        "presence",
        "the official provider writes the secrets into the file without being asked",
    ),
    (
        "data.tencentcloud_api_gateway_api_keys",
        "list",
        "sensitive_inside",
        SECRET,
    ),
    ("data.scaleway_iam_api_key", "id", "optional", ID),
    (APPLICATION, "description", "computed", DEFAULT),
    (APPLICATION, "description", "default", SETTLED),
    (APPLICATION, "description", "length", LIMIT),
    (APPLICATION, "id", "optional", ID),
    (APPLICATION, "name", "length", LIMIT),
    (APPLICATION, "organization_id", "replaces", INERT),
    (APPLICATION, "organization_id", "uuid", LIMIT),
    (APPLICATION, "tags", "computed", SETTLED),
    (USER, "first_name", "computed", DEFAULT),
    (USER, "first_name", "default", SETTLED),
    (USER, "id", "optional", ID),
    (USER, "last_name", "computed", DEFAULT),
    (USER, "last_name", "default", SETTLED),
    (USER, "organization_id", "replaces", INERT),
    (USER, "organization_id", "uuid", LIMIT),
    (USER, "password_wo", "presence", WRITE_ONLY),
    (USER, "password_wo_version", "presence", WRITE_ONLY),
    (USER, "phone_number", "computed", DEFAULT),
    (USER, "phone_number", "default", SETTLED),
    (USER, "tags", "computed", SETTLED),
    (USER, "username", "computed", FORMER),
    (USER, "username", "optional", FORMER),
    (USER, "username", "required", FORMER),
    ("list.scaleway_iam_api_key", "bearer_id", "uuid", NOT_FOUND),
    ("list.scaleway_iam_api_key", "bearer_type", "one_of", NOT_FOUND),
    ("list.scaleway_iam_user", "type", "one_of", NOT_FOUND),
];

/// The list resources that the official providers do not have.
const OWN_LISTS: [&str; 4] = [AWS, USAGE_PLAN_KEY, TENCENTCLOUD, ATTACHMENT];

const NEWER: &str = "the official provider has it in later releases than the one that the data is of";
const OF_2017: &str = "the official provider knows API 3.0 only, and none of what the API of 2017 leaves to the caller";

/// The arguments of our provider blocks that the official ones lack: cloud, argument, why.
const OWN_ARGUMENTS: [(&str, &str, &str); 5] = [
    ("aws", "tag_policy_compliance", NEWER),
    ("aws", "user_agent", NEWER),
    ("tencentcloud", "api_version", OF_2017),
    ("tencentcloud", "request_method", OF_2017),
    ("tencentcloud", "signature_method", OF_2017),
];

#[test]
fn attributes_are_the_official_ones_but_for_listed_deviations() {
    let data: Map<String, Json> = serde_json::from_str(include_str!("data/official-schemas.json")).unwrap();
    let provider = provider();
    let mut found = Vec::new();
    for resource in provider.resources() {
        let official = data[resource.type_name()].as_object().unwrap();
        for (attribute, property) in differences(resource.schema(), official) {
            found.push((resource.type_name().to_owned(), attribute, property));
        }
    }
    for source in provider.data_sources() {
        let name = format!("data.{}", source.type_name());
        let official = data[&name].as_object().unwrap();
        let differences = differences(source.schema(), official);
        found.extend(
            differences
                .into_iter()
                .map(|(attribute, property)| (name.clone(), attribute, property)),
        );
    }
    for list in provider.lists() {
        let name = format!("list.{}", list.type_name());
        let Some(official) = data.get(&name) else {
            assert!(OWN_LISTS.contains(&list.type_name()), "{name}");
            continue;
        };
        let differences = differences(list.schema(), official.as_object().unwrap()).into_iter();
        found.extend(differences.map(|(attribute, property)| (name.clone(), attribute, property)));
    }
    let listed = DEVIATIONS.iter();
    let mut listed: Vec<_> = listed
        .map(|(resource, attribute, property, _)| ((*resource).to_owned(), (*attribute).to_owned(), *property))
        .collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn arguments_of_provider_blocks_are_the_official_ones_and_listed_ones_of_our_own() {
    let data: Map<String, Json> = serde_json::from_str(include_str!("data/official-provider-blocks.json")).unwrap();
    let mut own = Vec::new();
    for cloud in provider().clouds() {
        let ours = cloud.block().ty().to_json();
        let official = data[cloud.name].as_object().unwrap();
        for (name, ty) in official {
            assert_eq!(&ours[1][name], ty, "{} {name}", cloud.name);
        }
        let names = ours[1].as_object().unwrap().keys().cloned();
        own.extend(
            names
                .filter(|name| !official.contains_key(name))
                .map(|name| (cloud.name, name)),
        );
    }
    own.sort();
    let listed = OWN_ARGUMENTS.map(|(cloud, argument, _)| (cloud, argument.to_owned()));
    assert_eq!(own, listed);
}

/// The properties in which attributes differ, by attribute. An attribute that only one side has differs as a whole.
fn differences(ours: &Schema, official: &Map<String, Json>) -> Vec<(String, &'static str)> {
    let ours: BTreeMap<_, _> = ours
        .attributes
        .iter()
        .map(|a| (a.name.to_owned(), properties(a)))
        .collect();
    let names = ours
        .keys()
        .chain(official.keys().filter(|name| !ours.contains_key(*name)));
    let mut differences = Vec::new();
    for name in names {
        let (Some(ours), Some(official)) = (ours.get(name), official.get(name)) else {
            differences.push((name.clone(), "presence"));
            continue;
        };
        let differing = ours
            .iter()
            .filter(|(property, value)| official.get(**property).unwrap_or(&Json::Null) != *value);
        differences.extend(differing.map(|(property, _)| (name.clone(), *property)));
    }
    differences
}

/// What the data file says of an attribute; null where it says nothing.
fn properties(attribute: &Attribute) -> BTreeMap<&'static str, Json> {
    let rule = &attribute.rule;
    let flag = |holds: bool| if holds { json!(true) } else { Json::Null };
    let check = |of: fn(&Check) -> Option<Json>| rule.checks.iter().find_map(of).unwrap_or_default();
    BTreeMap::from([
        ("type", attribute.ty.to_json()),
        ("required", flag(rule.presence == Presence::Required)),
        ("optional", flag(rule.presence == Presence::Optional)),
        ("computed", flag(attribute.is_computed())),
        ("sensitive", flag(attribute.sensitivity == Sensitivity::Sensitive)),
        ("sensitive_inside", sensitive_inside(attribute)),
        ("replaces", flag(rule.change == Change::Replace)),
        ("default", default(&rule.unset)),
        (
            "length",
            check(|check| match check {
                Check::Length { min, max } => Some(json!([min, max])),
                _ => None,
            }),
        ),
        (
            "one_of",
            check(|check| match check {
                Check::OneOf(allowed) => Some(json!(allowed)),
                _ => None,
            }),
        ),
        (
            "rfc3339",
            check(|check| matches!(check, Check::Rfc3339).then(|| json!(true))),
        ),
        ("uuid", check(|check| matches!(check, Check::Uuid).then(|| json!(true)))),
    ])
}

/// Which attributes of its elements are sensitive.
fn sensitive_inside(attribute: &Attribute) -> Json {
    let Some(nested) = &attribute.nested else {
        return Json::Null;
    };
    let sensitive = nested
        .attributes
        .iter()
        .filter(|a| a.sensitivity == Sensitivity::Sensitive);
    json!(sensitive.map(|attribute| attribute.name).collect::<Vec<_>>())
}

fn default(unset: &Unset) -> Json {
    match unset {
        Unset::Default(Value::String(text)) => json!(text.as_str()),
        Unset::Default(Value::Bool(value)) => json!(value),
        _ => Json::Null,
    }
}

fn provider() -> Provider {
    provider::provider("terraform-provider-apikeys".as_ref())
}

//! Identities, message by message.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::{Object, Type};
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use support::calls::{Provided, message, pointed_at};
use tonic::Request;

use super::PROVIDER;
use super::terraform::{Action, Core, Stored};

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const TENCENT: &str = "tencentcloud_api_gateway_api_key";
const APPLICATION: &str = "11111111-2222-3333-4444-555555555555";
const HOLDER: &str = "scaleway_iam_application";
const USER: &str = "scaleway_iam_user";
const PLAN_KEY: &str = "aws_api_gateway_usage_plan_key";
const ATTACHMENT: &str = "tencentcloud_api_gateway_api_key_attachment";
/// Those that can be changed in place.
const RESOURCES: [&str; 5] = [AWS, TENCENT, SCALEWAY, HOLDER, USER];

fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

fn core<'p>(provided: &'p Provided, resource: &'static str) -> Core<'p> {
    Core { provided, resource }
}

fn config(core: &Core<'_>) -> Object {
    match core.resource {
        AWS => core.object([("name", "one".into())]),
        TENCENT => core.object([("secret_name", "one".into())]),
        HOLDER => core.object([("name", "one".into())]),
        USER => core.object([("email", "one@example.com".into())]),
        PLAN_KEY => core.object([
            ("key_id", "a1b2c3d4e5".into()),
            ("key_type", "API_KEY".into()),
            ("usage_plan_id", "plan".into()),
        ]),
        ATTACHMENT => core.object([("api_key_id", "AKID1".into()), ("usage_plan_id", "plan".into())]),
        _ => core.object([("application_id", APPLICATION.into())]),
    }
}

/// The same with a change in place.
fn changed(core: &Core<'_>) -> Object {
    let (name, value) = match core.resource {
        TENCENT => ("status", "off"),
        USER => ("first_name", "another"),
        _ => ("description", "another"),
    };
    let mut config = config(core);
    config.insert(name.to_owned(), value.into());
    config
}

async fn made(core: &Core<'_>) -> Stored {
    let plan = core.plan(None, Some(&config(core))).await.unwrap();
    let (stored, told) = core.apply(&plan).await;
    assert_eq!(told, []);
    stored.unwrap()
}

/// The identity that is known of a key in the sandbox.
fn known(core: &Core<'_>, stored: &Stored) -> Object {
    let id = stored.object["id"].as_str().unwrap();
    match core.resource {
        AWS => core.identity([("id", id), ("region", "us-east-1")]),
        TENCENT => core.identity([("id", id), ("region", "ap-guangzhou")]),
        _ => core.identity([("id", id)]),
    }
}

#[tokio::test]
async fn every_resource_has_an_identity_of_version_0_that_terraform_loads() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let request = Request::new(pb::get_resource_identity_schemas::Request {});
    let answer = provided
        .rpc()
        .get_resource_identity_schemas(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.diagnostics, []);
    let mut types: Vec<_> = answer.identity_schemas.keys().map(String::as_str).collect();
    types.sort_unstable();
    let mut expected: Vec<_> = provided
        .provider
        .resources()
        .map(|resource| resource.type_name())
        .collect();
    expected.sort_unstable();
    assert_eq!(types, expected);
    for (name, schema) in &answer.identity_schemas {
        assert_eq!(schema.version, 0, "{name}");
        for attribute in &schema.identity_attributes {
            assert!(attribute.required_for_import != attribute.optional_for_import, "{name}");
            assert_eq!(
                attribute.r#type,
                Type::String.to_json().to_string().as_bytes(),
                "{name}"
            );
            assert_ne!(attribute.description, "", "{name}");
        }
    }
    let needed = |resource: &str| {
        let attributes = answer.identity_schemas[resource].identity_attributes.iter();
        let mut names: Vec<_> = attributes.map(|it| (it.name.clone(), it.required_for_import)).collect();
        names.sort_unstable();
        names
    };
    let names = |names: &[(&str, bool)]| {
        names
            .iter()
            .map(|(name, needed)| ((*name).to_owned(), *needed))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        needed(AWS),
        names(&[("account_id", false), ("id", true), ("region", false)])
    );
    assert_eq!(needed(TENCENT), names(&[("id", true), ("region", false)]));
    // As the official provider has them.
    for resource in [SCALEWAY, HOLDER, USER] {
        assert_eq!(needed(resource), names(&[("id", true)]), "{resource}");
    }
    // The ids of both ends.
    assert_eq!(
        needed(PLAN_KEY),
        names(&[
            ("account_id", false),
            ("key_id", true),
            ("region", false),
            ("usage_plan_id", true)
        ])
    );
    assert_eq!(
        needed(ATTACHMENT),
        names(&[("api_key_id", true), ("region", false), ("usage_plan_id", true)])
    );
}

#[tokio::test]
async fn a_key_in_a_plan_is_identified_by_both_ends() {
    let sandbox = sandbox();
    let now = chrono::Utc::now();
    let key = sandbox::aws::Key::new("us-east-1", "key", now);
    sandbox.aws().insert(sandbox::aws::Key {
        id: "a1b2c3d4e5".to_owned(),
        ..key
    });
    sandbox.aws().insert_plan("us-east-1", "plan", "plan");
    let key = sandbox::tencentcloud::Key::new("ap-guangzhou", "key", now);
    sandbox.tencentcloud().insert(sandbox::tencentcloud::Key {
        id: "AKID1".to_owned(),
        ..key
    });
    sandbox.tencentcloud().insert_plan("ap-guangzhou", "plan", "plan");
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, ends, region, id) in [
        (PLAN_KEY, ["key_id", "usage_plan_id"], "us-east-1", "plan/a1b2c3d4e5"),
        (
            ATTACHMENT,
            ["api_key_id", "usage_plan_id"],
            "ap-guangzhou",
            "AKID1#plan",
        ),
    ] {
        let core = core(&provided, resource);
        let stored = made(&core).await;
        let least = core.identity(ends.map(|end| (end, stored.object[end].as_str().unwrap())));
        let mut whole = least.clone();
        whole.insert("region".to_owned(), region.into());
        assert_eq!(stored.identity, Some(whole.clone()), "{resource}");
        assert_eq!(core.read(&stored).await, Ok(Some(stored.clone())));
        for identity in [&least, &whole] {
            let imported = core.import_identity(identity).await.unwrap().unwrap();
            assert_eq!(imported.identity.as_ref(), Some(&whole), "{resource}");
            assert!(imported.object == stored.object, "{resource}");
        }
        let imported = core.import(id).await.unwrap().unwrap();
        assert_eq!(imported.identity, Some(whole), "{resource}");
        let wrong = core.identity([(ends[0], "a b"), (ends[1], "plan")]);
        let told = core.import_identity(&wrong).await.unwrap_err();
        assert_eq!(pointed_at(&told)[0].0, ends[0]);
        let plan = core.plan(Some(&stored), None).await.unwrap();
        assert_eq!(core.apply(&plan).await, (None, Vec::new()));
    }
}

#[tokio::test]
async fn an_identity_goes_through_the_whole_life_of_a_key() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for resource in RESOURCES {
        let core = core(&provided, resource);
        let plan = core.plan(None, Some(&config(&core))).await.unwrap();
        assert_eq!(plan.identity, None, "{resource}");
        let (stored, told) = core.apply(&plan).await;
        assert_eq!(told, []);
        let stored = stored.unwrap();
        assert_eq!(stored.identity, Some(known(&core, &stored)), "{resource}");
        assert_eq!(core.read(&stored).await, Ok(Some(stored.clone())));
        assert_eq!(
            core.plan(Some(&stored), Some(&config(&core))).await.unwrap().action,
            Action::NoOp
        );

        let plan = core.plan(Some(&stored), Some(&changed(&core))).await.unwrap();
        assert_eq!(
            (plan.action, &plan.identity),
            (Action::Update, &stored.identity),
            "{resource}"
        );
        let (updated, _) = core.apply(&plan).await;
        let updated = updated.unwrap();
        assert_eq!(updated.identity, stored.identity);

        let plan = core.plan(Some(&updated), None).await.unwrap();
        assert_eq!((plan.action, &plan.identity), (Action::Delete, &stored.identity));
        assert_eq!(core.apply(&plan).await, (None, Vec::new()));
        assert_eq!(core.read(&updated).await, Ok(None), "{resource}");
    }
}

#[tokio::test]
async fn a_replacement_has_an_identity_of_its_own() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    let stored = made(&core).await;
    let mut config = config(&core);
    config.insert("region".to_owned(), "eu-west-1".into());
    let plan = core.plan(Some(&stored), Some(&config)).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    let (replaced, told) = core.apply(&plan).await;
    assert_eq!(told, []);
    let replaced = replaced.unwrap();
    let identity = replaced.identity.unwrap();
    assert!(identity["region"] == "eu-west-1".into() && identity["id"] == replaced.object["id"]);
    assert_eq!(sandbox.aws().keys().len(), 1);
}

#[tokio::test]
async fn a_state_without_identity_is_read_changed_found_gone_and_removed_and_gains_one() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for resource in RESOURCES {
        let core = core(&provided, resource);
        let stored = made(&core).await;
        let nulls = core.identity([]);
        let foreign = core.identity([("id", stored.object["id"].as_str().unwrap())]);
        for identity in [None, Some(nulls), Some(foreign)] {
            let old = Stored {
                identity: identity.clone(),
                ..stored.clone()
            };
            assert_eq!(
                core.read(&old).await,
                Ok(Some(stored.clone())),
                "{resource} {identity:?}"
            );
            let plan = core.plan(Some(&old), Some(&config(&core))).await.unwrap();
            assert_eq!((plan.action, &plan.identity), (Action::NoOp, &stored.identity));
            let plan = core.plan(Some(&old), Some(&changed(&core))).await.unwrap();
            assert_eq!((plan.action, &plan.identity), (Action::Update, &stored.identity));
            let plan = core.plan(Some(&old), None).await.unwrap();
            assert_eq!((plan.action, &plan.identity), (Action::Delete, &stored.identity));
        }
        let old = Stored {
            identity: None,
            ..stored.clone()
        };
        let plan = core.plan(Some(&old), None).await.unwrap();
        assert_eq!(core.apply(&plan).await, (None, Vec::new()), "{resource}");
        assert_eq!(core.read(&old).await, Ok(None), "{resource}");
    }
}

#[tokio::test]
async fn an_identity_that_says_more_than_is_known_is_kept() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    let mut stored = made(&core).await;
    let identity = stored.identity.as_mut().unwrap();
    identity.insert("account_id".to_owned(), "123456789012".into());
    assert_eq!(core.read(&stored).await, Ok(Some(stored.clone())));
    let plan = core.plan(Some(&stored), Some(&changed(&core))).await.unwrap();
    let (updated, told) = core.apply(&plan).await;
    assert_eq!((updated.unwrap().identity, told), (stored.identity, Vec::new()));
}

#[tokio::test]
async fn another_identity_than_the_stored_one_is_an_error_before_anything_is_called() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for (resource, attribute, other) in [
        (AWS, "region", "eu-west-1"),
        (TENCENT, "region", "eu-frankfurt"),
        (SCALEWAY, "id", "SCWXXXXXXXXXXXXXXXXX"),
    ] {
        let core = core(&provided, resource);
        let stored = made(&core).await;
        let right = core.plan(Some(&stored), None).await.unwrap();
        let mut wrong = stored.clone();
        wrong
            .identity
            .as_mut()
            .unwrap()
            .insert(attribute.to_owned(), other.into());
        let before = sandbox.journal().len();
        let summary = format!("{resource} is another object by its identity");
        let expected = [(attribute.to_owned(), summary)];
        assert_eq!(pointed_at(&core.read(&wrong).await.unwrap_err()), expected);
        for config in [Some(changed(&core)), None] {
            let told = core.plan(Some(&wrong), config.as_ref()).await.unwrap_err();
            assert_eq!(pointed_at(&told), expected);
        }
        let removal = super::terraform::Planned {
            identity: wrong.identity.clone(),
            ..right
        };
        let (left, told) = core.apply(&removal).await;
        assert_eq!(pointed_at(&told), expected);
        assert_eq!(left, Some(stored), "the state stays");
        assert_eq!(sandbox.journal().len(), before, "{resource}");
    }
}

#[tokio::test]
async fn a_change_that_fails_keeps_the_identity() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let core = core(&provided, AWS);
    let stored = made(&core).await;
    for (operation, config) in [("UpdateApiKey", Some(changed(&core))), ("DeleteApiKey", None)] {
        let plan = core.plan(Some(&stored), config.as_ref()).await.unwrap();
        sandbox.fault(Fault {
            cloud: Cloud::Aws,
            operation: Some(operation.to_owned()),
            kind: FaultKind::Error {
                code: "BadRequestException".to_owned(),
            },
            times: 1,
        });
        let (left, told) = core.apply(&plan).await;
        assert_eq!(told.len(), 1, "{operation}");
        assert_eq!(left, Some(stored.clone()), "{operation}");
    }
}

#[tokio::test]
async fn a_key_is_imported_by_its_identity_and_by_its_id() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    for resource in RESOURCES {
        let core = core(&provided, resource);
        let stored = made(&core).await;
        let id = stored.object["id"].as_str().unwrap();
        let whole = stored.identity.clone().unwrap();
        for identity in [core.identity([("id", id)]), whole.clone()] {
            let imported = core.import_identity(&identity).await.unwrap().unwrap();
            assert_eq!(imported.identity.as_ref(), Some(&whole), "{resource}");
            assert!(imported.object["id"] == stored.object["id"]);
        }
        let imported = core.import(id).await.unwrap().unwrap();
        assert_eq!(imported.identity, Some(whole), "{resource}");
    }
    // A key in another region than the provider's, in an account that is not known here.
    let core = core(&provided, AWS);
    let mut config = config(&core);
    config.insert("region".to_owned(), "eu-west-1".into());
    let plan = core.plan(None, Some(&config)).await.unwrap();
    let stored = core.apply(&plan).await.0.unwrap();
    let id = stored.object["id"].as_str().unwrap();
    let identity = core.identity([("id", id), ("region", "eu-west-1"), ("account_id", "123456789012")]);
    let imported = core.import_identity(&identity).await.unwrap().unwrap();
    assert_eq!(imported.identity, Some(identity));
    assert_eq!(
        core.import_identity(&core.identity([("id", id)])).await,
        Ok(None),
        "not in the provider's region"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_identity_is_told_at_its_attribute() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    #[rustfmt::skip]
    let rows: [(&str, &[(&str, &str)], &str); 9] = [
        (AWS, &[], "id"),
        (AWS, &[("id", "")], "id"),
        (AWS, &[("id", "a/b")], "id"),
        (AWS, &[("id", "a1b2c3d4e5@eu-west-1")], "id"),
        (AWS, &[("id", "a1b2c3d4e5"), ("region", "nowhere")], "region"),
        (TENCENT, &[("region", "ap-guangzhou")], "id"),
        (TENCENT, &[("id", "AKID1")], ""),
        (TENCENT, &[("id", "AKID1"), ("region", "eu-frankfurt")], "region"),
        (SCALEWAY, &[("id", "scw")], "id"),
    ];
    for (resource, values, attribute) in rows {
        let core = core(&provided, resource);
        let mut identity = core.identity([]);
        identity.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
        match core.import_identity(&identity).await {
            Ok(None) => assert_eq!(attribute, "", "{resource} {values:?}"),
            Err(told) => assert_eq!(pointed_at(&told)[0].0, attribute, "{resource} {values:?}: {told:?}"),
            Ok(found) => panic!("{resource} {values:?}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_stored_identity_of_any_version_is_read_by_its_names() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let core = core(&provided, AWS);
    let rows = [
        ("", core.identity([])),
        ("null", core.identity([])),
        (r#"{"id":"a1","region":null}"#, core.identity([("id", "a1")])),
        (r#"{"id":"a1","partition":"aws"}"#, core.identity([("id", "a1")])),
    ];
    for (json, expected) in rows {
        let request = pb::upgrade_resource_identity::Request {
            type_name: AWS.to_owned(),
            version: 3,
            raw_identity: Some(pb::RawState {
                json: json.as_bytes().to_vec(),
                flatmap: Default::default(),
            }),
        };
        let answer = provided
            .rpc()
            .upgrade_resource_identity(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.diagnostics, []);
        assert_eq!(
            core.identity_in(answer.upgraded_identity.as_ref()),
            Some(expected),
            "{json:?}"
        );
    }
}

#[tokio::test]
async fn an_identity_that_cannot_be_read_is_told_as_a_diagnostic() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let object = provided.object(SCALEWAY, [("id", "SCWXXXXXXXXXXXXXXXXX".into())]);
    let request = pb::read_resource::Request {
        type_name: SCALEWAY.to_owned(),
        current_state: message(provided.schema(SCALEWAY), Some(object)),
        current_identity: Some(pb::ResourceIdentityData {
            identity_data: Some(pb::DynamicValue {
                msgpack: vec![0xc1],
                json: Vec::new(),
            }),
        }),
        ..Default::default()
    };
    let answer = provided.rpc().read_resource(request).await.unwrap().into_inner();
    assert_eq!(
        pointed_at(&answer.diagnostics),
        [(String::new(), "Invalid message".to_owned())]
    );
}

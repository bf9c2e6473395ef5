//! States of other providers that a `moved` block leads here.

use apikeys::protocol::proto::tfplugin6 as pb;
use sandbox::{Options, Sandbox};
use support::calls::{Provided, pointed_at};

use super::PROVIDER;
use super::terraform::Core;

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const TENCENT: &str = "tencentcloud_api_gateway_api_key";

const AWS_STATE: &str = r#"{"arn":"arn:aws:apigateway:eu-west-1::/apikeys/a1","customer_id":"","enabled":true,"id":"a1","name":"n",
    "tags":null,"tags_all":{},"value":"v","an_attribute_of_a_later_version":{"a":[1]}}"#;
const SCALEWAY_STATE: &str = r#"{"access_key":"SCWXXXXXXXXXXXXXXXXX","id":"SCWXXXXXXXXXXXXXXXXX","expires_at":"","user_id":"",
    "application_id":"11111111-2222-3333-4444-555555555555","secret_key":"s"}"#;
const TENCENT_STATE: &str =
    r#"{"access_key_id":"AKID1","id":"AKID1","secret_name":"n","status":"on","access_key_type":"auto"}"#;

fn raw(json: &str) -> Option<pb::RawState> {
    Some(pb::RawState {
        json: json.as_bytes().to_vec(),
        flatmap: Default::default(),
    })
}

fn request(address: &str, resource: &str, state: &str) -> pb::move_resource_state::Request {
    pb::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: resource.to_owned(),
        source_state: raw(state),
        source_private: br#"{"schema_version":"1"}"#.to_vec(),
        target_type_name: resource.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn states_of_the_official_providers_and_of_our_own_addresses_are_taken_over() {
    // Terraform moves states before it configures anything.
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let rows = [
        (AWS, AWS_STATE, "hashicorp/aws", "aws", "a1"),
        (
            SCALEWAY,
            SCALEWAY_STATE,
            "scaleway/scaleway",
            "scaleway",
            "SCWXXXXXXXXXXXXXXXXX",
        ),
        (
            TENCENT,
            TENCENT_STATE,
            "tencentcloudstack/tencentcloud",
            "tencentcloud",
            "AKID1",
        ),
    ];
    for (resource, state, official, cloud, id) in rows {
        let core = Core {
            provided: &provided,
            resource,
        };
        let implied = core.moved(request(cloud, resource, state)).await.unwrap();
        assert_eq!(
            implied.object["id"].as_str(),
            Some(id),
            "as OpenTofu before 1.12.4 says it"
        );
        // Either registry, and a mirror, which has a host of its own.
        for host in [
            "registry.terraform.io/",
            "registry.opentofu.org/",
            "mirror.example.com:8443/",
            "",
        ] {
            for source in [official, "apikeys/apikeys", &format!("apikeys/{cloud}")] {
                let address = format!("{host}{source}");
                let moved = core.moved(request(&address, resource, state)).await.unwrap();
                assert_eq!(moved.object["id"].as_str(), Some(id), "{address}");
                assert_eq!(moved.identity.unwrap()["id"].as_str(), Some(id), "{address}");
                assert_eq!(moved.private, b"");
            }
        }
    }
    let core = Core {
        provided: &provided,
        resource: AWS,
    };
    let moved = core
        .moved(request("registry.terraform.io/hashicorp/aws", AWS, AWS_STATE))
        .await
        .unwrap();
    assert_eq!(
        moved.object["region"].as_str(),
        Some("eu-west-1"),
        "completed as an official state"
    );
    let with_identity = pb::move_resource_state::Request {
        source_identity: raw(r#"{"account_id":"123456789012","id":"a1","region":"eu-west-1"}"#),
        ..request("registry.terraform.io/hashicorp/aws", AWS, AWS_STATE)
    };
    let identity = [("account_id", "123456789012"), ("id", "a1"), ("region", "eu-west-1")];
    assert_eq!(
        core.moved(with_identity).await.unwrap().identity,
        Some(core.identity(identity))
    );
}

#[tokio::test]
async fn a_moved_state_is_read_and_plans_nothing() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let core = Core {
        provided: &provided,
        resource: AWS,
    };
    let mut key = sandbox::aws::Key::new("us-east-1", "n", chrono::Utc::now());
    key.description = Some("Managed by Terraform".to_owned());
    let id = sandbox.aws().insert(key.clone());
    let arn = format!("arn:aws:apigateway:us-east-1::/apikeys/{id}");
    let state = AWS_STATE
        .replace("arn:aws:apigateway:eu-west-1::/apikeys/a1", &arn)
        .replace("\"a1\"", &format!("\"{id}\""));
    let moved = core
        .moved(request("registry.terraform.io/hashicorp/aws", AWS, &state))
        .await
        .unwrap();
    let read = core.read(&moved).await.unwrap().unwrap();
    assert_eq!(
        read.identity,
        Some(core.identity([("id", &id), ("region", "us-east-1")]))
    );
    let config = core.object([("name", "n".into())]);
    let plan = core.plan(Some(&read), Some(&config)).await.unwrap();
    assert_eq!(plan.action, super::terraform::Action::NoOp);
}

#[tokio::test]
async fn anything_else_is_refused_with_what_to_do() {
    let provided = Provided::start(PROVIDER, "aws", None).await;
    let core = Core {
        provided: &provided,
        resource: AWS,
    };
    let official = || request("registry.terraform.io/hashicorp/aws", AWS, AWS_STATE);
    let from = |address: &str| request(address, AWS, AWS_STATE);
    #[rustfmt::skip]
    let rows = [
        (from("registry.terraform.io/somebody/aws"), "only resources of hashicorp/aws, apikeys/apikeys, apikeys/aws"),
        (from("registry.terraform.io/hashicorp/awscc"), "only resources of"),
        (from("registry.terraform.io/scaleway/scaleway"), "only resources of"),
        (from("scaleway"), "only resources of"),
        (from(""), "only resources of"),
        (pb::move_resource_state::Request { source_type_name: "aws_api_gateway_usage_plan".to_owned(), ..official() }, "of the same type"),
        (pb::move_resource_state::Request { source_schema_version: 1, ..official() }, "schema version is 1"),
        (pb::move_resource_state::Request { source_state: None, ..official() }, "its state is empty"),
    ];
    for (request, words) in rows {
        let told = core.moved(request).await.unwrap_err();
        assert_eq!(pointed_at(&told), [(String::new(), "Unsupported move".to_owned())]);
        assert!(told[0].detail.contains(words), "{}", told[0].detail);
    }
    let other = pb::move_resource_state::Request {
        source_identity: raw(r#"{"id":"a2"}"#),
        ..official()
    };
    let told = core.moved(other).await.unwrap_err();
    assert_eq!(pointed_at(&told)[0].0, "id");
    let broken = pb::move_resource_state::Request {
        source_state: raw("{"),
        ..official()
    };
    assert_eq!(
        pointed_at(&core.moved(broken).await.unwrap_err())[0].1,
        "Invalid message"
    );
    let unknown = pb::move_resource_state::Request {
        target_type_name: SCALEWAY.to_owned(),
        ..official()
    };
    assert_eq!(
        pointed_at(&core.moved(unknown).await.unwrap_err())[0].1,
        "Unknown resource type"
    );
}

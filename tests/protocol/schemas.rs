use std::collections::BTreeSet;

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::protocol::proto::tfplugin6::schema::nested_block::NestingMode;
use support::calls::Provided;
use tonic::Request;

use super::PROVIDER;

/// The resources and data sources under each name.
const NAMES: [(&str, &[&str], &[&str]); 4] = [
    (
        "aws",
        &["aws_api_gateway_api_key", "aws_api_gateway_usage_plan_key"],
        &["aws_api_gateway_api_key", "aws_api_gateway_api_keys"],
    ),
    (
        "tencentcloud",
        &[
            "tencentcloud_api_gateway_api_key",
            "tencentcloud_api_gateway_api_key_attachment",
        ],
        &["tencentcloud_api_gateway_api_keys"],
    ),
    (
        "scaleway",
        &["scaleway_iam_api_key", "scaleway_iam_application", "scaleway_iam_user"],
        &["scaleway_iam_api_key"],
    ),
    (
        "apikeys",
        &[
            "aws_api_gateway_api_key",
            "aws_api_gateway_usage_plan_key",
            "scaleway_iam_api_key",
            "scaleway_iam_application",
            "scaleway_iam_user",
            "tencentcloud_api_gateway_api_key",
            "tencentcloud_api_gateway_api_key_attachment",
        ],
        &[
            "aws_api_gateway_api_key",
            "aws_api_gateway_api_keys",
            "scaleway_iam_api_key",
            "tencentcloud_api_gateway_api_keys",
        ],
    ),
];

#[tokio::test]
async fn each_name_serves_its_clouds_with_schemas_that_terraform_loads() {
    for (name, types, data_sources) in NAMES {
        let provided = Provided::start(PROVIDER, name, None).await;
        let answer = provided
            .rpc()
            .get_provider_schema(Request::new(Default::default()))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.diagnostics, []);
        let served: BTreeSet<_> = answer.resource_schemas.keys().map(String::as_str).collect();
        assert_eq!(served, types.iter().copied().collect(), "{name}");
        let served: BTreeSet<_> = answer.data_source_schemas.keys().map(String::as_str).collect();
        assert_eq!(served, data_sources.iter().copied().collect(), "{name}");
        // The type of a list is that of a resource with an identity.
        let served: BTreeSet<_> = answer.list_resource_schemas.keys().map(String::as_str).collect();
        assert!(served.is_subset(&types.iter().copied().collect()), "{name}");
        let resources = answer.resource_schemas.values();
        for schema in resources
            .chain(answer.data_source_schemas.values())
            .chain(answer.list_resource_schemas.values())
            .chain(&answer.provider)
        {
            assert_eq!(schema.version, 0);
            assert_sound(schema.block.as_ref().unwrap());
        }
        let capabilities = answer.server_capabilities.unwrap();
        assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
        assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    }
}

#[tokio::test]
async fn the_provider_of_all_clouds_has_a_block_for_each_and_the_others_are_flat() {
    let provider = |provided: &Provided| provided.provider.schema();
    let all = provider(&Provided::start(PROVIDER, "apikeys", None).await);
    assert!(all.attributes.is_empty());
    let blocks: Vec<_> = all.blocks.iter().map(|block| block.name).collect();
    assert_eq!(blocks, ["aws", "tencentcloud", "scaleway"]);
    for block in &all.blocks {
        let flat = provider(&Provided::start(PROVIDER, block.name, None).await);
        assert_eq!(flat.ty(), block.schema.ty(), "declared once, used both ways");
    }
}

#[tokio::test]
async fn metadata_names_what_the_schema_has() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let answer = provided
        .rpc()
        .get_metadata(Request::new(Default::default()))
        .await
        .unwrap()
        .into_inner();
    let names: Vec<_> = answer
        .resources
        .iter()
        .map(|resource| resource.type_name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "aws_api_gateway_api_key",
            "aws_api_gateway_usage_plan_key",
            "tencentcloud_api_gateway_api_key",
            "tencentcloud_api_gateway_api_key_attachment",
            "scaleway_iam_api_key",
            "scaleway_iam_application",
            "scaleway_iam_user"
        ]
    );
    let data_sources = answer.data_sources.iter().map(|source| source.type_name.as_str());
    assert_eq!(
        data_sources.collect::<Vec<_>>(),
        [
            "aws_api_gateway_api_key",
            "aws_api_gateway_api_keys",
            "tencentcloud_api_gateway_api_keys",
            "scaleway_iam_api_key"
        ]
    );
    let lists = answer.list_resources.iter().map(|list| list.type_name.as_str());
    assert_eq!(
        lists.collect::<Vec<_>>(),
        [
            "aws_api_gateway_api_key",
            "aws_api_gateway_usage_plan_key",
            "tencentcloud_api_gateway_api_key",
            "tencentcloud_api_gateway_api_key_attachment",
            "scaleway_iam_api_key",
            "scaleway_iam_application",
            "scaleway_iam_user"
        ]
    );
}

/// The checks of Terraform core when it loads a schema.
fn assert_sound(block: &pb::schema::Block) {
    let mut names = BTreeSet::new();
    for attribute in &block.attributes {
        let name = &attribute.name;
        assert!(names.insert(name.as_str()), "{name} twice");
        assert!(attribute.required || attribute.optional || attribute.computed, "{name}");
        assert!(
            !attribute.required || !(attribute.optional || attribute.computed),
            "{name}"
        );
        assert!(!attribute.description.is_empty(), "{name}");
        match &attribute.nested_type {
            None => assert!(
                serde_json::from_slice::<serde_json::Value>(&attribute.r#type).is_ok(),
                "{name}"
            ),
            Some(nested) => {
                assert!(attribute.r#type.is_empty(), "{name}");
                assert_eq!(nested.nesting(), pb::schema::object::NestingMode::List, "{name}");
                let inside = pb::schema::Block {
                    attributes: nested.attributes.clone(),
                    ..Default::default()
                };
                assert_sound(&inside);
            }
        }
    }
    for nested in &block.block_types {
        let name = &nested.type_name;
        assert!(names.insert(name.as_str()), "{name} twice");
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        );
        let (min, max) = (nested.min_items, nested.max_items);
        match nested.nesting() {
            NestingMode::Single => assert!(min == max && min <= 1, "{name}"),
            NestingMode::List | NestingMode::Set => assert!(max == 0 || min <= max, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
        assert_sound(nested.block.as_ref().unwrap());
    }
}

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::{Object, Value};
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use support::calls::{Provided, pointed_at};
use tonic::Request;

use super::PROVIDER;

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const TENCENT: &str = "tencentcloud_api_gateway_api_key";
const ATTACHMENT: &str = "tencentcloud_api_gateway_api_key_attachment";
const USAGE_PLAN_KEY: &str = "aws_api_gateway_usage_plan_key";
const APPLICATION: &str = "11111111-2222-3333-4444-555555555555";

fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

#[tokio::test]
async fn a_key_of_each_cloud_is_made_read_changed_imported_and_removed() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let rows = [
        (AWS, [("name", "one")], ("description", "another")),
        (TENCENT, [("secret_name", "one")], ("status", "off")),
        (SCALEWAY, [("application_id", APPLICATION)], ("description", "another")),
    ];
    for (resource, config, (changed, value)) in rows {
        let mut config = provided.object(resource, config.map(|(name, value)| (name, value.into())));
        let planned = planned(&provided, resource, None, &config).await;
        let made = applied(&provided, resource, None, &planned).await;
        assert!(made.values().all(Value::is_wholly_known), "{resource}");

        let read = provided.read(resource, &made).await;
        assert_eq!(read.diagnostics, []);
        assert_eq!(read.private, b"private");
        assert!(
            provided.answered(resource, read.new_state.as_ref()).as_ref() == Some(&made),
            "{resource}"
        );

        config.insert(changed.to_owned(), value.into());
        let planned_change = self::planned(&provided, resource, Some(&made), &config).await;
        assert!(planned_change["id"] == made["id"], "{resource}");
        let updated = applied(&provided, resource, Some(&made), &planned_change).await;
        assert_eq!(updated[changed].as_str(), Some(value));

        let imported = imported(&provided, resource, made["id"].as_str().unwrap()).await;
        let read = provided.read(resource, &imported).await;
        let found = provided.answered(resource, read.new_state.as_ref()).unwrap();
        let differing: Vec<_> = updated
            .iter()
            .filter(|(name, value)| found[*name] != **value)
            .map(|(n, _)| n)
            .collect();
        match resource {
            SCALEWAY => assert_eq!(differing, ["secret_key"]),
            _ => assert_eq!(differing, [""; 0]),
        }

        let plan = provided.plan(resource, Some(&updated), None).await;
        assert_eq!(provided.answered(resource, plan.planned_state.as_ref()), None);
        let removed = provided.apply(resource, Some(&updated), None).await;
        assert_eq!(removed.diagnostics, []);
        assert_eq!(provided.answered(resource, removed.new_state.as_ref()), None);
        let read = provided.read(resource, &updated).await;
        assert_eq!(
            provided.answered(resource, read.new_state.as_ref()),
            None,
            "gone is null"
        );
    }
}

/// One process can serve several runs, as with other hosts than Terraform.
#[tokio::test]
async fn what_a_read_has_found_gone_is_made_again_under_its_id_without_a_warning() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let (aws, tencentcloud) = (sandbox.aws(), sandbox.tencentcloud());
    let plans = [
        aws.create_plan("us-east-1", "p"),
        tencentcloud.create_plan("ap-guangzhou", "p"),
    ];
    let now = chrono::Utc::now();
    let keys = [
        aws.insert(sandbox::aws::Key::new("us-east-1", "k", now)),
        tencentcloud.insert(sandbox::tencentcloud::Key::new("ap-guangzhou", "k", now)),
    ];
    let text = |text: &String| Value::from(text.as_str());
    let added = [
        ("key_id", text(&keys[0])),
        ("key_type", "API_KEY".into()),
        ("usage_plan_id", text(&plans[0])),
    ];
    let bound = [("api_key_id", text(&keys[1])), ("usage_plan_id", text(&plans[1]))];
    let rows = [
        (USAGE_PLAN_KEY, provided.object(USAGE_PLAN_KEY, added)),
        (ATTACHMENT, provided.object(ATTACHMENT, bound)),
    ];
    for (resource, config) in rows {
        let plan = planned(&provided, resource, None, &config).await;
        let made = applied(&provided, resource, None, &plan).await;
        aws.take_from_plan("us-east-1", &plans[0], &keys[0]);
        tencentcloud.unbind("ap-guangzhou", &plans[1], &keys[1]);
        let read = provided.read(resource, &made).await;
        assert_eq!(provided.answered(resource, read.new_state.as_ref()), None);
        let again = provided.apply(resource, None, Some(&plan)).await;
        assert_eq!(again.diagnostics, [], "{resource}");
        assert!(
            provided.answered(resource, again.new_state.as_ref()) == Some(made),
            "{resource}"
        );
    }
}

#[tokio::test]
async fn private_data_comes_back_as_it_was() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "scaleway", &sandbox).await;
    let config = provided.object(SCALEWAY, [("application_id", APPLICATION.into())]);
    let plan = provided.plan(SCALEWAY, None, Some(&config)).await;
    assert_eq!(plan.planned_private, b"private");
    let planned = provided.answered(SCALEWAY, plan.planned_state.as_ref()).unwrap();
    assert_eq!(provided.apply(SCALEWAY, None, Some(&planned)).await.private, b"private");
}

#[tokio::test]
async fn a_create_that_fails_leaves_no_state_and_an_update_that_fails_the_prior_one() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let refuse = |operation: &str| {
        sandbox.fault(Fault {
            cloud: Cloud::Aws,
            operation: Some(operation.to_owned()),
            kind: FaultKind::Error {
                code: "BadRequestException".to_owned(),
            },
            times: 1,
        });
    };
    let mut config = provided.object(AWS, [("name", "one".into())]);
    let plan = planned(&provided, AWS, None, &config).await;
    refuse("CreateApiKey");
    let failed = provided.apply(AWS, None, Some(&plan)).await;
    assert_eq!(
        pointed_at(&failed.diagnostics),
        [(String::new(), format!("Cannot create {AWS}"))]
    );
    assert_eq!(provided.answered(AWS, failed.new_state.as_ref()), None);

    let made = applied(&provided, AWS, None, &plan).await;
    config.insert("name".to_owned(), "two".into());
    let plan = planned(&provided, AWS, Some(&made), &config).await;
    refuse("UpdateApiKey");
    let failed = provided.apply(AWS, Some(&made), Some(&plan)).await;
    assert_eq!(
        pointed_at(&failed.diagnostics),
        [(String::new(), format!("Cannot update {AWS}"))]
    );
    assert!(provided.answered(AWS, failed.new_state.as_ref()) == Some(made));
}

#[tokio::test]
async fn a_create_that_failed_half_way_is_in_the_state_with_its_error() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "tencentcloud", &sandbox).await;
    let config = provided.object(TENCENT, [("secret_name", "one".into()), ("status", "off".into())]);
    let plan = planned(&provided, TENCENT, None, &config).await;
    sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some("DisableApiKey".to_owned()),
        kind: FaultKind::Error {
            code: "UnsupportedOperation.UnsupportedUpdateApiKey".to_owned(),
        },
        times: 1,
    });
    let failed = provided.apply(TENCENT, None, Some(&plan)).await;
    assert_eq!(
        pointed_at(&failed.diagnostics),
        [(String::new(), format!("Cannot create {TENCENT}"))]
    );
    let state = provided
        .answered(TENCENT, failed.new_state.as_ref())
        .expect("the key that exists");
    let [key] = sandbox.tencentcloud().keys().try_into().unwrap();
    assert_eq!(state["id"].as_str(), Some(key.id.as_str()));
    assert_eq!(state["access_key_secret"].as_str(), Some(key.secret.as_str()));
    assert_eq!(
        state["status"].as_str(),
        Some("on"),
        "the true status, not the wanted one"
    );
}

#[tokio::test]
async fn a_stop_cuts_waits_and_the_provider_goes_on_serving() {
    let sandbox = sandbox();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let config = provided.object(AWS, [("name", "one".into())]);
    let plan = planned(&provided, AWS, None, &config).await;
    sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("CreateApiKey".to_owned()),
        kind: FaultKind::Throttle {
            retry_after: Some(3600),
        },
        times: 100,
    });
    let throttled = async {
        while sandbox.journal().is_empty() {
            tokio::task::yield_now().await;
        }
        let answer = provided
            .rpc()
            .stop_provider(Request::new(Default::default()))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.error, "");
    };
    let (stopped, ()) = tokio::join!(provided.apply(AWS, None, Some(&plan)), throttled);
    assert!(
        stopped.diagnostics[0].detail.contains("stopped while waiting"),
        "{}",
        stopped.diagnostics[0].detail
    );
    assert_eq!(provided.answered(AWS, stopped.new_state.as_ref()), None);
    let metadata = provided
        .rpc()
        .get_metadata(Request::new(Default::default()))
        .await
        .unwrap();
    let resources = provided.provider.resources().count();
    assert_eq!(metadata.into_inner().resources.len(), resources);
}

#[tokio::test]
async fn before_it_is_configured_the_provider_plans_and_reads_nothing() {
    let provided = Provided::start(PROVIDER, "scaleway", None).await;
    let config = provided.object(SCALEWAY, [("application_id", APPLICATION.into())]);
    planned(&provided, SCALEWAY, None, &config).await;
    let state = provided.object(SCALEWAY, [("id", "SCWXXXXXXXXXXXXXXXXX".into())]);
    let read = provided.read(SCALEWAY, &state).await;
    assert!(read.diagnostics[0].detail.contains("has not been configured"));
    assert!(provided.answered(SCALEWAY, read.new_state.as_ref()) == Some(state));
}

async fn planned(provided: &Provided, resource: &str, prior: Option<&Object>, config: &Object) -> Object {
    let plan = provided.plan(resource, prior, Some(config)).await;
    assert_eq!(plan.diagnostics, []);
    assert!(!plan.legacy_type_system && plan.deferred.is_none());
    provided.answered(resource, plan.planned_state.as_ref()).unwrap()
}

async fn applied(provided: &Provided, resource: &str, prior: Option<&Object>, planned: &Object) -> Object {
    let applied = provided.apply(resource, prior, Some(planned)).await;
    assert_eq!(applied.diagnostics, []);
    assert!(!applied.legacy_type_system);
    provided.answered(resource, applied.new_state.as_ref()).unwrap()
}

async fn imported(provided: &Provided, resource: &str, id: &str) -> Object {
    let request = pb::import_resource_state::Request {
        type_name: resource.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };
    let answer = provided
        .rpc()
        .import_resource_state(request)
        .await
        .unwrap()
        .into_inner();
    let [imported] = answer.imported_resources.try_into().unwrap();
    assert_eq!(imported.type_name, resource);
    provided.answered(resource, imported.state.as_ref()).unwrap()
}

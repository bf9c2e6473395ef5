//! A saved plan that is applied again: what was drawn while planning comes back, is used, and stays out of the state.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::Object;
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use support::calls::{Provided, message, pointed_at};
use support::launch::eventually;

use super::PROVIDER;

const AWS: &str = "aws_api_gateway_api_key";
const SCALEWAY: &str = "scaleway_iam_api_key";
const TENCENT: &str = "tencentcloud_api_gateway_api_key";
const APPLICATION: &str = "11111111-2222-3333-4444-555555555555";

/// A plan as Terraform keeps it.
struct Saved {
    state: Object,
    private: Vec<u8>,
}

/// Plans a creation as a host of protocol 6.11 does, which keeps what the provider stores in the plan, or as an older one.
async fn plan(provided: &Provided, resource: &str, config: &Object, planned_private: &[u8], is_kept: bool) -> Saved {
    let response = planned(provided, resource, config, planned_private, is_kept).await;
    assert_eq!(response.diagnostics, []);
    Saved {
        state: provided.answered(resource, response.planned_state.as_ref()).unwrap(),
        private: response.planned_private,
    }
}

async fn planned(
    provided: &Provided,
    resource: &str,
    config: &Object,
    planned_private: &[u8],
    is_kept: bool,
) -> pb::plan_resource_change::Response {
    let schema = provided.schema(resource);
    let request = pb::plan_resource_change::Request {
        type_name: resource.to_owned(),
        prior_state: message(schema, None),
        proposed_new_state: message(schema, Some(config.clone())),
        config: message(schema, Some(config.clone())),
        prior_private: b"stored".to_vec(),
        planned_private: planned_private.to_vec(),
        client_capabilities: Some(pb::ClientCapabilities {
            store_planned_private: is_kept,
            ..Default::default()
        }),
        ..Default::default()
    };
    provided.rpc().plan_resource_change(request).await.unwrap().into_inner()
}

async fn apply(provided: &Provided, resource: &str, plan: &Saved) -> pb::apply_resource_change::Response {
    let schema = provided.schema(resource);
    let request = pb::apply_resource_change::Request {
        type_name: resource.to_owned(),
        prior_state: message(schema, None),
        planned_state: message(schema, Some(plan.state.clone())),
        config: message(schema, Some(plan.state.clone())),
        planned_private: plan.private.clone(),
        ..Default::default()
    };
    provided
        .rpc()
        .apply_resource_change(request)
        .await
        .unwrap()
        .into_inner()
}

/// Plans again and applies, as Terraform applies a saved plan, in a process of its own.
async fn apply_saved(sandbox: &Sandbox, resource: &str, config: &Object, saved: &Saved) -> (Object, Vec<u8>) {
    let provided = Provided::configured(PROVIDER, "apikeys", sandbox).await;
    let again = plan(&provided, resource, config, &saved.private, true).await;
    assert!(again.state == saved.state && again.private == saved.private);
    let response = apply(&provided, resource, &again).await;
    let errors = response
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == 1);
    assert_eq!(errors.count(), 0, "{:?}", response.diagnostics);
    let state = provided.answered(resource, response.new_state.as_ref()).unwrap();
    (state, response.private)
}

/// The apply of a plan that is killed once its request is carried out.
async fn killed(sandbox: &Sandbox, cloud: Cloud, resource: &str, config: &Object, saved: &Saved) {
    sandbox.fault(Fault {
        cloud,
        operation: None,
        kind: FaultKind::Delay { milliseconds: 20_000 },
        times: 1,
    });
    let is_made = || !sandbox.aws().keys().is_empty() || !sandbox.scaleway().keys().is_empty();
    tokio::select! {
        (state, _) = apply_saved(sandbox, resource, config, saved) => panic!("{state:?}"),
        () = eventually(is_made) => {}
    }
}

/// What a plan keeps, as if another command line had made it: processes that one test starts belong to one.
fn of_another_run(saved: Saved) -> Saved {
    let end = saved.private.iter().position(|byte| *byte == b'\n').unwrap();
    let line = String::from_utf8(saved.private[..end].to_vec()).unwrap();
    let words: Vec<_> = line.split(' ').take(3).collect();
    let private = [words.join(" ").as_bytes(), b" 1 2", &saved.private[end..]].concat();
    Saved { private, ..saved }
}

#[tokio::test]
async fn an_aws_key_that_an_apply_of_the_plan_has_made_is_taken_over_by_the_next() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let config = provided.object(AWS, [("name", "one".into())]);
    let saved = plan(&provided, AWS, &config, b"", true).await;
    assert!(saved.private.ends_with(b"stored"));
    killed(&sandbox, Cloud::Aws, AWS, &config, &saved).await;

    let (state, private) = apply_saved(&sandbox, AWS, &config, &saved).await;
    let [made] = sandbox.aws().keys().try_into().unwrap();
    assert_eq!(state["id"].as_str(), Some(made.id.as_str()));
    assert_eq!(state["value"].as_str(), Some(made.value.as_str()));
    assert_eq!(private, b"stored", "a state never holds the seed");

    // Another plan, or the same one for another key, leads to another value.
    let another = plan(&provided, AWS, &config, b"", true).await;
    apply_saved(&sandbox, AWS, &config, &another).await;
    let renamed = provided.object(AWS, [("name", "two".into())]);
    let moved = Saved {
        private: saved.private,
        ..plan(&provided, AWS, &renamed, b"", true).await
    };
    apply_saved(&sandbox, AWS, &renamed, &moved).await;
    assert_eq!(sandbox.aws().keys().len(), 3);
}

#[tokio::test]
async fn a_scaleway_key_that_an_apply_of_the_plan_has_made_is_removed_by_the_next() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let config = provided.object(SCALEWAY, [("application_id", APPLICATION.into())]);
    let saved = of_another_run(plan(&provided, SCALEWAY, &config, b"", true).await);
    // Somebody else's key of the same holder is left alone.
    let other = plan(&provided, SCALEWAY, &config, b"", true).await;
    killed(&sandbox, Cloud::Scaleway, SCALEWAY, &config, &other).await;
    let [others] = sandbox.scaleway().keys().try_into().unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some("CreateAPIKey".to_owned()),
        kind: FaultKind::Delay { milliseconds: 20_000 },
        times: 1,
    });
    tokio::select! {
        answer = apply(&provided, SCALEWAY, &saved) => panic!("{answer:?}"),
        () = eventually(|| sandbox.scaleway().keys().len() == 2) => {}
    }
    drop(provided);

    let (state, private) = apply_saved(&sandbox, SCALEWAY, &config, &saved).await;
    let mut keys: Vec<_> = sandbox
        .scaleway()
        .keys()
        .into_iter()
        .map(|key| key.access_key)
        .collect();
    assert_eq!(private, b"stored");
    keys.retain(|key| *key != others.access_key);
    assert_eq!(keys, [state["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn a_plan_keeps_nothing_where_it_does_not_come_back_or_nothing_is_drawn() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let aws = provided.object(AWS, [("name", "one".into())]);
    let scaleway = provided.object(SCALEWAY, [("application_id", APPLICATION.into())]);
    let tencent = provided.object(TENCENT, [("secret_name", "one".into())]);
    for (resource, config, is_kept) in [
        (AWS, &aws, false),
        (SCALEWAY, &scaleway, false),
        (TENCENT, &tencent, true),
    ] {
        let saved = plan(&provided, resource, config, b"", is_kept).await;
        assert_eq!(saved.private, b"stored", "{resource}");
    }
}

#[tokio::test]
async fn what_others_store_is_no_seed_and_a_damaged_one_is_an_error_that_makes_nothing() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "aws", &sandbox).await;
    let config = provided.object(AWS, [("name", "one".into())]);
    let saved = plan(&provided, AWS, &config, br#"{"schema_version":"1"}"#, true).await;
    assert!(saved.private.starts_with(b"apikeys seed "));

    let damaged = Saved {
        private: b"apikeys seed chosen 1 2\n".to_vec(),
        state: saved.state,
    };
    let expected = [(String::new(), "Damaged plan".to_owned())];
    let again = planned(&provided, AWS, &config, &damaged.private, true).await;
    assert_eq!(pointed_at(&again.diagnostics), expected);
    let applied = apply(&provided, AWS, &damaged).await;
    assert_eq!(pointed_at(&applied.diagnostics), expected);
    assert!(sandbox.aws().keys().is_empty());
}

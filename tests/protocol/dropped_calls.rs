//! Calls that their client does not wait for to the end.

use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use support::calls::Provided;
use support::launch::eventually;
use tonic::Request;

use super::PROVIDER;

const AWS: &str = "aws_api_gateway_api_key";

fn fault(sandbox: &Sandbox, operation: &str, kind: FaultKind) {
    sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some(operation.to_owned()),
        kind,
        times: 1,
    });
}

#[tokio::test]
async fn a_create_is_carried_out_and_undone_and_others_go_on() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let config = provided.object(AWS, [("name", "one".into())]);
    let plan = provided.plan(AWS, None, Some(&config)).await;
    let plan = provided.answered(AWS, plan.planned_state.as_ref()).unwrap();

    // Dropped with its answer on the way, and with a stop that ends the waits of what is left to do.
    fault(&sandbox, "CreateApiKey", FaultKind::Delay { milliseconds: 1000 });
    fault(&sandbox, "DeleteApiKey", FaultKind::Status(503));
    tokio::select! {
        answer = provided.apply(AWS, None, Some(&plan)) => panic!("{answer:?}"),
        () = eventually(|| !sandbox.aws().keys().is_empty()) => {}
    }
    provided
        .rpc()
        .stop_provider(Request::new(Default::default()))
        .await
        .unwrap();
    eventually(|| sandbox.aws().keys().is_empty()).await;
    let removals = sandbox
        .journal()
        .into_iter()
        .filter(|entry| entry.operation == "DeleteApiKey");
    assert_eq!(removals.count(), 2, "once refused and once carried out");

    let made = provided.apply(AWS, None, Some(&plan)).await;
    assert_eq!(made.diagnostics, []);
    assert_eq!(sandbox.aws().keys().len(), 1, "the next one stands");
}

#[tokio::test]
async fn a_change_is_carried_out_and_stands() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
    let mut config = provided.object(AWS, [("name", "one".into())]);
    let plan = provided.plan(AWS, None, Some(&config)).await;
    let plan = provided.answered(AWS, plan.planned_state.as_ref()).unwrap();
    let made = provided.apply(AWS, None, Some(&plan)).await;
    let made = provided.answered(AWS, made.new_state.as_ref()).unwrap();

    config.insert("description".to_owned(), "another".into());
    let plan = provided.plan(AWS, Some(&made), Some(&config)).await;
    let plan = provided.answered(AWS, plan.planned_state.as_ref()).unwrap();
    fault(&sandbox, "UpdateApiKey", FaultKind::DropBefore);
    let called = || sandbox.journal().iter().any(|entry| entry.operation == "UpdateApiKey");
    tokio::select! {
        answer = provided.apply(AWS, Some(&made), Some(&plan)) => panic!("{answer:?}"),
        () = eventually(called) => {}
    }
    eventually(|| sandbox.aws().keys()[0].description.as_deref() == Some("another")).await;
}

//! Tencent Cloud keys that cannot be bound or are bound already, and answers that are lost or late: what is claimed, and what is left
//! alone. Through both of the vendor's APIs.

use cli::Cli;
use sandbox::FaultKind;
use sandbox::tencentcloud::Status;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::stage::refusal;
use super::tencentcloud_attachment::{
    APIS, BOUND, HOME, TYPE, bound, fault, foreign_key, of_foreign, pair, run, start,
};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_disabled_key_is_refused_before_anything_is_done,
    a_missing_key_or_plan_is_told_at_its_argument,
    a_key_that_is_bound_already_is_left_alone_and_can_be_imported,
    a_key_that_somebody_binds_meanwhile_is_left_alone,
    a_binding_whose_answer_was_lost_is_taken_over,
    a_binding_that_never_arrived_is_sent_again,
    a_binding_left_behind_by_a_killed_run_is_named_and_not_adopted,
    an_unbinding_whose_answer_was_lost_is_looked_at,
    a_list_that_lags_behind_a_change_is_waited_for,
    a_key_that_moves_to_a_page_that_was_read_before_is_not_taken_for_unbound,
    a_list_that_leads_back_is_an_error_and_no_deletion,
];

/// What happens to an answer on its way back; the request has been carried out.
const LOSSES: [FaultKind; 4] = [
    FaultKind::DropAfter,
    FaultKind::TruncatedBody,
    FaultKind::HtmlAfter,
    FaultKind::StatusAfter(500),
];

fn a_disabled_key_is_refused_before_anything_is_done(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage, Status::Disabled);
        stage.configure(&api(&of_foreign(&plan, &id)));
        let said = stage.refused_apply();
        assert!(
            said.contains(&format!(
                "the key {id} is disabled, and the service binds only enabled keys"
            )),
            "{said}"
        );
        assert_eq!(stage.calls(), ["DescribeApiKey", "DescribeUsagePlanSecretIds"]);
        assert!(stage.workspace.attributes(BOUND).is_err());
        // A key may be disabled once it is bound.
        stage
            .sandbox
            .tencentcloud()
            .update(&id, |key| key.status = Status::Enabled);
        stage.workspace.apply().unwrap();
        stage
            .sandbox
            .tencentcloud()
            .update(&id, |key| key.status = Status::Disabled);
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert!(bound(&stage, &plan).is_empty());
    }
}

fn a_missing_key_or_plan_is_told_at_its_argument(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage, Status::Enabled);
        for (plan, key, expected) in [
            (
                plan.as_str(),
                "AKIDunknown",
                "the key AKIDunknown does not exist in ap-guangzhou",
            ),
            (
                "usagePlan-unknown",
                &id,
                "the usage plan usagePlan-unknown does not exist in ap-guangzhou",
            ),
        ] {
            stage.configure(&api(&of_foreign(plan, key)));
            let said = stage.refused_apply();
            assert!(said.contains(expected), "{said}");
        }
        assert!(bound(&stage, &plan).is_empty());
    }
}

fn a_key_that_is_bound_already_is_left_alone_and_can_be_imported(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage, Status::Enabled);
        stage.sandbox.tencentcloud().bind(HOME, &plan, &id);
        let configuration = api(&of_foreign(&plan, &id));
        stage.configure(&configuration);
        let said = stage.refused_apply();
        let found = format!("the key {id} is bound to the usage plan {plan} already, and not by this resource");
        assert!(said.contains(&found), "{said}");
        let block = format!("import {{ to = {TYPE}.<name> id = \"{id}#{plan}\" }}");
        assert!(said.contains(&block), "{said}");
        stage.workspace.destroy().unwrap();
        assert_eq!(bound(&stage, &plan), [id.as_str()]);
        // As the error says.
        stage.apply(&format!(
            "{configuration}\nimport {{\n  to = {BOUND}\n  id = \"{id}#{plan}\"\n}}\n"
        ));
        stage.expect_no_change();
    }
}

fn a_key_that_somebody_binds_meanwhile_is_left_alone(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage, Status::Enabled);
        stage.configure(&api(&of_foreign(&plan, &id)));
        fault(
            &stage,
            "DescribeUsagePlanSecretIds",
            FaultKind::Delay { milliseconds: 1500 },
            1,
        );
        let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
        let called = stage.sandbox.wait_for_call("DescribeUsagePlanSecretIds", PATIENCE);
        assert!(called.is_some());
        stage.sandbox.tencentcloud().bind(HOME, &plan, &id);
        let said = refusal(running.wait().unwrap());
        assert!(said.contains("already, and not by this resource"), "{said}");
        assert!(stage.workspace.attributes(BOUND).is_err());
        assert_eq!(bound(&stage, &plan), [id]);
    }
}

fn a_binding_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for api in APIS {
        for kind in LOSSES {
            let (stage, plan) = start(cli);
            fault(&stage, "BindSecretIds", kind.clone(), 1);
            let output = stage.apply(&api(&pair(&plan, "")));
            assert!(
                output
                    .stdout
                    .contains("The answer to the creation of API key attachment"),
                "{kind:?}: {output}"
            );
            let mut calls = stage.calls();
            calls.retain(|call| call == "BindSecretIds");
            assert_eq!(calls.len(), 1, "{kind:?}");
            assert_eq!(bound(&stage, &plan).len(), 1);
            stage.expect_no_change();
        }
    }
}

fn a_binding_that_never_arrived_is_sent_again(cli: &Cli) {
    for api in APIS {
        let code = "InternalError.OssException".to_owned();
        let late = FaultKind::DropThenRun { milliseconds: 200 };
        for kind in [FaultKind::DropBefore, FaultKind::Html, FaultKind::Error { code }, late] {
            let (stage, plan) = start(cli);
            fault(&stage, "BindSecretIds", kind.clone(), 1);
            stage.apply(&api(&pair(&plan, "")));
            assert_eq!(bound(&stage, &plan).len(), 1, "{kind:?}");
            stage.expect_no_change();
        }
    }
}

fn a_binding_left_behind_by_a_killed_run_is_named_and_not_adopted(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage, Status::Enabled);
    let configuration = of_foreign(&plan, &id);
    stage.configure(&configuration);
    fault(&stage, "BindSecretIds", FaultKind::Delay { milliseconds: 20_000 }, 1);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("BindSecretIds", PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    let said: String = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let notice = format!("API key attachment {id}#{plan} was left behind by an earlier run");
    assert!(said.contains(&notice), "{said}");
    assert!(said.contains("somebody else may have bound it since"), "{said}");
    let said = stage.refused_apply();
    assert!(said.contains("already, and not by this resource"), "{said}");
    stage.apply(&format!(
        "{configuration}\nimport {{\n  to = {BOUND}\n  id = \"{id}#{plan}\"\n}}\n"
    ));
    stage.expect_no_change();
}

fn an_unbinding_whose_answer_was_lost_is_looked_at(cli: &Cli) {
    for api in APIS {
        for kind in LOSSES {
            let (stage, plan) = start(cli);
            let configuration = api(&pair(&plan, "timeouts {\n    delete = \"2s\"\n  }"));
            stage.apply(&configuration);
            fault(&stage, "UnBindSecretIds", kind.clone(), 1);
            stage.workspace.destroy().unwrap();
            assert!(stage.sandbox.tencentcloud().keys().is_empty(), "{kind:?}");
            stage.apply(&configuration);
            fault(&stage, "UnBindSecretIds", FaultKind::DropAfter, 1000);
            stage.workspace.destroy().unwrap();
            assert!(stage.sandbox.tencentcloud().keys().is_empty(), "{kind:?}");
        }
    }
}

/// A page of a plan with this many keys.
fn listing(ids: &[impl AsRef<str>], total: usize) -> FaultKind {
    let key = |id: &str| json!({ "AccessKeyId": id, "SecretName": "n", "Status": 1 });
    let keys: Vec<_> = ids.iter().map(|id| key(id.as_ref())).collect();
    let body = json!({ "Response": { "Result": { "TotalCount": total, "AccessKeyList": keys }, "RequestId": "r" } });
    FaultKind::Replace {
        status: None,
        body: body.to_string(),
    }
}

/// A hundred ids of keys: a page.
fn page_of_others() -> Vec<String> {
    (0..100).map(|number| format!("other-{number}")).collect()
}

fn a_key_that_moves_to_a_page_that_was_read_before_is_not_taken_for_unbound(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage, Status::Enabled);
    stage.apply(&of_foreign(&plan, &id));
    for _ in 0..99 {
        let other = foreign_key(&stage, Status::Enabled);
        stage.sandbox.tencentcloud().bind(HOME, &plan, &other);
    }
    // The key was the 101st, until another one was unbound.
    let before = || fault(&stage, "DescribeUsagePlanSecretIds", listing(&page_of_others(), 101), 1);
    before();
    stage.expect_no_change();
    before();
    run(&stage, &["destroy", "-auto-approve", "-refresh=false"]);
    assert!(!bound(&stage, &plan).contains(&id));
    assert_eq!(bound(&stage, &plan).len(), 99);
}

fn a_list_that_leads_back_is_an_error_and_no_deletion(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage, Status::Enabled);
    stage.apply(&of_foreign(&plan, &id));
    fault(
        &stage,
        "DescribeUsagePlanSecretIds",
        listing(&page_of_others(), 200),
        1000,
    );
    let said = stage.refused_plan();
    assert!(said.contains("changed in between, or led back"), "{said}");
}

fn a_list_that_lags_behind_a_change_is_waited_for(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage, Status::Enabled);
    let listing = |ids: &[&str]| listing(ids, ids.len());
    // What the check before sees, and then twice an old list.
    fault(&stage, "DescribeUsagePlanSecretIds", listing(&[]), 3);
    stage.apply(&of_foreign(&plan, &id));
    let mut calls = stage.calls();
    calls.retain(|call| call == "DescribeUsagePlanSecretIds");
    assert_eq!(calls.len(), 4);
    stage.expect_no_change();
    stage.calls();
    fault(&stage, "DescribeUsagePlanSecretIds", listing(&[&id]), 4);
    stage.workspace.destroy().unwrap();
    let mut calls = stage.calls();
    calls.retain(|call| call == "DescribeUsagePlanSecretIds");
    assert_eq!(calls.len(), 5);
    // A plan without keys may have a null list.
    let null = json!({ "Response": { "Result": { "TotalCount": 0, "AccessKeyList": null }, "RequestId": "r" } });
    let null = FaultKind::Replace {
        status: None,
        body: null.to_string(),
    };
    fault(&stage, "DescribeUsagePlanSecretIds", null, 1);
    stage.apply(&of_foreign(&plan, &id));
    assert_eq!(bound(&stage, &plan), [id]);
}

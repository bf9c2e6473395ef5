//! AWS keys that are in their usage plan already, and answers that are lost: what is claimed, and what is left alone.

use cli::Cli;
use sandbox::FaultKind;
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::aws_usage_plan_key::{ADDED, HOME, TYPE, added, fault, foreign_key, pair, start};
use super::stage::refusal;

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_that_is_in_the_plan_already_is_left_alone_and_can_be_imported,
    two_resources_of_one_pair_are_an_error_and_aliases_too,
    an_addition_whose_answer_was_lost_is_taken_over,
    a_lost_answer_makes_no_claim_on_what_somebody_else_added,
    an_addition_that_never_arrived_is_sent_again,
    an_addition_that_is_refused_is_explained,
    an_addition_left_behind_by_a_killed_run_is_named_and_not_adopted,
    a_removal_whose_answers_are_lost_is_looked_at,
];

/// What happens to an answer on its way back; the request has been carried out.
const LOSSES: [FaultKind; 4] = [
    FaultKind::DropAfter,
    FaultKind::TruncatedBody,
    FaultKind::HtmlAfter,
    FaultKind::StatusAfter(500),
];

fn a_key_that_is_in_the_plan_already_is_left_alone_and_can_be_imported(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage);
    stage.sandbox.aws().add_to_plan(HOME, &plan, &id);
    let configuration = added(&plan, &format!("\"{id}\""), "");
    stage.configure(&configuration);
    let said = stage.refused_apply();
    assert_eq!(stage.calls(), ["GetUsagePlanKey"]);
    let found =
        format!("the usage plan {plan} in {HOME} has the key {id} already, and it was not added by this resource");
    assert!(said.contains(&found), "{said}");
    let block = format!("import {{ to = {TYPE}.<name> id = \"{plan}/{id}\" }}");
    assert!(said.contains(&block), "{said}");
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan), [id.as_str()]);
    // As the error says.
    stage.apply(&format!(
        "{configuration}\nimport {{\n  to = {ADDED}\n  id = \"{plan}/{id}\"\n}}\n"
    ));
    assert_eq!(stage.attributes(ADDED)["key_id"], id);
    stage.expect_no_change();
}

fn two_resources_of_one_pair_are_an_error_and_aliases_too(cli: &Cli) {
    for alias in ["", "provider = aws.other"] {
        for kind in [FaultKind::Delay { milliseconds: 300 }, FaultKind::DropAfter] {
            let (stage, plan) = start(cli);
            let id = format!("\"{}\"", foreign_key(&stage));
            let second = added(&plan, &id, alias).replace("\"test\" {", "\"second\" {");
            let other = "provider \"aws\" {\n  alias = \"other\"\n}\n";
            stage.configure(&format!("{other}{}{second}", added(&plan, &id, "")));
            // Both have found the plan without the key when the first one adds it.
            fault(&stage, "GetUsagePlanKey", FaultKind::Delay { milliseconds: 300 }, 2);
            fault(&stage, "CreateUsagePlanKey", kind.clone(), 1);
            let said = stage.refused_apply();
            assert!(
                said.contains("already, and it was not added by this resource"),
                "{kind:?}: {said}"
            );
            let state = stage.workspace.state().unwrap();
            assert_eq!(state["resources"].as_array().unwrap().len(), 1, "{kind:?}: {said}");
            assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan).len(), 1);
        }
    }
}

fn an_addition_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for kind in LOSSES {
        let (stage, plan) = start(cli);
        fault(&stage, "CreateUsagePlanKey", kind.clone(), 1);
        let output = stage.apply(&pair(&plan, ""));
        assert!(
            output.stdout.contains("The answer to the creation of usage plan key"),
            "{kind:?}: {output}"
        );
        let calls = [
            "CreateApiKey",
            "GetUsagePlanKey",
            "CreateUsagePlanKey",
            "GetUsagePlanKey",
        ];
        assert_eq!(stage.calls(), calls, "{kind:?}");
        let key = &stage.sandbox.aws().keys()[0];
        assert_eq!(stage.attributes(ADDED)["value"], key.value);
        stage.expect_no_change();
    }
}

fn a_lost_answer_makes_no_claim_on_what_somebody_else_added(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage);
    stage.configure(&added(&plan, &format!("\"{id}\""), ""));
    // Somebody adds the key after the plan was asked: the service's refusal arrives.
    fault(&stage, "GetUsagePlanKey", FaultKind::Delay { milliseconds: 1500 }, 1);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("GetUsagePlanKey", PATIENCE).is_some());
    stage.sandbox.aws().add_to_plan(HOME, &plan, &id);
    let said = refusal(running.wait().unwrap());
    assert!(
        said.contains("already, and it was not added by this resource"),
        "{said}"
    );
    assert!(stage.workspace.attributes(ADDED).is_err());
}

fn an_addition_that_never_arrived_is_sent_again(cli: &Cli) {
    for kind in [FaultKind::DropBefore, FaultKind::Status(503), FaultKind::Html] {
        let (stage, plan) = start(cli);
        fault(&stage, "CreateUsagePlanKey", kind.clone(), 1);
        stage.apply(&pair(&plan, ""));
        assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan).len(), 1, "{kind:?}");
        stage.expect_no_change();
    }
    // One that arrives late makes the service refuse the second.
    let (stage, plan) = start(cli);
    fault(
        &stage,
        "CreateUsagePlanKey",
        FaultKind::DropThenRun { milliseconds: 200 },
        1,
    );
    stage.apply(&pair(&plan, ""));
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan).len(), 1);
    stage.expect_no_change();
}

fn an_addition_that_is_refused_is_explained(cli: &Cli) {
    let rows = [
        (
            "ConflictException",
            "ConflictException: the sandbox was told to answer ConflictException",
        ),
        (
            "LimitExceededException",
            "Delete unused objects, or ask the vendor for a higher quota.",
        ),
        ("UnauthorizedException", "The call was made with: credentials from"),
    ];
    for (code, expected) in rows {
        let (stage, plan) = start(cli);
        let refused = FaultKind::Error { code: code.to_owned() };
        fault(&stage, "CreateUsagePlanKey", refused, 1);
        stage.configure(&pair(&plan, ""));
        let said = stage.refused_apply();
        assert!(said.contains(expected), "{said}");
        assert!(stage.workspace.attributes(ADDED).is_err());
        // Nothing is left to be told of.
        let output = stage.workspace.apply().unwrap();
        assert!(!output.stdout.contains("left behind"), "{output}");
    }
}

fn an_addition_left_behind_by_a_killed_run_is_named_and_not_adopted(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage);
    let configuration = added(&plan, &format!("\"{id}\""), "");
    stage.configure(&configuration);
    fault(
        &stage,
        "CreateUsagePlanKey",
        FaultKind::Delay { milliseconds: 20_000 },
        1,
    );
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateUsagePlanKey", PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    let said: String = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let notice = format!("usage plan key {plan}/{id} was left behind by an earlier run");
    assert!(said.contains(&notice), "{said}");
    assert!(said.contains("somebody else may have added it since"), "{said}");
    assert!(said.contains(&format!("id = \"{plan}/{id}\"")), "{said}");
    let said = stage.refused_apply();
    assert!(
        said.contains("already, and it was not added by this resource"),
        "{said}"
    );
    stage.apply(&format!(
        "{configuration}\nimport {{\n  to = {ADDED}\n  id = \"{plan}/{id}\"\n}}\n"
    ));
    stage.expect_no_change();
}

fn a_removal_whose_answers_are_lost_is_looked_at(cli: &Cli) {
    for kind in LOSSES {
        let (stage, plan) = start(cli);
        stage.apply(&pair(&plan, "timeouts {\n    delete = \"2s\"\n  }"));
        fault(&stage, "DeleteUsagePlanKey", kind, 1);
        stage.workspace.destroy().unwrap();
        assert!(stage.sandbox.aws().plan_keys(HOME, &plan).is_empty());
        stage.apply(&pair(&plan, "timeouts {\n    delete = \"2s\"\n  }"));
        fault(&stage, "DeleteUsagePlanKey", FaultKind::DropAfter, 1000);
        stage.workspace.destroy().unwrap();
        assert!(stage.sandbox.aws().plan_keys(HOME, &plan).is_empty());
    }
}

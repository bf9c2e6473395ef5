//! AWS keys in usage plans: added, imported, removed; many at once; gone outside; replaced keys.

use cli::{Cli, Workspace};
use sandbox::{Cloud, Fault, FaultKind, Options, RateLimits};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::official_state;
use super::stage::{AWS, Stage, refusal, skips_a_destruction};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_is_added_to_a_plan_imported_and_removed,
    a_key_that_left_the_plan_is_planned_and_added_again,
    a_deleted_key_or_plan_takes_the_attachment_along,
    ten_keys_are_added_to_one_plan_at_once,
    conflicts_that_go_away_are_waited_out_as_long_as_the_operation_may_take,
    one_key_in_two_plans_is_two_objects,
    another_plan_replaces_the_attachment_and_other_timeouts_change_nothing,
    a_key_of_another_region_is_added_and_imported_there,
    an_attached_key_is_replaced_in_both_orders,
    official_states_open_unchanged,
    bad_input_is_refused_at_the_argument,
];

const KEY: &str = "aws_api_gateway_api_key.test";
pub(super) const ADDED: &str = "aws_api_gateway_usage_plan_key.test";
pub(super) const TYPE: &str = "aws_api_gateway_usage_plan_key";
pub(super) const HOME: &str = "us-east-1";

/// A key, and that it is in a plan.
pub(super) fn pair(plan: &str, arguments: &str) -> String {
    format!("{}{}", key(""), added(plan, &format!("{KEY}.id"), arguments))
}

fn key(arguments: &str) -> String {
    format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {arguments}\n}}\n")
}

pub(super) fn added(plan: &str, key: &str, arguments: &str) -> String {
    format!(
        "resource \"{TYPE}\" \"test\" {{\n  key_id = {key}\n  key_type = \"API_KEY\"\n  usage_plan_id = \"{plan}\"\n  {arguments}\n}}\n"
    )
}

pub(super) fn start(cli: &Cli) -> (Stage, String) {
    let stage = Stage::new(cli, &[AWS]);
    let plan = stage.sandbox.aws().create_plan(HOME, "test");
    (stage, plan)
}

pub(super) fn fault(stage: &Stage, operation: &str, kind: FaultKind, times: u32) {
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some(operation.to_owned()),
        kind,
        times,
    });
}

/// A key that nobody manages.
pub(super) fn foreign_key(stage: &Stage) -> String {
    let key = sandbox::aws::Key::new(HOME, "foreign", chrono::Utc::now());
    stage.sandbox.aws().insert(key)
}

fn run(workspace: &Workspace, arguments: &[&str]) {
    workspace.run(arguments).unwrap().success().unwrap();
}

fn a_key_is_added_to_a_plan_imported_and_removed(cli: &Cli) {
    let (stage, plan) = start(cli);
    let output = stage.apply(&pair(&plan, ""));
    assert_eq!(stage.calls(), ["CreateApiKey", "GetUsagePlanKey", "CreateUsagePlanKey"]);
    let [key] = &stage.sandbox.aws().keys()[..] else {
        panic!("expected one key");
    };
    let expected = json!({
        "id": key.id, "key_id": key.id, "key_type": "API_KEY", "name": "test", "region": HOME, "usage_plan_id": plan, "value": key.value,
    });
    assert_eq!(stage.attributes(ADDED), expected);
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan), [key.id.as_str()]);
    let shown = stage.workspace.run(&["show"]).unwrap();
    for output in [&output, &shown] {
        assert!(!output.stdout.contains(&key.value), "{output}");
    }
    stage.expect_no_change();
    let configuration = added(&plan, &format!("\"{}\"", key.id), "");
    stage.expect_import(&configuration, ADDED, &format!("{plan}/{}", key.id), &[]);
    stage.calls();
    stage.workspace.destroy().unwrap();
    let calls = ["GetApiKey", "GetUsagePlanKey", "DeleteUsagePlanKey", "DeleteApiKey"];
    assert_eq!(stage.calls(), calls);
    assert!(stage.sandbox.aws().plan_keys(HOME, &plan).is_empty());
}

fn a_key_that_left_the_plan_is_planned_and_added_again(cli: &Cli) {
    let (stage, plan) = start(cli);
    stage.apply(&pair(&plan, ""));
    let id = stage.sandbox.aws().keys()[0].id.clone();
    stage.sandbox.aws().take_from_plan(HOME, &plan, &id);
    assert_eq!(stage.planned(ADDED)["actions"], json!(["create"]));
    let output = stage.workspace.apply().unwrap();
    assert!(!output.to_string().contains("was lost"), "{output}");
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan), [id]);
    stage.expect_no_change();
}

fn a_deleted_key_or_plan_takes_the_attachment_along(cli: &Cli) {
    for is_plan in [true, false] {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage);
        stage.apply(&added(&plan, &format!("\"{id}\""), ""));
        match is_plan {
            true => stage.sandbox.aws().remove_plan(HOME, &plan),
            false => drop(stage.sandbox.aws().remove(&id)),
        }
        // Without a look before it, too.
        let copy = std::fs::read_to_string(stage.workspace.folder().join("terraform.tfstate")).unwrap();
        run(&stage.workspace, &["destroy", "-auto-approve", "-refresh=false"]);
        stage.workspace.write("terraform.tfstate", &copy).unwrap();
        assert_eq!(stage.planned(ADDED)["actions"], json!(["create"]));
        let said = stage.refused_apply();
        assert!(
            said.contains("CreateUsagePlanKey: NotFoundException: Invalid "),
            "{said}"
        );
        assert!(stage.workspace.attributes(ADDED).is_err());
    }
}

fn ten_keys_are_added_to_one_plan_at_once(cli: &Cli) {
    for (rate_limits, conflicts) in [(RateLimits::On, 0), (RateLimits::Off, 7)] {
        let options = Options {
            rate_limits,
            ..Options::default()
        };
        let stage = Stage::with(cli, &[AWS], options);
        let plan = stage.sandbox.aws().create_plan(HOME, "test");
        let conflict = FaultKind::Error {
            code: "ConflictException/concurrent".to_owned(),
        };
        fault(&stage, "CreateUsagePlanKey", conflict, conflicts);
        let ten = pair(&plan, "count = 10")
            .replace("  name =", "  count = 10\n  name =")
            .replace(&format!("{KEY}.id"), &format!("{KEY}[count.index].id"));
        stage.apply(&ten);
        assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan).len(), 10);
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert!(stage.sandbox.aws().plan_keys(HOME, &plan).is_empty());
    }
}

fn conflicts_that_go_away_are_waited_out_as_long_as_the_operation_may_take(cli: &Cli) {
    let (stage, plan) = start(cli);
    let conflict = FaultKind::Error {
        code: "ConflictException/concurrent".to_owned(),
    };
    fault(&stage, "CreateUsagePlanKey", conflict.clone(), 1000);
    stage.configure(&pair(
        &plan,
        "timeouts {\n    create = \"2s\"\n    delete = \"2s\"\n  }",
    ));
    let said = stage.refused_apply();
    assert!(
        said.contains("concurrent modification. Please try again later"),
        "{said}"
    );
    assert!(stage.workspace.attributes(ADDED).is_err());
    stage.sandbox.clear_faults();
    stage.workspace.apply().unwrap();
    fault(&stage, "DeleteUsagePlanKey", conflict.clone(), 1000);
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(
        said.contains("concurrent modification. Please try again later"),
        "{said}"
    );
    assert_eq!(stage.attributes(ADDED)["usage_plan_id"], plan);
    stage.sandbox.clear_faults();
    fault(&stage, "DeleteUsagePlanKey", conflict, 2);
    stage.workspace.destroy().unwrap();
}

fn one_key_in_two_plans_is_two_objects(cli: &Cli) {
    let (stage, one) = start(cli);
    let two = stage.sandbox.aws().create_plan(HOME, "two");
    let second = added(&two, &format!("{KEY}.id"), "").replace("\"test\" {", "\"second\" {");
    let both = format!("{}{second}", pair(&one, ""));
    stage.apply(&both);
    let id = stage.sandbox.aws().keys()[0].id.clone();
    for plan in [&one, &two] {
        assert_eq!(stage.sandbox.aws().plan_keys(HOME, plan), [id.as_str()]);
    }
    stage.expect_no_change();
    stage.apply(&pair(&one, ""));
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &one), [id]);
    assert!(stage.sandbox.aws().plan_keys(HOME, &two).is_empty());
}

fn another_plan_replaces_the_attachment_and_other_timeouts_change_nothing(cli: &Cli) {
    let (stage, one) = start(cli);
    let two = stage.sandbox.aws().create_plan(HOME, "two");
    stage.apply(&pair(&one, ""));
    stage.calls();
    stage.apply(&pair(&one, "timeouts {\n    create = \"1m\"\n  }"));
    assert_eq!(stage.calls(), ["GetApiKey", "GetUsagePlanKey"]);
    stage.configure(&pair(&two, ""));
    let planned = stage.planned(ADDED);
    assert_eq!(planned["actions"], json!(["delete", "create"]));
    assert_eq!(planned["replace_paths"], json!([["usage_plan_id"]]));
    stage.workspace.apply().unwrap();
    assert!(stage.sandbox.aws().plan_keys(HOME, &one).is_empty());
    assert_eq!(stage.sandbox.aws().plan_keys(HOME, &two).len(), 1);
}

fn a_key_of_another_region_is_added_and_imported_there(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let plan = stage.sandbox.aws().create_plan("eu-west-1", "test");
    let region = "region = \"eu-west-1\"";
    stage.apply(&format!(
        "{}{}",
        key(region),
        added(&plan, &format!("{KEY}.id"), region)
    ));
    let id = stage.sandbox.aws().keys()[0].id.clone();
    assert_eq!(stage.sandbox.aws().plan_keys("eu-west-1", &plan), [id.as_str()]);
    stage.expect_no_change();
    let configuration = added(&plan, &format!("\"{id}\""), region);
    stage.expect_import(&configuration, ADDED, &format!("{plan}/{id}@eu-west-1"), &[]);
}

fn an_attached_key_is_replaced_in_both_orders(cli: &Cli) {
    const NEW_FIRST: &str = "lifecycle {\n    create_before_destroy = true\n  }";
    // What is in no order in between happens at the same time.
    #[rustfmt::skip]
    let rows = [
        ("", "", &[["DeleteUsagePlanKey", "DeleteApiKey"], ["DeleteApiKey", "CreateApiKey"], ["CreateApiKey", "CreateUsagePlanKey"]][..]),
        (NEW_FIRST, "", &[["DeleteUsagePlanKey", "CreateUsagePlanKey"], ["CreateUsagePlanKey", "DeleteApiKey"], ["CreateApiKey", "DeleteApiKey"]]),
        (NEW_FIRST, NEW_FIRST, &[["CreateApiKey", "CreateUsagePlanKey"], ["CreateUsagePlanKey", "DeleteUsagePlanKey"], ["DeleteUsagePlanKey", "DeleteApiKey"]]),
    ];
    for (of_key, of_attachment, orders) in rows {
        if of_key != of_attachment && skips_a_destruction(cli) {
            continue;
        }
        let (stage, plan) = start(cli);
        let configuration = format!("{}{}", key(of_key), added(&plan, &format!("{KEY}.id"), of_attachment));
        stage.apply(&configuration);
        let before = stage.sandbox.aws().keys()[0].id.clone();
        stage.calls();
        run(
            &stage.workspace,
            &["apply", "-auto-approve", &format!("-replace={KEY}")],
        );
        let mut calls = stage.calls();
        calls.retain(|call| !call.starts_with("Get"));
        assert_eq!(calls.len(), 4, "{calls:?}");
        for pair in orders {
            let [first, second] = pair.map(|call| calls.iter().position(|made| made == call));
            assert!(first < second, "{pair:?}: {calls:?}");
        }
        let [after] = &stage.sandbox.aws().keys()[..] else {
            panic!("expected one key");
        };
        assert_ne!(after.id, before);
        assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan), [after.id.as_str()]);
        stage.expect_no_change();
    }
}

fn official_states_open_unchanged(cli: &Cli) {
    // Releases before 6.0 have no region.
    for region in [json!(HOME), Value::Null] {
        let (stage, plan) = start(cli);
        let id = foreign_key(&stage);
        stage.sandbox.aws().add_to_plan(HOME, &plan, &id);
        let key = stage.sandbox.aws().key(&id).unwrap();
        let mut official = json!({
            "id": id, "key_id": id, "key_type": "API_KEY", "name": "foreign", "usage_plan_id": plan, "value": key.value,
        });
        if region != Value::Null {
            official["region"] = region;
        }
        let state = official_state::state_file(stage.registry(), ADDED, &official);
        stage.workspace.write("terraform.tfstate", &state).unwrap();
        stage.configure(&added(&plan, &format!("\"{id}\""), ""));
        stage.expect_no_change();
        // Terraform without a look writes the same values again where one of them is hidden from now on, and nothing else.
        run(&stage.workspace, &["plan", "-refresh=false", "-out=plan"]);
        let shown = stage.workspace.run(&["show", "-json", "plan"]).unwrap();
        let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
        let change = &shown["resource_changes"][0]["change"];
        assert_eq!(change["before"], change["after"]);
        stage.workspace.apply().unwrap();
        assert_eq!(stage.attributes(ADDED)["region"], HOME);
        assert_eq!(stage.sandbox.aws().plan_keys(HOME, &plan), [id]);
        stage.workspace.destroy().unwrap();
        assert!(stage.sandbox.aws().plan_keys(HOME, &plan).is_empty());
    }
}

fn bad_input_is_refused_at_the_argument(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    #[rustfmt::skip]
    let rows = [
        ("key_id = \"k1\"", "key_type = \"API\"", "usage_plan_id = \"u1\"", "\"key_type\" must be \"API_KEY\", but is \"API\""),
        ("key_id = \"\"", "key_type = \"API_KEY\"", "usage_plan_id = \"u1\"", "\"key_id\" must be an ID"),
        ("key_id = \"k1\"", "key_type = \"API_KEY\"", "usage_plan_id = \"u/1\"", "\"usage_plan_id\" must be an ID"),
        ("key_id = \"k1\"", "region = \"nowhere\"\nkey_type = \"API_KEY\"", "usage_plan_id = \"u1\"", "\"region\" must be a region such as"),
        ("key_id = \"k1\"", "region = \"cn-north-1\"\nkey_type = \"API_KEY\"", "usage_plan_id = \"u1\"", "must be in the partition of the provider's region"),
        ("", "key_type = \"API_KEY\"", "usage_plan_id = \"u1\"", "The argument \"key_id\" is required"),
    ];
    for (key, kind, plan, expected) in rows {
        stage.configure(&format!(
            "resource \"{TYPE}\" \"test\" {{\n  {key}\n  {kind}\n  {plan}\n}}\n"
        ));
        let said = stage.refused_plan();
        assert!(said.contains(expected), "{said}");
    }
    for id in ["k1", "u1/", "/k1", "u1/k1/x", "u1/k1@nowhere"] {
        stage.configure(&added("u1", "\"k1\"", ""));
        let said = refusal(stage.workspace.run(&["import", ADDED, id]).unwrap());
        assert!(
            said.contains("must be the IDs of a usage plan and an API key"),
            "{id}: {said}"
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
    stage.configure(&added("u1", "\"k1\"", ""));
    let said = refusal(stage.workspace.run(&["import", ADDED, "u1/k1"]).unwrap());
    assert!(said.contains("non-existent remote object"), "{said}");
}

//! Tencent Cloud keys bound to usage plans: bound, imported, unbound; gone outside; replaced keys. Through both of the vendor's APIs.

use cli::Cli;
use sandbox::tencentcloud::{Key, Status};
use sandbox::{Cloud, Fault, FaultKind, Options, Spelling};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::official_state;
use super::stage::{Stage, TENCENTCLOUD, elsewhere, refusal, skips_a_destruction};
use super::tencentcloud::{KEY, REQUIRED, key};
use super::tencentcloud_2017::in_2017;

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_is_bound_to_a_plan_imported_and_unbound,
    a_key_is_bound_and_unbound_through_the_api_of_2017,
    a_key_that_left_the_plan_is_planned_and_bound_again,
    a_deleted_plan_takes_the_attachment_along,
    a_plan_in_another_region_is_an_error_and_no_deletion,
    a_plan_with_more_keys_than_a_page_is_read_to_its_end,
    an_attached_key_is_replaced_in_both_orders,
    another_plan_replaces_the_attachment_and_other_timeouts_change_nothing,
    twelve_keys_are_bound_to_one_plan_at_once,
    an_official_state_opens_unchanged,
    bad_input_is_refused_at_the_argument,
];

pub(super) const TYPE: &str = "tencentcloud_api_gateway_api_key_attachment";
pub(super) const BOUND: &str = "tencentcloud_api_gateway_api_key_attachment.test";
pub(super) const HOME: &str = "ap-guangzhou";

pub(super) type Api = fn(&str) -> String;

/// How a configuration asks for API 3.0, and for the API of 2017.
pub(super) const APIS: [Api; 2] = [str::to_owned, in_2017];

/// A key, and that it is bound to a plan.
pub(super) fn pair(plan: &str, arguments: &str) -> String {
    format!(
        "{}{}",
        key("secret_name = \"test\""),
        attachment(plan, &format!("{KEY}.id"), arguments)
    )
}

fn attachment(plan: &str, key: &str, arguments: &str) -> String {
    format!("resource \"{TYPE}\" \"test\" {{\n  api_key_id = {key}\n  usage_plan_id = \"{plan}\"\n  {arguments}\n}}\n")
}

/// An attachment of a key that nobody manages.
pub(super) fn of_foreign(plan: &str, key: &str) -> String {
    format!("{REQUIRED}{}", attachment(plan, &format!("\"{key}\""), ""))
}

pub(super) fn start(cli: &Cli) -> (Stage, String) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let plan = stage.sandbox.tencentcloud().create_plan(HOME, "test");
    (stage, plan)
}

pub(super) fn foreign_key(stage: &Stage, status: Status) -> String {
    let key = Key::new(HOME, "foreign", chrono::Utc::now());
    stage.sandbox.tencentcloud().insert(Key { status, ..key })
}

pub(super) fn bound(stage: &Stage, plan: &str) -> Vec<String> {
    stage.sandbox.tencentcloud().bound(HOME, plan).into_iter().collect()
}

pub(super) fn fault(stage: &Stage, operation: &str, kind: FaultKind, times: u32) {
    stage.sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some(operation.to_owned()),
        kind,
        times,
    });
}

pub(super) fn run(stage: &Stage, arguments: &[&str]) {
    stage.workspace.run(arguments).unwrap().success().unwrap();
}

fn a_key_is_bound_to_a_plan_imported_and_unbound(cli: &Cli) {
    let (stage, plan) = start(cli);
    stage.apply(&pair(&plan, ""));
    let calls = [
        "CreateApiKey",
        "DescribeApiKey",
        "DescribeUsagePlanSecretIds",
        "BindSecretIds",
        "DescribeUsagePlanSecretIds",
    ];
    assert_eq!(stage.calls(), calls);
    let id = stage.sandbox.tencentcloud().keys()[0].id.clone();
    let expected = json!({ "api_key_id": id, "id": format!("{id}#{plan}"), "usage_plan_id": plan });
    assert_eq!(stage.attributes(BOUND), expected);
    assert_eq!(bound(&stage, &plan), [id.as_str()]);
    stage.expect_no_change();
    stage.expect_import(&of_foreign(&plan, &id), BOUND, &format!("{id}#{plan}"), &[]);
    stage.calls();
    stage.workspace.destroy().unwrap();
    let calls = [
        "DescribeApiKey",
        "DescribeUsagePlanSecretIds",
        "DescribeUsagePlanSecretIds",
        "UnBindSecretIds",
        "DescribeUsagePlanSecretIds",
        "DescribeApiKey",
        "DisableApiKey",
        "DeleteApiKey",
    ];
    assert_eq!(stage.calls(), calls);
    assert!(bound(&stage, &plan).is_empty());
    assert!(stage.sandbox.tencentcloud().keys().is_empty());
}

fn a_key_is_bound_and_unbound_through_the_api_of_2017(cli: &Cli) {
    for (arguments, spelling) in [
        ("", Spelling::Declared),
        ("request_method = \"GET\"", Spelling::Sampled),
    ] {
        let options = Options {
            spelling,
            ..Options::default()
        };
        let stage = Stage::with(cli, &[TENCENTCLOUD], options);
        let plan = stage.sandbox.tencentcloud().create_plan(HOME, "test");
        let in_2017 = |configuration: &str| super::tencentcloud_2017::in_block(arguments, configuration);
        stage.apply(&in_2017(&pair(&plan, "")));
        let id = stage.sandbox.tencentcloud().keys()[0].id.clone();
        assert_eq!(bound(&stage, &plan), [id.as_str()]);
        assert!(
            stage
                .sandbox
                .journal()
                .iter()
                .all(|entry| entry.path.starts_with("/v2/index.php"))
        );
        stage.expect_no_change();
        let import = format!("{id}#{plan}");
        stage.expect_import(&in_2017(&of_foreign(&plan, &id)), BOUND, &import, &[]);
        // The state is the same with either API.
        stage.configure(&pair(&plan, ""));
        stage.expect_no_change();
        stage.configure(&in_2017(&pair(&plan, "")));
        stage.workspace.destroy().unwrap();
        assert!(bound(&stage, &plan).is_empty());
    }
}

fn a_key_that_left_the_plan_is_planned_and_bound_again(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        stage.apply(&api(&pair(&plan, "")));
        let id = stage.sandbox.tencentcloud().keys()[0].id.clone();
        stage.sandbox.tencentcloud().unbind(HOME, &plan, &id);
        assert_eq!(stage.planned(BOUND)["actions"], json!(["create"]));
        stage.workspace.apply().unwrap();
        assert_eq!(bound(&stage, &plan), [id.as_str()]);
        stage.expect_no_change();
        // What is unbound already is unbound, with a look before it or without.
        stage.sandbox.tencentcloud().unbind(HOME, &plan, &id);
        run(&stage, &["destroy", "-auto-approve", "-refresh=false"]);
    }
}

fn a_deleted_plan_takes_the_attachment_along(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        stage.apply(&api(&pair(&plan, "")));
        stage.sandbox.tencentcloud().remove_plan(HOME, &plan);
        assert_eq!(stage.planned(BOUND)["actions"], json!(["create"]));
        run(&stage, &["destroy", "-auto-approve", "-refresh=false"]);
        assert!(stage.sandbox.tencentcloud().keys().is_empty());
    }
}

fn a_plan_in_another_region_is_an_error_and_no_deletion(cli: &Cli) {
    let (stage, plan) = start(cli);
    stage.apply(&pair(&plan, ""));
    let another = "provider \"tencentcloud\" {\n  region = \"ap-tokyo\"\n}\n";
    let id = stage.sandbox.tencentcloud().keys()[0].id.clone();
    stage.configure(&format!("{another}{}", of_foreign(&plan, &id)));
    run(&stage, &["state", "rm", KEY]);
    let found = format!("the usage plan {plan} is in {HOME}, but the provider looks in ap-tokyo");
    for command in [&["plan"][..], &["destroy", "-auto-approve", "-refresh=false"]] {
        let said = refusal(stage.workspace.run(command).unwrap());
        for expected in elsewhere(cli, found.clone(), HOME) {
            assert!(said.contains(&expected), "{said}");
        }
    }
    assert_eq!(bound(&stage, &plan), [id]);
}

fn a_plan_with_more_keys_than_a_page_is_read_to_its_end(cli: &Cli) {
    for api in APIS {
        let (stage, plan) = start(cli);
        for _ in 0..130 {
            let other = foreign_key(&stage, Status::Enabled);
            stage.sandbox.tencentcloud().bind(HOME, &plan, &other);
        }
        let id = foreign_key(&stage, Status::Enabled);
        stage.sandbox.tencentcloud().bind(HOME, &plan, &id);
        stage.configure(&api(&of_foreign(&plan, &id)));
        stage.workspace.import(BOUND, &format!("{id}#{plan}")).unwrap();
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(bound(&stage, &plan).len(), 130);
    }
}

fn an_attached_key_is_replaced_in_both_orders(cli: &Cli) {
    const NEW_FIRST: &str = "lifecycle {\n    create_before_destroy = true\n  }";
    // What is in no order in between happens at the same time.
    #[rustfmt::skip]
    let rows = [
        ("", "", &[["UnBindSecretIds", "DisableApiKey"], ["DisableApiKey", "DeleteApiKey"], ["DeleteApiKey", "CreateApiKey"], ["CreateApiKey", "BindSecretIds"]][..]),
        (NEW_FIRST, "", &[["UnBindSecretIds", "BindSecretIds"], ["CreateApiKey", "BindSecretIds"], ["BindSecretIds", "DisableApiKey"], ["DisableApiKey", "DeleteApiKey"]]),
        (NEW_FIRST, NEW_FIRST, &[["CreateApiKey", "BindSecretIds"], ["BindSecretIds", "UnBindSecretIds"], ["UnBindSecretIds", "DisableApiKey"], ["DisableApiKey", "DeleteApiKey"]]),
    ];
    for api in APIS {
        for (of_key, of_attachment, orders) in rows {
            if of_key != of_attachment && skips_a_destruction(cli) {
                continue;
            }
            let (stage, plan) = start(cli);
            let key = key(&format!("secret_name = \"test\"\n  {of_key}"));
            stage.apply(&api(&format!(
                "{key}{}",
                attachment(&plan, &format!("{KEY}.id"), of_attachment)
            )));
            let before = stage.sandbox.tencentcloud().keys()[0].id.clone();
            stage.calls();
            run(&stage, &["apply", "-auto-approve", &format!("-replace={KEY}")]);
            let mut calls = stage.calls();
            calls.retain(|call| !call.starts_with("Describe"));
            assert_eq!(calls.len(), 5, "{calls:?}");
            for pair in orders {
                let [first, second] = pair.map(|call| calls.iter().position(|made| made == call));
                assert!(first < second, "{pair:?}: {calls:?}");
            }
            let [after] = &stage.sandbox.tencentcloud().keys()[..] else {
                panic!("expected one key");
            };
            assert_ne!(after.id, before);
            assert_eq!(bound(&stage, &plan), [after.id.as_str()]);
            stage.expect_no_change();
        }
    }
}

fn another_plan_replaces_the_attachment_and_other_timeouts_change_nothing(cli: &Cli) {
    let (stage, one) = start(cli);
    let two = stage.sandbox.tencentcloud().create_plan(HOME, "two");
    stage.apply(&pair(&one, ""));
    stage.calls();
    stage.apply(&pair(&one, "timeouts {\n    create = \"1m\"\n  }"));
    assert_eq!(stage.calls(), ["DescribeApiKey", "DescribeUsagePlanSecretIds"]);
    stage.configure(&pair(&two, ""));
    let planned = stage.planned(BOUND);
    assert_eq!(planned["actions"], json!(["delete", "create"]));
    assert_eq!(planned["replace_paths"], json!([["usage_plan_id"]]));
    stage.workspace.apply().unwrap();
    assert!(bound(&stage, &one).is_empty());
    assert_eq!(bound(&stage, &two).len(), 1);
}

fn twelve_keys_are_bound_to_one_plan_at_once(cli: &Cli) {
    let options = Options {
        rate_limits: sandbox::RateLimits::On,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[TENCENTCLOUD], options);
    let plan = stage.sandbox.tencentcloud().create_plan(HOME, "test");
    let twelve = pair(&plan, "count = 12")
        .replace("  secret_name =", "  count = 12\n  secret_name =")
        .replace(&format!("{KEY}.id"), &format!("{KEY}[count.index].id"));
    stage.apply(&twelve);
    assert_eq!(bound(&stage, &plan).len(), 12);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert!(stage.sandbox.tencentcloud().keys().is_empty());
}

fn an_official_state_opens_unchanged(cli: &Cli) {
    let (stage, plan) = start(cli);
    let id = foreign_key(&stage, Status::Enabled);
    stage.sandbox.tencentcloud().bind(HOME, &plan, &id);
    let official = json!({ "api_key_id": id, "id": format!("{id}#{plan}"), "usage_plan_id": plan });
    let state = official_state::state_file(stage.registry(), BOUND, &official);
    stage.workspace.write("terraform.tfstate", &state).unwrap();
    stage.configure(&of_foreign(&plan, &id));
    let unrefreshed = stage
        .workspace
        .run(&["plan", "-detailed-exitcode", "-refresh=false"])
        .unwrap();
    assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
    assert_eq!(stage.calls(), [""; 0]);
    let plan_made = stage.workspace.plan_json().unwrap();
    assert_eq!(stage.calls(), ["DescribeUsagePlanSecretIds"]);
    assert_eq!(plan_made["resource_changes"][0]["change"]["actions"], json!(["no-op"]));
    assert_eq!(plan_made["resource_drift"], Value::Null);
    stage.workspace.destroy().unwrap();
    assert!(bound(&stage, &plan).is_empty());
}

fn bad_input_is_refused_at_the_argument(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    #[rustfmt::skip]
    let rows = [
        ("api_key_id = \"\"", "usage_plan_id = \"usagePlan-1\"", "\"api_key_id\" must be an ID"),
        ("api_key_id = \"AKID\"", "usage_plan_id = \"usagePlan#1\"", "\"usage_plan_id\" must be an ID"),
        ("api_key_id = \"AKID\"", "", "The argument \"usage_plan_id\" is required"),
    ];
    for (key, plan, expected) in rows {
        stage.configure(&format!(
            "{REQUIRED}resource \"{TYPE}\" \"test\" {{\n  {key}\n  {plan}\n}}\n"
        ));
        let said = stage.refused_plan();
        assert!(said.contains(expected), "{said}");
    }
    stage.configure(&of_foreign("usagePlan-1", "AKID"));
    for id in [
        "AKID",
        "AKID#",
        "#usagePlan-1",
        "AKID#usagePlan-1#x",
        "usagePlan-1/AKID",
    ] {
        let said = refusal(stage.workspace.run(&["import", BOUND, id]).unwrap());
        assert!(
            said.contains("must be the IDs of a key and a usage plan"),
            "{id}: {said}"
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
    let said = refusal(stage.workspace.run(&["import", BOUND, "AKID#usagePlan-1"]).unwrap());
    assert!(said.contains("non-existent remote object"), "{said}");
}

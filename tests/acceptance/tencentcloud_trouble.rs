//! A Tencent Cloud key where things go wrong: other regions, a product that ends, keys in use.

use cli::Cli;
use sandbox::Options;
use sandbox::tencentcloud::Status;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::stage::{Stage, TENCENTCLOUD, elsewhere, refusal};
use super::tencentcloud::{KEY, expect_nothing_in_state, key, manual_key, only_key, refuse, state_of};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_lives_in_the_providers_region_else_the_environments_else_guangzhou,
    a_key_of_another_region_is_an_error_and_stays_in_the_state,
    a_region_the_product_is_not_served_in_is_an_error,
    a_product_that_is_shut_down_is_an_error_and_takes_nothing_from_the_state,
    a_key_enabled_by_hand_is_deleted_by_its_live_status,
    a_key_that_is_gone_already_is_destroyed,
    a_bound_key_is_not_destroyed_and_goes_on_working,
    an_id_that_is_taken_is_told_at_its_argument,
    a_full_quota_fails_at_once,
];

fn a_key_lives_in_the_providers_region_else_the_environments_else_guangzhou(cli: &Cli) {
    let rows = [
        (r#"region = "ap-singapore""#, Some("ap-tokyo"), "ap-singapore"),
        ("", Some("ap-tokyo"), "ap-tokyo"),
        ("", None, "ap-guangzhou"),
    ];
    for (argument, variable, region) in rows {
        let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
        stage.workspace = stage
            .workspace
            .without("TENCENTCLOUD_REGION")
            .environment(variable.map(|region| ("TENCENTCLOUD_REGION", region)));
        stage.apply(&in_provider(argument));
        assert_eq!(only_key(&stage).region, region);
        stage.expect_no_change();
    }
}

fn a_key_of_another_region_is_an_error_and_stays_in_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&in_provider(r#"region = "ap-singapore""#));
    let made = only_key(&stage);
    stage.configure(&in_provider(r#"region = "ap-tokyo""#));
    let commands: [&[&str]; 4] = [
        &["plan"],
        &["apply", "-refresh-only", "-auto-approve"],
        &["destroy", "-auto-approve"],
        &["destroy", "-auto-approve", "-refresh=false"],
    ];
    for command in commands {
        let said = refusal(stage.workspace.run(command).unwrap());
        let found = format!(
            "the key {} is in ap-singapore, but the provider looks in ap-tokyo",
            made.id
        );
        for expected in elsewhere(cli, found, "ap-singapore") {
            assert!(said.contains(&expected), "{said}");
        }
        assert_eq!(stage.attributes(KEY), state_of(&made));
        assert_eq!(only_key(&stage), made);
    }
}

fn a_region_the_product_is_not_served_in_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.configure(&in_provider(r#"region = "ap-nowhere""#));
    let said = stage.refused_apply();
    assert!(said.contains("CreateApiKey: UnsupportedRegion: "), "{said}");
    assert!(said.contains("Check the region and the endpoint"), "{said}");
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn a_product_that_is_shut_down_is_an_error_and_takes_nothing_from_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    let made = only_key(&stage);
    let commands: [&[&str]; 3] = [
        &["plan"],
        &["apply", "-refresh-only", "-auto-approve"],
        &["destroy", "-auto-approve", "-refresh=false"],
    ];
    for code in ["ActionOffline", "NoSuchProduct", "InvalidAction"] {
        for command in commands {
            refuse(&stage, "DescribeApiKey", code);
            let said = refusal(stage.workspace.run(command).unwrap());
            assert!(said.contains(&format!("DescribeApiKey: {code}: ")), "{said}");
            assert!(said.contains("shutting API Gateway down"), "{said}");
            assert!(said.contains("Nothing was removed from the state"), "{said}");
            assert_eq!(stage.attributes(KEY), state_of(&made));
        }
    }
    refuse(&stage, "DeleteApiKey", "ActionOffline");
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("DeleteApiKey: ActionOffline: "), "{said}");
    assert_eq!(stage.attributes(KEY)["id"], made.id);
}

fn a_key_enabled_by_hand_is_deleted_by_its_live_status(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key("secret_name = \"test\"\n  status = \"off\""));
    let id = only_key(&stage).id;
    stage
        .sandbox
        .tencentcloud()
        .update(&id, |key| key.status = Status::Enabled);
    stage.calls();
    destroy_unrefreshed(&stage);
    assert_eq!(stage.calls(), ["DescribeApiKey", "DisableApiKey", "DeleteApiKey"]);
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn a_key_that_is_gone_already_is_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let configuration = key(r#"secret_name = "test""#);
    stage.apply(&configuration);
    stage.sandbox.tencentcloud().remove(&only_key(&stage).id);
    destroy_unrefreshed(&stage);

    for call in ["DisableApiKey", "DeleteApiKey"] {
        stage.apply(&configuration);
        refuse(&stage, call, "ResourceNotFound.InvalidAccessKeyId");
        destroy_unrefreshed(&stage);
        expect_nothing_in_state(&stage);
    }
}

fn a_bound_key_is_not_destroyed_and_goes_on_working(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    let id = only_key(&stage).id;
    stage
        .sandbox
        .tencentcloud()
        .bind("ap-guangzhou", "usagePlan-12345678", &id);
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("UnsupportedOperation.ResourceIsInUse"), "{said}");
    assert!(
        said.contains("The key is bound to a usage plan. Unbind it first."),
        "{said}"
    );
    assert_eq!(only_key(&stage).status, Status::Enabled);
    let state = stage.attributes(KEY);
    assert_eq!((&state["id"], &state["status"]), (&json!(id), &json!("on")));
    stage.expect_no_change();

    // Where it cannot be enabled again, the state tells.
    refuse(&stage, "EnableApiKey", "UnsupportedOperation.UnsupportedUpdateApiKey");
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("UnsupportedOperation.ResourceIsInUse"), "{said}");
    assert_eq!(only_key(&stage).status, Status::Disabled);
    assert_eq!(stage.attributes(KEY)["status"], "off");

    stage
        .sandbox
        .tencentcloud()
        .unbind("ap-guangzhou", "usagePlan-12345678", &id);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn an_id_that_is_taken_is_told_at_its_argument(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let mut other = sandbox::tencentcloud::Key::new("ap-tokyo", "other", chrono::Utc::now());
    other.id = "an_id_of_ours".to_owned();
    stage.sandbox.tencentcloud().insert(other);
    stage.configure(&manual_key("on", "a_secret_of_ours"));
    let said = stage.refused_apply();
    assert!(said.contains("CreateApiKey: FailedOperation.AccessKeyExist"), "{said}");
    assert!(said.contains(r#"access_key_id = "an_id_of_ours""#), "{said}");
    assert!(said.contains("import that key with its id"), "{said}");
    assert_eq!(stage.calls(), ["CreateApiKey"]);
}

fn a_full_quota_fails_at_once(cli: &Cli) {
    let options = Options {
        tencentcloud_key_quota: 0,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[TENCENTCLOUD], options);
    stage.configure(&key(r#"secret_name = "test""#));
    let said = stage.refused_apply();
    assert!(said.contains("LimitExceeded.ApiKeyCountLimitExceeded"), "{said}");
    assert!(said.contains("ask the vendor for a higher quota"), "{said}");
    assert_eq!(stage.calls(), ["CreateApiKey"]);
}

fn in_provider(argument: &str) -> String {
    format!(
        "provider \"tencentcloud\" {{\n  {argument}\n}}\n\n{}",
        key(r#"secret_name = "test""#)
    )
}

fn destroy_unrefreshed(stage: &Stage) {
    let arguments = ["destroy", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
}

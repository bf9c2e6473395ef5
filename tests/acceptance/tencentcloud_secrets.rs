//! A new secret for a Tencent Cloud key, which the service takes for enabled keys only.

use cli::Cli;
use sandbox::tencentcloud::Status;
use sandbox::{ListedSecrets, Options};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::stage::{Stage, TENCENTCLOUD};
use super::tencentcloud::{KEY, key, manual_key, only_key, refuse, state_of};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_new_secret_comes_with_any_change_of_status,
    a_refused_secret_leaves_the_key_disabled_as_it_was,
    a_status_that_cannot_be_put_back_is_in_the_state_as_it_is,
    a_secret_that_was_changed_is_in_the_state_when_the_status_is_refused,
    a_key_that_could_not_be_disabled_is_in_the_state,
    a_change_whose_time_cannot_be_looked_up_is_made_all_the_same,
    secrets_that_lists_do_not_tell_are_not_lost,
];

fn a_new_secret_comes_with_any_change_of_status(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&manual_key("on", "secret_0000"));
    let steps: [(&str, &[&str]); 5] = [
        ("on", &["UpdateApiKey"]),
        ("off", &["UpdateApiKey", "DisableApiKey"]),
        ("off", &["EnableApiKey", "UpdateApiKey", "DisableApiKey"]),
        ("on", &["EnableApiKey", "UpdateApiKey"]),
        ("on", &["UpdateApiKey"]),
    ];
    for (number, (status, changes)) in (1..).zip(steps) {
        let secret = format!("secret_000{number}");
        stage.configure(&manual_key(status, &secret));
        assert_eq!(stage.planned(KEY)["actions"], json!(["update"]), "step {number}");
        stage.calls();
        stage.workspace.apply().unwrap();
        let expected = [&["DescribeApiKey"], changes, &["DescribeApiKey"]].concat();
        assert_eq!(stage.calls(), expected, "step {number}");
        let remote = only_key(&stage);
        assert_eq!(remote.secret, secret);
        assert_eq!(remote.status.is_enabled(), status == "on", "step {number}");
        assert_eq!(stage.attributes(KEY), state_of(&remote), "step {number}");
        stage.expect_no_change();
    }
}

fn a_refused_secret_leaves_the_key_disabled_as_it_was(cli: &Cli) {
    for wanted in ["on", "off"] {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
        stage.apply(&manual_key("off", "secret_before"));
        stage.configure(&manual_key(wanted, "secret_after"));
        refuse(&stage, "UpdateApiKey", "InternalParameter.Refused");
        stage.calls();
        let said = stage.refused_apply();
        assert!(said.contains("UpdateApiKey: InternalParameter.Refused"), "{said}");
        let calls = ["DescribeApiKey", "EnableApiKey", "UpdateApiKey", "DisableApiKey"];
        assert_eq!(stage.calls(), calls);
        let remote = only_key(&stage);
        assert_eq!(remote.status, Status::Disabled);
        assert_eq!(remote.secret, "secret_before");
        let state = stage.attributes(KEY);
        assert_eq!(state["status"], "off");
        assert_eq!(state["access_key_secret"], "secret_before");

        stage.workspace.apply().unwrap();
        let remote = only_key(&stage);
        assert_eq!(remote.secret, "secret_after");
        assert_eq!(stage.attributes(KEY), state_of(&remote));
        stage.expect_no_change();
    }
}

fn a_status_that_cannot_be_put_back_is_in_the_state_as_it_is(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&manual_key("off", "secret_before"));
    stage.configure(&manual_key("off", "secret_after"));
    refuse(&stage, "UpdateApiKey", "InternalParameter.Refused");
    refuse(&stage, "DisableApiKey", "InternalParameter.Refused");
    let said = stage.refused_apply();
    assert!(
        said.contains("The key an_id_of_ours is \"on\", but should be \"off\""),
        "{said}"
    );
    let state = stage.attributes(KEY);
    assert_eq!(state["status"], "on");
    assert_eq!(state["access_key_secret"], "secret_before");
    assert_eq!(only_key(&stage).status, Status::Enabled);

    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    assert_eq!(stage.attributes(KEY)["status"], "off");
}

fn a_secret_that_was_changed_is_in_the_state_when_the_status_is_refused(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&manual_key("on", "secret_before"));
    stage.configure(&manual_key("off", "secret_after"));
    refuse(&stage, "DisableApiKey", "InternalParameter.Refused");
    let said = stage.refused_apply();
    assert!(
        said.contains("The key an_id_of_ours is \"on\", but should be \"off\""),
        "{said}"
    );
    let state = stage.attributes(KEY);
    assert_eq!(state["status"], "on");
    assert_eq!(state["access_key_secret"], "secret_after");
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["DescribeApiKey", "DisableApiKey", "DescribeApiKey"]);
    stage.expect_no_change();
}

fn a_key_that_could_not_be_disabled_is_in_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.configure(&key("secret_name = \"test\"\n  status = \"off\""));
    refuse(&stage, "DisableApiKey", "UnsupportedOperation.UnsupportedUpdateApiKey");
    stage.refused_apply();
    let made = only_key(&stage);
    assert_eq!(stage.attributes(KEY), state_of(&made));
    // Terraform takes what was half made for damaged, and makes it anew.
    stage.workspace.apply().unwrap();
    let remote = only_key(&stage);
    assert_ne!(remote.id, made.id);
    assert_eq!(remote.status, Status::Disabled);
    stage.expect_no_change();
}

fn a_change_whose_time_cannot_be_looked_up_is_made_all_the_same(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&manual_key("off", "secret_before"));
    stage.workspace.run(&["plan", "-out=plan"]).unwrap().success().unwrap();
    stage.configure(&manual_key("off", "secret_after"));
    stage.workspace.run(&["plan", "-out=plan"]).unwrap().success().unwrap();
    refuse(&stage, "DescribeApiKey", "InternalParameter.Refused");
    stage.workspace.run(&["apply", "plan"]).unwrap().success().unwrap();
    assert_eq!(only_key(&stage).secret, "secret_after");
    assert_eq!(stage.attributes(KEY)["access_key_secret"], "secret_after");
    stage.expect_no_change();
}

fn secrets_that_lists_do_not_tell_are_not_lost(cli: &Cli) {
    let options = Options {
        listed_secrets: ListedSecrets::Hidden,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[TENCENTCLOUD], options);
    let configuration = key(r#"secret_name = "test""#);
    stage.apply(&configuration);
    stage
        .workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .unwrap()
        .success()
        .unwrap();
    let remote = only_key(&stage);
    assert_eq!(stage.attributes(KEY), state_of(&remote));
    stage.expect_import(&configuration, KEY, &remote.id, &[]);
}

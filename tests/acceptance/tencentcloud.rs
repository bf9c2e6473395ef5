//! The life of a Tencent Cloud key: create, import, change in place, replace, disappear, destroy.

use cli::Cli;
use sandbox::tencentcloud::{Key, KeyKind, Status};
use sandbox::{Cloud, Fault, FaultKind};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::stage::{Stage, TENCENTCLOUD};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_automatic_key_is_made_imported_disabled_and_destroyed,
    a_manual_key_is_made_imported_disabled_with_a_new_secret_and_destroyed,
    an_enabled_key_is_disabled_before_it_is_deleted,
    an_automatic_key_can_be_made_disabled,
    another_name_id_or_type_replaces_the_key,
    a_key_deleted_outside_is_planned_and_made_again,
    a_change_outside_is_seen_and_set_right,
    values_that_have_to_be_computed_first_are_taken,
];

pub(super) const KEY: &str = "tencentcloud_api_gateway_api_key.test";

fn an_automatic_key_is_made_imported_disabled_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let on = key("secret_name = \"tf_example_auto\"\n  status      = \"on\"");
    let output = stage.apply(&on);
    // The answer to the create call tells everything: no second call.
    assert_eq!(stage.calls(), ["CreateApiKey"]);
    assert!(
        output.stdout.contains("access_key_secret = (sensitive value)"),
        "{output}"
    );
    let made = stage.attributes(KEY);
    let remote = only_key(&stage);
    assert_eq!(made, state_of(&remote));
    assert_eq!((remote.kind, remote.status), (KeyKind::Auto, Status::Enabled));
    assert_eq!(remote.name, "tf_example_auto");
    assert!(!output.stdout.contains(&remote.secret), "{output}");
    stage.expect_no_change();
    stage.expect_import(&on, KEY, text(&made["id"]), &[]);
    stage.calls();

    let off = key("secret_name = \"tf_example_auto\"\n  status      = \"off\"");
    stage.apply(&off);
    assert_eq!(stage.calls(), ["DescribeApiKey", "DisableApiKey", "DescribeApiKey"]);
    let remote = only_key(&stage);
    assert_eq!(remote.status, Status::Disabled);
    let disabled = stage.attributes(KEY);
    assert_eq!(disabled, state_of(&remote));
    assert_eq!(disabled["access_key_secret"], made["access_key_secret"]);
    stage.expect_no_change();
    stage.expect_import(&off, KEY, text(&made["id"]), &[]);
    stage.calls();

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls(), ["DescribeApiKey", "DescribeApiKey", "DeleteApiKey"]);
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn a_manual_key_is_made_imported_disabled_with_a_new_secret_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let configured = |status: &str, secret: &str| {
        key(&format!(
            "secret_name       = \"tf_example_manual\"\n  \
             status            = \"{status}\"\n  \
             access_key_type   = \"manual\"\n  \
             access_key_id     = \"28e287e340507fa147b2c8284dab542f\"\n  \
             access_key_secret = \"{secret}\""
        ))
    };
    let on = configured("on", "0198a4b8c3105080f4acd9e507599eff");
    stage.apply(&on);
    assert_eq!(stage.calls(), ["CreateApiKey"]);
    let remote = only_key(&stage);
    assert_eq!(stage.attributes(KEY), state_of(&remote));
    assert_eq!(remote.kind, KeyKind::Manual);
    assert_eq!(remote.id, "28e287e340507fa147b2c8284dab542f");
    assert_eq!(remote.secret, "0198a4b8c3105080f4acd9e507599eff");
    stage.expect_no_change();
    stage.expect_import(&on, KEY, &remote.id, &[]);

    let off = configured("off", "7f276e1cc4fa13cc82edae93c54b6e9b");
    let output = stage.apply(&off);
    assert!(
        output.stdout.contains("access_key_secret = (sensitive value)"),
        "{output}"
    );
    let remote = only_key(&stage);
    assert_eq!(stage.attributes(KEY), state_of(&remote));
    assert_eq!(remote.secret, "7f276e1cc4fa13cc82edae93c54b6e9b");
    assert_eq!(remote.status, Status::Disabled);
    stage.expect_no_change();
    stage.expect_import(&off, KEY, &remote.id, &[]);

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn an_enabled_key_is_disabled_before_it_is_deleted(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    stage.calls();
    stage.workspace.destroy().unwrap();
    let calls = ["DescribeApiKey", "DescribeApiKey", "DisableApiKey", "DeleteApiKey"];
    assert_eq!(stage.calls(), calls);
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn an_automatic_key_can_be_made_disabled(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key("secret_name = \"test\"\n  status = \"off\""));
    assert_eq!(stage.calls(), ["CreateApiKey", "DisableApiKey"]);
    let remote = only_key(&stage);
    assert_eq!((remote.kind, remote.status), (KeyKind::Auto, Status::Disabled));
    let (mut state, mut expected) = (stage.attributes(KEY), state_of(&remote));
    // When it was disabled is not worth a call; the next refresh tells.
    for attributes in [&mut state, &mut expected] {
        attributes["modify_time"].take();
    }
    assert_eq!(state, expected);
    stage.expect_no_change();
}

fn another_name_id_or_type_replaces_the_key(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let manual = |id: &str| {
        format!(
            "secret_name = \"two\"\n  access_key_type = \"manual\"\n  access_key_id = \"{id}\"\n  \
             access_key_secret = \"a_secret_of_ours\""
        )
    };
    stage.apply(&key(r#"secret_name = "one""#));
    let steps = [
        (r#"secret_name = "two""#.to_owned(), vec!["secret_name"]),
        (manual("first_id"), vec!["access_key_id", "access_key_type"]),
        (manual("other_id"), vec!["access_key_id"]),
        (r#"secret_name = "two""#.to_owned(), vec!["access_key_type"]),
    ];
    for (arguments, causes) in steps {
        let replaced = only_key(&stage);
        stage.configure(&key(&arguments));
        let planned = stage.planned(KEY);
        assert_eq!(planned["actions"], json!(["delete", "create"]), "{arguments}");
        // Terraform gives them in any order.
        let paths = planned["replace_paths"].as_array().unwrap();
        let mut found: Vec<_> = paths.iter().map(|path| text(&path[0])).collect();
        found.sort_unstable();
        assert_eq!(found, causes, "{arguments}");
        let output = stage.workspace.apply().unwrap();
        for cause in causes {
            let mut lines = output.stdout.lines();
            let marked = lines.any(|line| line.contains(cause) && line.contains("# forces replacement"));
            assert!(marked, "{cause}: {output}");
        }
        assert_ne!(only_key(&stage).id, replaced.id, "{arguments}");
        stage.expect_no_change();
    }
}

fn a_key_deleted_outside_is_planned_and_made_again(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    let lost = only_key(&stage);
    stage.sandbox.tencentcloud().remove(&lost.id).unwrap();
    assert_eq!(stage.planned(KEY)["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    assert_ne!(only_key(&stage).id, lost.id);
    stage.expect_no_change();
}

fn a_change_outside_is_seen_and_set_right(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&manual_key("on", "a_secret_of_ours"));
    stage.sandbox.tencentcloud().update("an_id_of_ours", |key| {
        key.secret = "a_secret_of_theirs".to_owned();
        key.status = Status::Disabled;
    });
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before"]["status"], "off");
    stage.workspace.apply().unwrap();
    let remote = only_key(&stage);
    assert_eq!(remote.secret, "a_secret_of_ours");
    assert_eq!(remote.status, Status::Enabled);
    stage.expect_no_change();
}

fn values_that_have_to_be_computed_first_are_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let given = r#"
        resource "terraform_data" "given" {
          input = { type = "manual", id = "an_id_of_ours", secret = "a_secret_of_ours", status = "off" }
        }"#;
    let arguments = r#"
          secret_name       = "test"
          access_key_type   = terraform_data.given.output.type
          access_key_id     = terraform_data.given.output.id
          access_key_secret = terraform_data.given.output.secret
          status            = terraform_data.given.output.status"#;
    stage.configure(&format!("{}{given}", key(arguments)));
    assert_eq!(stage.planned(KEY)["after_unknown"]["access_key_id"], true);
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    assert_eq!(stage.attributes(KEY)["id"], "an_id_of_ours");
    stage.expect_no_change();
}

/// What a configuration begins with.
pub(super) const REQUIRED: &str = r#"
    terraform {
      required_providers {
        tencentcloud = { source = "tencentcloudstack/tencentcloud" }
      }
    }
"#;

pub(super) fn key(arguments: &str) -> String {
    format!("{REQUIRED}resource \"tencentcloud_api_gateway_api_key\" \"test\" {{\n  {arguments}\n}}\n")
}

/// A manual key `an_id_of_ours`.
pub(super) fn manual_key(status: &str, secret: &str) -> String {
    key(&format!(
        "secret_name = \"test\"\n  status = \"{status}\"\n  access_key_type = \"manual\"\n  \
         access_key_id = \"an_id_of_ours\"\n  access_key_secret = \"{secret}\""
    ))
}

pub(super) fn only_key(stage: &Stage) -> Key {
    let [key] = &stage.sandbox.tencentcloud().keys()[..] else {
        panic!("expected one key");
    };
    key.clone()
}

/// Has the next call of an action go wrong.
pub(super) fn fault(stage: &Stage, action: &str, kind: FaultKind) {
    stage.sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some(action.to_owned()),
        kind,
        times: 1,
    });
}

/// Has the next call of an action refused with this code.
pub(super) fn refuse(stage: &Stage, action: &str, code: &str) {
    fault(stage, action, FaultKind::Error { code: code.to_owned() });
}

/// Expects that no resource is left.
pub(super) fn expect_nothing_in_state(stage: &Stage) {
    assert_eq!(stage.workspace.state().unwrap()["resources"], json!([]));
}

/// The state that is to be there of a key.
pub(super) fn state_of(key: &Key) -> Value {
    let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    json!({
        "access_key_id": key.id,
        "access_key_secret": key.secret,
        "access_key_type": match key.kind { KeyKind::Auto => "auto", KeyKind::Manual => "manual" },
        "create_time": time(key.created),
        "id": key.id,
        "modify_time": time(key.modified),
        "secret_name": key.name,
        "status": if key.status.is_enabled() { "on" } else { "off" },
    })
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

//! Changes of a Scaleway key in place: its description and its project.

use cli::Cli;
use sandbox::credentials;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::scaleway::{APPLICATION, KEY, key, of, only_key, state_of};
use super::stage::{SCALEWAY, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    description_and_project_change_in_one_call,
    an_update_sends_only_what_changed,
    a_description_is_emptied_and_left_out,
    a_change_outside_is_seen_and_set_right,
    ids_in_upper_case_are_the_same_ids,
];

const PROJECT: &str = "c0000000-0000-4000-8000-000000000001";

fn description_and_project_change_in_one_call(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = "one""#));
    let made = only_key(&stage);
    let both = format!("description = \"two\"\n  default_project_id = \"{PROJECT}\"");
    stage.configure(&key(&both));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["after_unknown"], json!({"updated_at": true}));
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetAPIKey", "UpdateAPIKey"]);
    let remote = only_key(&stage);
    assert_eq!(remote.access_key, made.access_key);
    assert_eq!(remote.description, "two");
    assert_eq!(remote.default_project_id, PROJECT);
    assert_eq!(stage.attributes(KEY), state_of(&remote));
    stage.expect_no_change();

    // Without the argument the project stays, whoever chose it.
    stage.apply(&key(r#"description = "three""#));
    assert_eq!(only_key(&stage).default_project_id, PROJECT);
    stage.sandbox.scaleway().update(&made.access_key, |key| {
        key.default_project_id = credentials::SCW_ORGANIZATION_ID.to_owned();
    });
    stage.expect_no_change();
    // With it, it is set right.
    stage.configure(&key(&format!(
        "description = \"three\"\n  default_project_id = \"{PROJECT}\""
    )));
    assert_eq!(stage.planned(KEY)["actions"], json!(["update"]));
    stage.workspace.apply().unwrap();
    assert_eq!(only_key(&stage).default_project_id, PROJECT);
}

fn an_update_sends_only_what_changed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(&format!(
        "description = \"one\"\n  default_project_id = \"{PROJECT}\""
    )));
    // Whatever the update sends besides the description would undo this.
    stage.sandbox.scaleway().update(&only_key(&stage).access_key, |key| {
        key.default_project_id = credentials::SCW_ORGANIZATION_ID.to_owned();
    });
    stage.configure(&key(&format!(
        "description = \"two\"\n  default_project_id = \"{PROJECT}\""
    )));
    stage.calls();
    let arguments = ["apply", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), ["UpdateAPIKey"]);
    let remote = only_key(&stage);
    assert_eq!(remote.description, "two");
    assert_eq!(remote.default_project_id, credentials::SCW_ORGANIZATION_ID);
}

fn a_description_is_emptied_and_left_out(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = "a description""#));
    stage.apply(&key(""));
    assert_eq!(only_key(&stage).description, "");
    assert_eq!(stage.attributes(KEY)["description"], "");
    stage.expect_no_change();
    stage.configure(&key(r#"description = """#));
    stage.expect_no_change();
    stage.configure(&key(""));
    stage.expect_no_change();
}

fn a_change_outside_is_seen_and_set_right(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = "ours""#));
    let made = only_key(&stage);
    stage.sandbox.scaleway().update(&made.access_key, |key| {
        key.description = "theirs".to_owned();
    });
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before"]["description"], "theirs");
    stage.workspace.apply().unwrap();
    assert_eq!(only_key(&stage).description, "ours");
    assert_eq!(stage.attributes(KEY)["secret_key"], made.secret_key);
    stage.expect_no_change();
}

fn ids_in_upper_case_are_the_same_ids(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let arguments = |case: fn(&str) -> String| {
        format!(
            "application_id = \"{}\"\n  default_project_id = \"{}\"",
            case(APPLICATION),
            case(PROJECT)
        )
    };
    stage.apply(&of(&arguments(str::to_uppercase)));
    assert_eq!(stage.attributes(KEY)["application_id"], APPLICATION.to_uppercase());
    stage.expect_no_change();
    stage.configure(&of(&arguments(str::to_owned)));
    stage.expect_no_change();
}

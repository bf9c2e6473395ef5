//! `result_output_file` of `tencentcloud_api_gateway_api_keys`.

use std::fs;
use std::path::Path;

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::expect_refused;
use super::tencentcloud::{all, insert};
use crate::stage::{Stage, TENCENTCLOUD};

pub(crate) const TESTS: &[Test] = cli_tests![
    the_file_is_its_owners_and_has_secrets_only_if_that_is_asked_for,
    the_file_is_replaced_as_a_whole_and_may_be_in_a_new_folder_or_at_home,
    a_file_that_cannot_be_written_is_an_error_at_its_line,
];

fn read(path: &Path) -> Value {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn the_file_is_its_owners_and_has_secrets_only_if_that_is_asked_for(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let key = insert(&stage, "test");
    let time = key.created.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let mut expected = json!({"api_key_id": key.id, "create_time": time, "modify_time": time, "status": "on"});
    let path = stage.workspace.folder().join("keys.json");
    for rest in ["", "include_secrets = false", "include_secrets = true"] {
        if rest.ends_with("true") {
            expected["access_key_secret"] = key.secret.as_str().into();
        }
        stage.apply(&all(&format!("result_output_file = \"keys.json\"\n  {rest}")));
        assert_eq!(read(&path), json!([expected]), "{rest}");
    }
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("[\n\t{\n\t\t\"access_key_secret\": "), "{text}");
}

fn the_file_is_replaced_as_a_whole_and_may_be_in_a_new_folder_or_at_home(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let home = stage.workspace.folder().parent().unwrap().to_owned();
    for (argument, path) in [
        (
            "new/folder/keys.json",
            stage.workspace.folder().join("new/folder/keys.json"),
        ),
        ("~/at-home.json", home.join("at-home.json")),
    ] {
        for content in [Some("what was there before, and longer"), None] {
            if let Some(content) = content {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, content).unwrap();
            }
            stage.apply(&all(&format!("result_output_file = \"{argument}\"")));
            assert_eq!(read(&path), json!([]));
            fs::remove_file(&path).unwrap();
        }
    }
    assert_eq!(
        fs::read_dir(stage.workspace.folder().join("new/folder"))
            .unwrap()
            .count(),
        0
    );
}

fn a_file_that_cannot_be_written_is_an_error_at_its_line(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let key = insert(&stage, "test");
    fs::create_dir(stage.workspace.folder().join("taken")).unwrap();
    let configuration = all("result_output_file = \"taken\"\n  include_secrets = true");
    let said = "\"result_output_file\" cannot be written: taken: is a directory";
    expect_refused(&stage, &configuration, "result_output_file = \"taken\"", said);
    assert!(!stage.refused_plan().contains(&key.secret));
    assert_eq!(fs::read_dir(stage.workspace.folder().join("taken")).unwrap().count(), 0);
}

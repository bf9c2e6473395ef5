//! The life of a Scaleway key: create, import, replace, disappear, destroy.

use chrono::{DateTime, SecondsFormat, Utc};
use cli::Cli;
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Cloud, Fault, FaultKind, credentials};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::stage::{SCALEWAY, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_of_an_application_is_made_described_anew_imported_and_destroyed,
    another_holder_replaces_the_key,
    applying_the_same_again_calls_for_a_look_only,
    a_key_deleted_outside_is_planned_and_made_again,
    the_secret_is_hidden_and_kept_over_refreshes_and_updates,
    an_import_warns_that_the_secret_cannot_be_known,
    a_holder_that_has_to_be_computed_first_is_taken,
];

pub(super) const KEY: &str = "scaleway_iam_api_key.test";
/// An application that holds keys.
pub(super) const APPLICATION: &str = "a0000000-0000-4000-8000-000000000001";
const OTHER_APPLICATION: &str = "a0000000-0000-4000-8000-000000000002";
/// A user who holds keys.
pub(super) const USER: &str = "b0000000-0000-4000-8000-000000000001";
const OTHER_USER: &str = "b0000000-0000-4000-8000-000000000002";

fn a_key_of_an_application_is_made_described_anew_imported_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = "a description""#));
    // Created under a mark, and described as it is to be.
    assert_eq!(stage.calls(), ["CreateAPIKey", "UpdateAPIKey"]);
    let made = stage.attributes(KEY);
    let remote = only_key(&stage);
    assert_eq!(made, state_of(&remote));
    assert_eq!(remote.bearer, Bearer::Application(APPLICATION.to_owned()));
    assert_eq!(remote.description, "a description");
    assert_eq!(remote.default_project_id, credentials::SCW_ORGANIZATION_ID);
    stage.expect_no_change();
    stage.calls();

    let described_anew = key(r#"description = "another description""#);
    let output = stage.apply(&described_anew);
    assert!(!output.stdout.contains(&remote.secret_key), "{output}");
    assert_eq!(stage.calls(), ["GetAPIKey", "UpdateAPIKey"]);
    let remote = only_key(&stage);
    assert_eq!(remote.access_key, made["id"]);
    assert_eq!(remote.description, "another description");
    assert_eq!(stage.attributes(KEY), state_of(&remote));
    stage.expect_no_change();
    stage.expect_import(&described_anew, KEY, &remote.access_key, &["secret_key"]);
    stage.calls();

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls(), ["GetAPIKey", "DeleteAPIKey"]);
    assert_eq!(stage.sandbox.scaleway().keys(), []);
}

fn another_holder_replaces_the_key(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let steps: [(&str, &str, &[&str]); 5] = [
        ("application_id", APPLICATION, &[]),
        ("application_id", OTHER_APPLICATION, &["application_id"]),
        ("user_id", USER, &["application_id", "user_id"]),
        ("user_id", OTHER_USER, &["user_id"]),
        ("application_id", APPLICATION, &["application_id", "user_id"]),
    ];
    let mut replaced = None;
    for (argument, id, causes) in steps {
        let configuration = of(&format!(r#"{argument} = "{id}""#));
        stage.configure(&configuration);
        if replaced.is_some() {
            let planned = stage.planned(KEY);
            assert_eq!(planned["actions"], json!(["delete", "create"]), "{argument} = {id}");
            let paths = planned["replace_paths"].as_array().unwrap();
            let mut found: Vec<_> = paths.iter().map(|path| text(&path[0])).collect();
            found.sort_unstable();
            assert_eq!(found, causes);
        }
        stage.workspace.apply().unwrap();
        let remote = only_key(&stage);
        let bearer = match argument {
            "user_id" => Bearer::User(id.to_owned()),
            _ => Bearer::Application(id.to_owned()),
        };
        assert_eq!(remote.bearer, bearer);
        assert_eq!(stage.attributes(KEY), state_of(&remote));
        stage.expect_no_change();
        stage.expect_import(&configuration, KEY, &remote.access_key, &["secret_key"]);
        assert_ne!(replaced.replace(remote.access_key.clone()), Some(remote.access_key));
    }
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.scaleway().keys(), []);
}

fn applying_the_same_again_calls_for_a_look_only(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let configuration = key(r#"description = "a description""#);
    stage.apply(&configuration);
    let made = stage.attributes(KEY);
    stage.calls();
    stage.apply(&configuration);
    assert_eq!(stage.calls(), ["GetAPIKey"]);
    assert_eq!(stage.attributes(KEY), made);
}

fn a_key_deleted_outside_is_planned_and_made_again(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(""));
    let lost = only_key(&stage).access_key;
    stage.sandbox.scaleway().remove(&lost).unwrap();
    assert_eq!(stage.planned(KEY)["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    let found = only_key(&stage).access_key;
    assert_ne!(found, lost);

    stage.sandbox.scaleway().remove(&found).unwrap();
    stage.calls();
    let arguments = ["destroy", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), ["DeleteAPIKey"]);
}

fn the_secret_is_hidden_and_kept_over_refreshes_and_updates(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&key(""));
    assert_eq!(stage.planned(KEY)["after_sensitive"], json!({"secret_key": true}));
    stage.workspace.apply().unwrap();
    let secret = only_key(&stage).secret_key;
    let refresh = ["apply", "-refresh-only", "-auto-approve"];
    for description in ["one", "two"] {
        stage.workspace.run(&refresh).unwrap().success().unwrap();
        assert_eq!(stage.attributes(KEY)["secret_key"], secret);
        stage.apply(&key(&format!("description = \"{description}\"")));
        assert_eq!(stage.attributes(KEY)["secret_key"], secret);
    }
}

fn an_import_warns_that_the_secret_cannot_be_known(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(APPLICATION.to_owned());
    let access_key = stage
        .sandbox
        .scaleway()
        .insert(Key::new(bearer, "made outside", Utc::now()));
    stage.configure(&key(r#"description = "made outside""#));
    let output = stage.workspace.import(KEY, &access_key).unwrap();
    assert!(
        output.stdout.contains("The secret key of an imported key is not known"),
        "{output}"
    );
    assert_eq!(stage.attributes(KEY)["secret_key"], Value::Null);
    stage.expect_no_change();

    stage.apply(&key(r#"description = "ours now""#));
    assert_eq!(stage.attributes(KEY)["secret_key"], Value::Null);
    stage.expect_no_change();
}

fn a_holder_that_has_to_be_computed_first_is_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let holder = format!("resource \"terraform_data\" \"holder\" {{\n  input = \"{APPLICATION}\"\n}}\n");
    stage.configure(&format!(
        "{}{holder}",
        of("application_id = terraform_data.holder.output")
    ));
    assert_eq!(stage.planned(KEY)["after_unknown"]["application_id"], true);
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    stage.expect_no_change();
}

/// What a configuration begins with.
pub(super) const REQUIRED: &str = r#"
    terraform {
      required_providers {
        scaleway = { source = "scaleway/scaleway" }
      }
    }
"#;

/// A key of [`APPLICATION`].
pub(super) fn key(arguments: &str) -> String {
    of(&format!("application_id = \"{APPLICATION}\"\n  {arguments}"))
}

pub(super) fn of(arguments: &str) -> String {
    format!("{REQUIRED}resource \"scaleway_iam_api_key\" \"test\" {{\n  {arguments}\n}}\n")
}

pub(super) fn only_key(stage: &Stage) -> Key {
    let [key] = &stage.sandbox.scaleway().keys()[..] else {
        panic!("expected one key");
    };
    key.clone()
}

/// Has the next call of an operation go wrong.
pub(super) fn fault(stage: &Stage, operation: &str, kind: FaultKind) {
    stage.sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some(operation.to_owned()),
        kind,
        times: 1,
    });
}

/// The state that is to be there of a key with a description and without an end.
pub(super) fn state_of(key: &Key) -> Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (application, user) = match &key.bearer {
        Bearer::Application(id) => (Some(id), None),
        Bearer::User(id) => (None, Some(id)),
    };
    json!({
        "access_key": key.access_key,
        "application_id": application,
        "created_at": time(key.created_at),
        "creation_ip": key.creation_ip,
        "default_project_id": key.default_project_id,
        "description": key.description,
        "editable": key.editable,
        "expires_at": "",
        "id": key.access_key,
        "secret_key": key.secret_key,
        "updated_at": time(key.updated_at),
        "user_id": user,
    })
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

//! `scaleway_iam_api_key`: a key by its access key.

use chrono::{DateTime, Utc};
use cli::Cli;
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Cloud, Fault, FaultKind, credentials};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::expect_refused;
use crate::json_server::JsonServer;
use crate::scaleway::{APPLICATION, USER};
use crate::stage::{SCALEWAY, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_is_read_with_what_its_resource_has_but_for_its_secret,
    the_key_of_a_user_that_has_expired_is_read,
    a_key_that_does_not_exist_is_an_error_that_says_where_and_as_whom_it_was_looked_for,
    what_is_missing_besides_the_key_or_denied_is_said_in_the_vendors_words,
    bad_arguments_are_errors_at_their_line_before_any_call,
];

const READ: &str = "scaleway_iam_api_key.read";
const REQUIRED: &str =
    "terraform {\n  required_providers {\n    scaleway = { source = \"scaleway/scaleway\" }\n  }\n}\n";

fn read(access_key: &str) -> String {
    format!("{REQUIRED}data \"scaleway_iam_api_key\" \"read\" {{\n  access_key = {access_key}\n}}\n")
}

fn a_key_is_read_with_what_its_resource_has_but_for_its_secret(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let resource = format!(
        "resource \"scaleway_iam_api_key\" \"made\" {{\n  application_id = \"{APPLICATION}\"\n  description = \"a description\"\n}}\n"
    );
    stage.apply(&format!("{resource}{}", read("scaleway_iam_api_key.made.id")));
    let (found, made) = (stage.attributes(READ), stage.attributes("scaleway_iam_api_key.made"));
    let found = found.as_object().unwrap();
    for (name, value) in found {
        match name.as_str() {
            // As the official provider has it.
            "expires_at" => assert_eq!(value, ""),
            _ => assert_eq!(*value, made[name], "{name}"),
        }
    }
    let missing = made
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !found.contains_key(*name));
    assert_eq!(missing.collect::<Vec<_>>(), ["secret_key"]);
    stage.calls();
    stage.expect_no_change();
    assert_eq!(
        stage.calls(),
        ["GetAPIKey", "GetAPIKey"],
        "the resource's and the data source's"
    );
}

fn the_key_of_a_user_that_has_expired_is_read(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let mut key = Key::new(Bearer::User(USER.to_owned()), "", time("2024-01-31T12:00:00.123456Z"));
    key.expires_at = Some(time("2024-02-29T12:00:00Z"));
    stage.sandbox.scaleway().insert(key.clone());
    stage.apply(&read(&format!("\"{}\"", key.access_key)));
    let expected = json!({
        "access_key": key.access_key,
        "application_id": null,
        "created_at": "2024-01-31T12:00:00Z",
        "creation_ip": "127.0.0.1",
        "default_project_id": credentials::SCW_ORGANIZATION_ID,
        "description": "",
        "editable": true,
        "expires_at": "2024-02-29T12:00:00Z",
        "id": key.access_key,
        "updated_at": "2024-01-31T12:00:00Z",
        "user_id": USER,
    });
    assert_eq!(stage.attributes(READ), expected);
    let state = stage.workspace.state().unwrap();
    assert!(!state.to_string().contains(&key.secret_key));
}

fn a_key_that_does_not_exist_is_an_error_that_says_where_and_as_whom_it_was_looked_for(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&read("\"SCWABCDEFGHIJKLMNOPQ\""));
    let said = stage.refused_plan();
    for part in [
        "Error: Cannot read scaleway_iam_api_key",
        "with data.scaleway_iam_api_key.read",
        "access_key = \"SCWABCDEFGHIJKLMNOPQ\"",
        "GetAPIKey: there is no API key with the access key SCWABCDEFGHIJKLMNOPQ",
        "The call was made with: ",
        &stage.sandbox.url(Cloud::Scaleway),
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains(credentials::SCW_SECRET_KEY), "{said}");
}

fn what_is_missing_besides_the_key_or_denied_is_said_in_the_vendors_words(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&read("\"SCWABCDEFGHIJKLMNOPQ\""));
    let code = "permissions_denied".to_owned();
    stage.sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some("GetAPIKey".to_owned()),
        kind: FaultKind::Error { code },
        times: 1,
    });
    let said = stage.refused_plan();
    assert!(said.contains("GetAPIKey: permissions_denied"), "{said}");
    assert!(
        said.contains("The call was made with: access key from SCW_ACCESS_KEY"),
        "{said}"
    );

    let body = r#"{"type":"not_found","message":"resource is not found","resource":"organization"}"#;
    let server = JsonServer::with_status("404 Not Found", move |_| body.to_owned());
    let url = format!("http://{}", server.authority());
    stage.workspace = stage.workspace.environment([("SCW_API_URL", url)]);
    let said = stage.refused_plan();
    assert!(said.contains("GetAPIKey: not_found: resource is not found"), "{said}");
    assert!(!said.contains("there is no API key"), "{said}");
}

fn bad_arguments_are_errors_at_their_line_before_any_call(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    for (value, said) in [
        (
            "\"\"",
            "\"access_key\" must be an access key, 20 upper-case letters and digits",
        ),
        ("\"../applications\"", "\"access_key\" must be an access key"),
        ("\"SCWABCDEFGHIJKLMNOPQ\"\n  secret_key = \"x\"", "Unsupported argument"),
        ("null", "\"access_key\" is required, but null"),
    ] {
        let line = match value.split_once("\n  ") {
            Some((_, line)) => line.to_owned(),
            None => format!("access_key = {value}"),
        };
        expect_refused(&stage, &read(value), &line, said);
    }
    assert_eq!(stage.calls(), [""; 0]);
}

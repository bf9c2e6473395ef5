//! States that the official providers of Tencent Cloud and Scaleway have written.

use chrono::{DateTime, SecondsFormat, Utc};
use cli::Cli;
use sandbox::scaleway::Bearer;
use sandbox::tencentcloud::KeyKind;
use sandbox::{scaleway, tencentcloud};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::scaleway::APPLICATION;
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::{scaleway as scw, tencentcloud as tc};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_official_state_of_an_automatic_key_opens_unchanged,
    an_official_state_of_a_manual_key_opens_unchanged,
    an_official_state_with_empty_texts_opens_unchanged,
    an_official_state_with_every_argument_opens_unchanged,
    an_official_state_of_an_imported_key_opens_unchanged,
    a_state_with_null_where_later_versions_store_an_empty_string_opens_unchanged,
    an_expression_sees_empty_strings_where_a_key_has_no_description_and_no_end,
];

fn an_official_state_of_an_automatic_key_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let key = tencentcloud::Key::new("ap-guangzhou", "test", Utc::now());
    stage.sandbox.tencentcloud().insert(key.clone());
    write_state(&stage, tc::KEY, &tc::state_of(&key));
    stage.configure(&tc::key(r#"secret_name = "test""#));
    expect_opens_and_hides(&stage);

    stage.configure(&tc::key("secret_name = \"test\"\n  status = \"off\""));
    let planned = stage.planned(tc::KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before_sensitive"], json!({"access_key_secret": true}));
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(tc::KEY), tc::state_of(&tc::only_key(&stage)));
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn an_official_state_of_a_manual_key_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let key = tencentcloud::Key {
        id: "an_id_of_ours".to_owned(),
        secret: "a_secret_of_ours".to_owned(),
        kind: KeyKind::Manual,
        status: tencentcloud::Status::Disabled,
        ..tencentcloud::Key::new("ap-guangzhou", "test", Utc::now())
    };
    stage.sandbox.tencentcloud().insert(key.clone());
    write_state(&stage, tc::KEY, &tc::state_of(&key));
    stage.configure(&tc::manual_key("off", "a_secret_of_ours"));
    expect_opens_and_hides(&stage);
    stage.apply(&tc::manual_key("on", "another_secret"));
    assert_eq!(stage.attributes(tc::KEY), tc::state_of(&tc::only_key(&stage)));
}

fn an_official_state_with_empty_texts_opens_unchanged(cli: &Cli) {
    for nobody in [json!(""), Value::Null] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        let bearer = Bearer::Application(APPLICATION.to_owned());
        let key = scaleway::Key::new(bearer, "", Utc::now());
        stage.sandbox.scaleway().insert(key.clone());
        let mut official = official_scaleway(&key);
        official["user_id"] = nobody;
        write_state(&stage, scw::KEY, &official);
        stage.configure(&scw::key(""));
        expect_opens(&stage, "GetAPIKey");
        stage.configure(&scw::key(r#"description = """#));
        expect_opens(&stage, "GetAPIKey");

        stage.apply(&scw::key(r#"description = "ours now""#));
        let state = stage.attributes(scw::KEY);
        assert_eq!(state["id"], key.access_key);
        assert_eq!(state["secret_key"], key.secret_key);
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.scaleway().keys(), []);
    }
}

fn an_official_state_with_every_argument_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let user = "b0000000-0000-4000-8000-000000000001";
    let project = "c0000000-0000-4000-8000-000000000001";
    let key = scaleway::Key {
        expires_at: Some("2035-07-06T09:00:00Z".parse().unwrap()),
        default_project_id: project.to_owned(),
        ..scaleway::Key::new(Bearer::User(user.to_owned()), "a description", Utc::now())
    };
    stage.sandbox.scaleway().insert(key.clone());
    write_state(&stage, scw::KEY, &official_scaleway(&key));
    // The official provider stores the service's spelling of the time, not the user's.
    for end in ["2035-07-06T11:00:00+02:00", "2035-07-06T09:00:00Z"] {
        stage.configure(&scw::of(&format!(
            "user_id = \"{user}\"\n  description = \"a description\"\n  default_project_id = \"{project}\"\n  \
             expires_at = \"{end}\""
        )));
        expect_opens(&stage, "GetAPIKey");
    }
}

fn an_official_state_of_an_imported_key_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(APPLICATION.to_owned());
    let key = scaleway::Key::new(bearer, "a description", Utc::now());
    stage.sandbox.scaleway().insert(key.clone());
    let mut official = official_scaleway(&key);
    official["secret_key"] = Value::Null;
    write_state(&stage, scw::KEY, &official);
    stage.configure(&scw::key(r#"description = "a description""#));
    expect_opens(&stage, "GetAPIKey");
}

fn a_state_with_null_where_later_versions_store_an_empty_string_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(APPLICATION.to_owned());
    let key = scaleway::Key::new(bearer, "", Utc::now());
    stage.sandbox.scaleway().insert(key.clone());
    let mut earlier = scw::state_of(&key);
    for attribute in ["description", "expires_at", "timeouts"] {
        earlier[attribute] = Value::Null;
    }
    write_state(&stage, scw::KEY, &earlier);
    stage.configure(&scw::key(""));
    expect_opens(&stage, "GetAPIKey");
    stage.configure(&scw::key("description = \"\"\n  expires_at = \"\""));
    expect_opens(&stage, "GetAPIKey");
}

fn an_expression_sees_empty_strings_where_a_key_has_no_description_and_no_end(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let outputs = format!(
        "output \"description\" {{\n  value = \"of ${{{key}.description}}\"\n}}\n\
         output \"ends\" {{\n  value = {key}.expires_at != \"\" ? \"at ${{{key}.expires_at}}\" : \"never\"\n}}\n",
        key = scw::KEY
    );
    let expect = |arguments: &str, description: &str, ends: &str| {
        stage.apply(&format!("{}{outputs}", scw::key(arguments)));
        stage.expect_no_change();
        let shown = stage.workspace.run(&["output", "-json"]).unwrap();
        let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
        assert_eq!(shown["description"]["value"], description, "{arguments}");
        assert_eq!(shown["ends"]["value"], ends, "{arguments}");
    };
    expect("", "of ", "never");
    expect("description = null\n  expires_at = null", "of ", "never");
    expect("description = \"\"\n  expires_at = \"\"", "of ", "never");
    expect(
        "description = \"d\"\n  expires_at = \"2035-07-06T09:00:00Z\"",
        "of d",
        "at 2035-07-06T09:00:00Z",
    );
    expect("", "of ", "never");

    // A description that somebody removes is empty, not null.
    stage.apply(&format!(
        "{}{outputs}",
        scw::key("description = \"d\"\n  lifecycle {\n    ignore_changes = [description]\n  }")
    ));
    let access_key = scw::only_key(&stage).access_key;
    stage
        .sandbox
        .scaleway()
        .update(&access_key, |key| key.description.clear());
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(scw::KEY)["description"], "");
}

/// Expects that nothing is to be done, with and without a look by this call, and that the look finds nothing changed.
fn expect_opens(stage: &Stage, look: &str) {
    stage.calls();
    let arguments = ["plan", "-detailed-exitcode", "-refresh=false"];
    let unrefreshed = stage.workspace.run(&arguments).unwrap();
    assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
    assert_eq!(stage.calls(), [""; 0]);
    expect_opens_with_a_look(stage, look);
}

/// The same of Tencent Cloud, whose official provider does not hide the secret. Where a secret comes to be hidden, Terraform
/// without a look plans to write the same values again; that this is all, and changes nothing, is what a provider can do.
fn expect_opens_and_hides(stage: &Stage) {
    expect_opens_with_a_look(stage, "DescribeApiKey");
    let before = stage.sandbox.tencentcloud().keys();
    let arguments = ["plan", "-refresh=false", "-out=unrefreshed.tfplan"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    let shown = stage.workspace.run(&["show", "-json", "unrefreshed.tfplan"]).unwrap();
    let plan: Value = serde_json::from_str(&shown.stdout).unwrap();
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["before"], change["after"]);
    assert_eq!(change["after_unknown"], json!({}));
    stage.calls();
    let arguments = ["apply", "unrefreshed.tfplan"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), [""; 0]);
    assert_eq!(stage.sandbox.tencentcloud().keys(), before);
    expect_opens(stage, "DescribeApiKey");
}

fn expect_opens_with_a_look(stage: &Stage, look: &str) {
    stage.calls();
    let plan = stage.workspace.plan_json().unwrap();
    assert_eq!(stage.calls(), [look]);
    assert_eq!(plan["resource_changes"][0]["change"]["actions"], json!(["no-op"]));
    for drift in plan["resource_drift"].as_array().into_iter().flatten() {
        assert_eq!(drift["change"]["before"], drift["change"]["after"], "changed outside");
    }
}

fn write_state(stage: &Stage, address: &str, attributes: &Value) {
    let state = state_file(stage.registry(), address, attributes);
    stage.workspace.write("terraform.tfstate", &state).unwrap();
}

/// The state file of the resource `TYPE.NAME` as Terraform with an official provider writes it: schema version 0, marked as
/// sensitive what that provider hides, and its SDK's private data.
pub(crate) fn state_file(registry: &str, address: &str, attributes: &Value) -> String {
    let (resource, name) = address.split_once('.').unwrap();
    let hidden = |attribute: &str| json!([[{ "type": "get_attr", "value": attribute }]]);
    let (source, sensitive) = match resource {
        "aws_api_gateway_api_key" => (AWS.source, hidden("value")),
        "aws_api_gateway_usage_plan_key" => (AWS.source, json!([])),
        "scaleway_iam_api_key" => (SCALEWAY.source, hidden("secret_key")),
        "scaleway_iam_application" => (SCALEWAY.source, json!([])),
        "scaleway_iam_user" => (SCALEWAY.source, hidden("password")),
        _ => (TENCENTCLOUD.source, json!([])),
    };
    json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "5d1c3b0e-6a3b-4d7e-9e0f-1f2a3b4c5d6e",
        "outputs": {},
        "resources": [{
            "mode": "managed",
            "type": resource,
            "name": name,
            "provider": format!("provider[\"{registry}/{source}\"]"),
            "instances": [{
                "schema_version": 0,
                "attributes": attributes,
                "sensitive_attributes": sensitive,
                "private": "bnVsbA==",
            }],
        }],
        "check_results": null,
    })
    .to_string()
}

/// The official provider cuts times to whole seconds.
fn official_scaleway(key: &scaleway::Key) -> Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut state = scw::state_of(key);
    state["expires_at"] = json!(key.expires_at.map(time).unwrap_or_default());
    state
}

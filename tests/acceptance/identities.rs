//! Identities in the state, and imports by them.

use chrono::Utc;
use cli::{Cli, Use};
use sandbox::credentials::AWS_ACCOUNT_ID;
use sandbox::scaleway::Bearer;
use sandbox::{aws, scaleway};
use serde_json::{Value, json};
use support::harness::{Since, Test, cli_tests};

use super::official_state::state_file;
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway as scw, tencentcloud as tc};

pub(crate) const TESTS: &[Test] = cli_tests![
    since IDENTITIES;
    the_state_of_each_kind_of_key_has_its_identity,
    a_state_of_an_older_command_line_gains_an_identity_without_a_planned_change,
    a_state_with_the_identity_of_the_official_provider_opens_unchanged,
    the_account_is_in_the_identity_once_it_is_known_and_stays,
    a_key_is_imported_by_its_identity,
    a_key_in_another_region_is_imported_by_its_identity_alone,
    an_application_and_a_user_are_imported_by_an_identity_in_any_spelling,
    an_identity_that_cannot_be_right_is_an_error_that_names_its_attribute,
];

/// Protocol 6.9.
const IDENTITIES: Since = Since {
    terraform: Some((1, 12)),
    opentofu: Some((1, 12)),
};

const AWS_KEY: &str = "aws_api_gateway_api_key.test";
const AWS_CONFIGURATION: &str = "resource \"aws_api_gateway_api_key\" \"test\" {\n  name = \"test\"\n}\n";

/// Each kind of key: provider, address, configuration.
fn kinds() -> [(Use, &'static str, String); 3] {
    [
        (AWS, AWS_KEY, AWS_CONFIGURATION.to_owned()),
        (TENCENTCLOUD, tc::KEY, tc::key(r#"secret_name = "test""#)),
        (SCALEWAY, scw::KEY, scw::key("")),
    ]
}

/// The identity that is expected of a key in the provider's region.
fn identity_of(address: &str, id: &str) -> Value {
    match address {
        AWS_KEY => json!({"account_id": null, "id": id, "region": "us-east-1"}),
        tc::KEY => json!({"id": id, "region": "ap-guangzhou"}),
        _ => json!({"id": id}),
    }
}

/// The one instance in the state.
fn instance(stage: &Stage) -> Value {
    stage.workspace.state().unwrap()["resources"][0]["instances"][0].clone()
}

fn id(stage: &Stage) -> String {
    instance(stage)["attributes"]["id"].as_str().unwrap().to_owned()
}

fn the_state_of_each_kind_of_key_has_its_identity(cli: &Cli) {
    for (provider, address, configuration) in kinds() {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        let instance = instance(&stage);
        assert_eq!(instance["identity"], identity_of(address, &id(&stage)));
        assert_eq!(instance["identity_schema_version"], 0);
        stage.expect_no_change();
        stage
            .workspace
            .run(&["apply", "-refresh-only", "-auto-approve"])
            .unwrap()
            .success()
            .unwrap();
        assert_eq!(self::instance(&stage)["identity"], instance["identity"]);
        stage.workspace.destroy().unwrap();
    }
}

fn a_state_of_an_older_command_line_gains_an_identity_without_a_planned_change(cli: &Cli) {
    for (provider, address, configuration) in kinds() {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        let expected = identity_of(address, &id(&stage));
        let nulls: Value = expected
            .as_object()
            .unwrap()
            .keys()
            .map(|name| (name.clone(), Value::Null))
            .collect::<serde_json::Map<_, _>>()
            .into();
        for stored in [None, Some(nulls)] {
            let mut state = stage.workspace.state().unwrap();
            let instance = state["resources"][0]["instances"][0].as_object_mut().unwrap();
            instance.remove("identity");
            instance.extend(stored.map(|stored| ("identity".to_owned(), stored)));
            state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
            stage.workspace.write("terraform.tfstate", &state.to_string()).unwrap();
            stage.expect_no_change();
            stage
                .workspace
                .run(&["apply", "-refresh-only", "-auto-approve"])
                .unwrap()
                .success()
                .unwrap();
            assert_eq!(self::instance(&stage)["identity"], expected, "{address}");
            stage.expect_no_change();
        }
    }
}

fn a_state_with_the_identity_of_the_official_provider_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&scw::key(""));
    let identity = json!({"id": id(&stage)});
    let state = state_file(stage.registry(), scw::KEY, &stage.attributes(scw::KEY));
    let mut state: Value = serde_json::from_str(&state).unwrap();
    // As version 2.81.0 writes it.
    let instance = &mut state["resources"][0]["instances"][0];
    instance["identity"] = identity.clone();
    instance["identity_schema_version"] = json!(0);
    stage.workspace.write("terraform.tfstate", &state.to_string()).unwrap();
    stage.expect_no_change();
    stage
        .workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(self::instance(&stage)["identity"], identity);
}

fn the_account_is_in_the_identity_once_it_is_known_and_stays(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(AWS_CONFIGURATION);
    assert_eq!(instance(&stage)["identity"]["account_id"], Value::Null);
    let restricted =
        format!("provider \"aws\" {{\n  allowed_account_ids = [\"{AWS_ACCOUNT_ID}\"]\n}}\n{AWS_CONFIGURATION}");
    let refresh = |configuration: &str| {
        stage.configure(configuration);
        stage
            .workspace
            .run(&["apply", "-refresh-only", "-auto-approve"])
            .unwrap()
    };
    for configuration in [restricted.as_str(), AWS_CONFIGURATION] {
        refresh(configuration).success().unwrap();
        assert_eq!(instance(&stage)["identity"]["account_id"], AWS_ACCOUNT_ID);
        stage.expect_no_change();
    }
    // A role of another account would not find the key, and take it for deleted.
    stage.calls();
    let role = "provider \"aws\" {\n  assume_role {\n    role_arn = \"arn:aws:iam::999999999999:role/r\"\n  }\n}\n";
    let said = refusal(refresh(&format!("{role}{AWS_CONFIGURATION}")));
    assert!(said.contains("is another object by its identity"), "{said}");
    assert!(said.contains("it is \"999999999999\""), "{said}");
    assert_eq!(stage.calls(), [""; 0]);
}

/// An import block of an address by an identity.
fn import(address: &str, identity: &Value) -> String {
    let attributes = identity
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| !value.is_null());
    let attributes = attributes.map(|(name, value)| format!("    {name} = {value}\n"));
    format!(
        "import {{\n  to = {address}\n  identity = {{\n{}  }}\n}}\n",
        attributes.collect::<String>()
    )
}

fn a_key_is_imported_by_its_identity(cli: &Cli) {
    for (provider, address, configuration) in kinds() {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        let id = id(&stage);
        for identity in [json!({"id": id}), identity_of(address, &id)] {
            let elsewhere = stage.another_workspace();
            elsewhere
                .write("main.tf", &format!("{configuration}\n{}", import(address, &identity)))
                .unwrap();
            let output = elsewhere.apply().unwrap();
            assert!(
                output.stdout.contains("1 imported, 0 added, 0 changed, 0 destroyed"),
                "{output}"
            );
            let state = elsewhere.state().unwrap();
            let instance = &state["resources"][0]["instances"][0];
            assert_eq!(instance["identity"], identity_of(address, &id), "{address}");
            assert_eq!(instance["attributes"]["id"], *id);
            elsewhere.plan_nothing().unwrap();
        }
    }
}

fn a_key_in_another_region_is_imported_by_its_identity_alone(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let id = stage
        .sandbox
        .aws()
        .insert(aws::Key::new("eu-west-1", "test", Utc::now()));
    let identity = json!({"id": id, "region": "eu-west-1"});
    let configuration = AWS_CONFIGURATION.replace(
        "\n}\n",
        "\n  provider = apikeys\n  region = \"eu-west-1\"\n  description = \"\"\n}\n",
    );
    let required = "terraform {\n  required_providers {\n    apikeys = { source = \"apikeys/apikeys\" }\n  }\n}\n";
    stage.apply(&format!(
        "{required}{configuration}{}",
        import(AWS_KEY, &identity).replace("import {", "import {\n  provider = apikeys")
    ));
    assert_eq!(instance(&stage)["attributes"]["region"], "eu-west-1");
    assert_eq!(
        instance(&stage)["identity"],
        json!({"account_id": null, "id": id, "region": "eu-west-1"})
    );
    stage.expect_no_change();
}

fn an_application_and_a_user_are_imported_by_an_identity_in_any_spelling(cli: &Cli) {
    for (resource, arguments) in [
        ("scaleway_iam_application", "name = \"test\""),
        ("scaleway_iam_user", "email = \"test@example.com\""),
    ] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        let address = format!("{resource}.test");
        let configuration = format!(
            "{}resource \"{resource}\" \"test\" {{\n  {arguments}\n}}\n",
            scw::REQUIRED
        );
        stage.apply(&configuration);
        let id = id(&stage);
        for spelling in [id.clone(), id.to_uppercase()] {
            let elsewhere = stage.another_workspace();
            let import = import(&address, &json!({"id": spelling}));
            elsewhere
                .write("main.tf", &format!("{configuration}\n{import}"))
                .unwrap();
            let output = elsewhere.apply().unwrap();
            assert!(
                output.stdout.contains("1 imported, 0 added, 0 changed, 0 destroyed"),
                "{output}"
            );
            let state = elsewhere.state().unwrap();
            assert_eq!(state["resources"][0]["instances"][0]["attributes"]["id"], *id);
            elsewhere.plan_nothing().unwrap();
        }
    }
}

fn an_identity_that_cannot_be_right_is_an_error_that_names_its_attribute(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(scw::APPLICATION.to_owned());
    stage
        .sandbox
        .scaleway()
        .insert(scaleway::Key::new(bearer, "", Utc::now()));
    stage.configure(&format!(
        "{}\n{}",
        scw::key(""),
        import(scw::KEY, &json!({"id": "scw"}))
    ));
    let said = refusal(stage.workspace.run(&["plan"]).unwrap());
    assert!(said.contains("\"id\" must be an access key"), "{said}");

    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let elsewhere = json!({"id": "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B", "region": "eu-frankfurt"});
    stage.configure(&format!(
        "{}\n{}",
        tc::key(r#"secret_name = "test""#),
        import(tc::KEY, &elsewhere)
    ));
    let said = refusal(stage.workspace.run(&["plan"]).unwrap());
    assert!(said.contains("its region is \"eu-frankfurt\""), "{said}");
    assert_eq!(stage.calls(), [""; 0]);
}

//! Configurations that Terraform generates for keys that exist, by this provider and by the official ones.

use std::fs;

use chrono::Utc;
use cli::Cli;
use sandbox::scaleway::Bearer;
use sandbox::tencentcloud::{KeyKind, Status};
use sandbox::{aws, scaleway, tencentcloud};
use support::harness::{Test, cli_tests};

use super::scaleway::{APPLICATION, USER};
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway as scw, tencentcloud as tc};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_generated_configuration_of_any_aws_key_is_applied_once_and_then_fulfilled,
    a_generated_configuration_of_any_tencent_cloud_key_is_applied_once_and_then_fulfilled,
    a_generated_configuration_of_any_scaleway_key_is_applied_once_and_then_fulfilled,
    configurations_are_generated_under_the_name_for_all_clouds_too,
    a_configuration_that_the_official_aws_provider_generated_makes_changes_and_adopts_keys,
    an_id_and_a_secret_that_an_automatic_key_has_can_be_configured_and_others_not,
    a_manual_key_keeps_its_secret_where_none_is_configured_and_a_new_one_needs_one,
];

const AWS_KEY: &str = "aws_api_gateway_api_key";
const SCALEWAY_KEY: &str = "scaleway_iam_api_key";
const TENCENT_KEY: &str = "tencentcloud_api_gateway_api_key";

/// Two configurations of AWS: one with default tags, and one without.
const DEFAULT_TAGS: &str = r#"
    provider "aws" {
      default_tags {
        tags = { Team = "billing" }
      }
    }
    provider "aws" {
      alias = "other"
    }
"#;

fn a_generated_configuration_of_any_aws_key_is_applied_once_and_then_fulfilled(cli: &Cli) {
    let key = |name: &str| aws::Key::new("us-east-1", name, Utc::now());
    let tags = |tags: &[(&str, &str)]| {
        tags.iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    };
    let keys = [
        key("no tags"),
        aws::Key {
            tags: tags(&[("Team", "billing"), ("Stage", "test")]),
            description: Some("Managed by Terraform".to_owned()),
            ..key("the default tag and another")
        },
        aws::Key {
            tags: tags(&[("Team", "others"), ("aws:stack", "s")]),
            ..key("another value of the default tag")
        },
        aws::Key {
            customer_id: Some("customer".to_owned()),
            description: Some("a \"description\"".to_owned()),
            enabled: false,
            ..key("every argument")
        },
        aws::Key { name: None, ..key("") },
        aws::Key {
            region: "eu-west-1".to_owned(),
            ..key("elsewhere")
        },
    ];
    for provider in ["", "  provider = aws.other\n"] {
        let stage = Stage::new(cli, &[AWS]);
        let ids = keys.each_ref().map(|key| {
            let id = stage.sandbox.aws().insert(key.clone());
            if key.region == "us-east-1" {
                id
            } else {
                format!("{id}@{}", key.region)
            }
        });
        expect_adopted(&stage, DEFAULT_TAGS, AWS_KEY, provider, &ids);
        for (before, now) in keys.iter().zip(stage.sandbox.aws().keys()) {
            assert_eq!((&before.id, &before.value), (&now.id, &now.value));
            assert_eq!((&before.name, before.enabled), (&now.name, now.enabled));
            for (tag, value) in &before.tags {
                assert_eq!(now.tags.get(tag), Some(value), "{}", now.id);
            }
            assert_eq!(
                now.tags.contains_key("Team"),
                provider.is_empty() || before.tags.contains_key("Team")
            );
        }
    }
}

fn a_generated_configuration_of_any_tencent_cloud_key_is_applied_once_and_then_fulfilled(cli: &Cli) {
    let key = |name: &str| tencentcloud::Key::new("ap-guangzhou", name, Utc::now());
    let manual = |id: &str| tencentcloud::Key {
        id: id.to_owned(),
        secret: "a_secret_of_ours".to_owned(),
        kind: KeyKind::Manual,
        ..key("manual")
    };
    let disabled = |key| tencentcloud::Key {
        status: Status::Disabled,
        ..key
    };
    let keys = [
        key("automatic"),
        key(""),
        disabled(key("off")),
        manual("an_id_of_ours"),
        disabled(manual("an_id_2")),
    ];
    let settings = format!(
        "{}provider \"tencentcloud\" {{\n  alias = \"other\"\n}}\n",
        tc::REQUIRED
    );
    for provider in ["", "  provider = tencentcloud.other\n"] {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
        let ids = keys
            .each_ref()
            .map(|key| stage.sandbox.tencentcloud().insert(key.clone()));
        let before = stage.sandbox.tencentcloud().keys();
        expect_adopted(&stage, &settings, TENCENT_KEY, provider, &ids);
        assert_eq!(stage.sandbox.tencentcloud().keys(), before);
    }
}

fn a_generated_configuration_of_any_scaleway_key_is_applied_once_and_then_fulfilled(cli: &Cli) {
    let key = |bearer, description| scaleway::Key::new(bearer, description, Utc::now());
    let application = || Bearer::Application(APPLICATION.to_owned());
    let keys = [
        key(application(), ""),
        scaleway::Key {
            expires_at: Some("2035-07-06T09:00:00.5Z".parse().unwrap()),
            ..key(application(), "it ends")
        },
        key(Bearer::User(USER.to_owned()), "a user's"),
    ];
    let settings = format!("{}provider \"scaleway\" {{\n  alias = \"other\"\n}}\n", scw::REQUIRED);
    for provider in ["", "  provider = scaleway.other\n"] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        let ids = keys.each_ref().map(|key| stage.sandbox.scaleway().insert(key.clone()));
        let before = stage.sandbox.scaleway().keys();
        expect_adopted(&stage, &settings, SCALEWAY_KEY, provider, &ids);
        assert_eq!(stage.sandbox.scaleway().keys(), before);
    }
}

fn configurations_are_generated_under_the_name_for_all_clouds_too(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let settings = r#"
        terraform {
          required_providers {
            apikeys = { source = "apikeys/apikeys" }
          }
        }
    "#;
    let now = Utc::now();
    let bearer = Bearer::User(USER.to_owned());
    let keys = [
        (
            AWS_KEY,
            stage.sandbox.aws().insert(aws::Key::new("us-east-1", "one", now)),
        ),
        (
            TENCENT_KEY,
            stage
                .sandbox
                .tencentcloud()
                .insert(tencentcloud::Key::new("ap-guangzhou", "one", now)),
        ),
        (
            SCALEWAY_KEY,
            stage.sandbox.scaleway().insert(scaleway::Key::new(bearer, "one", now)),
        ),
    ];
    let imports: String = keys
        .iter()
        .map(|(kind, id)| import(&format!("{kind}.one"), id, "  provider = apikeys\n"))
        .collect();
    stage.configure(&format!("{settings}{imports}"));
    expect_generated(&stage);
}

/// What the official provider 5.100.0 generates for keys with tags, without, and without a name, beside `DEFAULT_TAGS`.
const OFFICIAL_AWS: &str = r#"
    resource "aws_api_gateway_api_key" "tagged" {
      customer_id = null
      description = "Managed by Terraform"
      enabled     = true
      name        = "tagged"
      tags = {
        Stage = "test"
      }
      tags_all = {
        Stage = "test"
        Team  = "billing"
      }
      value = null # sensitive
    }
    resource "aws_api_gateway_api_key" "untagged" {
      provider    = aws.other
      customer_id = null
      description = "Managed by Terraform"
      enabled     = true
      name        = "untagged"
      tags        = {}
      tags_all    = {}
      value       = null # sensitive
    }
    resource "aws_api_gateway_api_key" "nameless" {
      provider    = aws.other
      customer_id = null
      description = null
      enabled     = true
      name        = ""
      tags        = {}
      tags_all    = {}
      value       = null # sensitive
    }
"#;

fn a_configuration_that_the_official_aws_provider_generated_makes_changes_and_adopts_keys(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let configuration = format!("{DEFAULT_TAGS}{OFFICIAL_AWS}");
    stage.apply(&configuration);
    stage.expect_no_change();
    let made = stage.sandbox.aws().keys();
    assert_eq!(made.len(), 3);

    let elsewhere = stage.another_workspace();
    elsewhere.write("main.tf", &configuration).unwrap();
    for (name, key) in ["tagged", "untagged", "nameless"]
        .iter()
        .zip([Some("tagged"), Some("untagged"), None])
    {
        let key = made.iter().find(|made| made.name.as_deref() == key).unwrap();
        elsewhere.import(&format!("{AWS_KEY}.{name}"), &key.id).unwrap();
    }
    let output = elsewhere.apply().unwrap();
    assert!(
        output.stdout.contains("0 added") && output.stdout.contains("0 destroyed"),
        "{output}"
    );
    elsewhere.plan_nothing().unwrap();
    let ids = |keys: &[aws::Key]| {
        keys.iter()
            .map(|key| (key.id.clone(), key.tags.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&stage.sandbox.aws().keys()), ids(&made));

    // The configuration is changed by hand, and tells what no longer follows from it.
    let changed = configuration.replacen("Stage = \"test\"", "Stage = \"production\"", 1);
    elsewhere.write("main.tf", &changed).unwrap();
    let said = refusal(elsewhere.run(&["plan"]).unwrap());
    let follows = r#"what follows from tags and default_tags, { "Stage" = "production", "Team" = "billing" }, and need not be set"#;
    assert!(said.contains(follows), "{said}");
}

fn an_id_and_a_secret_that_an_automatic_key_has_can_be_configured_and_others_not(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let key = tencentcloud::Key::new("ap-guangzhou", "test", Utc::now());
    stage.sandbox.tencentcloud().insert(key.clone());
    let configured = |id: &str, secret: &str, more: &str| {
        tc::key(&format!(
            "secret_name = \"test\"\n  access_key_id = \"{id}\"\n  access_key_secret = {secret}\n  \
             access_key_type = \"auto\"\n  {more}"
        ))
    };
    let its_secret = format!("\"{}\"", key.secret);
    stage.configure(&configured(&key.id, "null", ""));
    stage.workspace.import(tc::KEY, &key.id).unwrap();
    for secret in ["null", &its_secret] {
        stage.configure(&configured(&key.id, secret, ""));
        stage.expect_no_change();
        stage
            .workspace
            .run(&["plan", "-detailed-exitcode", "-refresh=false"])
            .unwrap()
            .success()
            .unwrap();
    }
    stage.apply(&configured(&key.id, "null", "status = \"off\""));
    assert_eq!(stage.attributes(tc::KEY)["access_key_secret"], key.secret);
    stage.expect_no_change();
    stage.calls();
    for (id, secret, about) in [
        ("another_id", "null", "access_key_id"),
        (&key.id, "\"another_secret\"", "access_key_secret"),
    ] {
        stage.configure(&configured(id, secret, ""));
        let said = stage.refused_plan();
        let expected =
            format!("\"{about}\" can only be set when access_key_type is \"manual\": the service generates it.");
        assert!(said.contains(&expected), "{said}");
    }
    assert_eq!(tc::only_key(&stage).id, key.id);
}

fn a_manual_key_keeps_its_secret_where_none_is_configured_and_a_new_one_needs_one(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&tc::manual_key("on", "a_secret_of_ours"));
    let without = tc::manual_key("off", "").replace("access_key_secret = \"\"", "access_key_secret = null # sensitive");
    assert!(without.contains("null # sensitive"));
    stage.apply(&without);
    assert_eq!(stage.attributes(tc::KEY)["access_key_secret"], "a_secret_of_ours");
    assert_eq!(tc::only_key(&stage).secret, "a_secret_of_ours");
    stage.expect_no_change();
    stage.apply(&without.replace("\"off\"", "\"on\""));
    assert_eq!(tc::only_key(&stage).secret, "a_secret_of_ours");

    let required = r#""access_key_secret" is required when access_key_type is "manual"."#;
    stage.configure(&without.replace("secret_name = \"test\"", "secret_name = \"renamed\""));
    let said = stage.refused_plan();
    assert!(said.contains(required), "{said}");
    stage.apply(&tc::key(r#"secret_name = "test""#));
    stage.configure(&without);
    let said = stage.refused_plan();
    assert!(said.contains(required), "{said}");
}

/// Imports these keys with a generated configuration, of the default provider or of another: what the pages say works.
pub(super) fn expect_adopted(stage: &Stage, settings: &str, resource: &str, provider: &str, ids: &[String]) {
    let configure = |provider: &str| {
        let import = |(number, id): (usize, &String)| import(&format!("{resource}.key_{number}"), id, provider);
        let imports: String = ids.iter().enumerate().map(import).collect();
        stage.configure(&format!("{settings}{imports}"));
    };
    let (cloud, _) = resource.split_once('_').unwrap();
    let only_to_generate = format!("  provider = {cloud}\n");
    configure(if provider.is_empty() {
        &only_to_generate
    } else {
        provider
    });
    generate(stage);
    configure(provider);
    expect_applied(stage);
}

/// Expects that a configuration can be generated for what is to be imported, and then [applied](expect_applied).
fn expect_generated(stage: &Stage) {
    generate(stage);
    expect_applied(stage);
}

fn generate(stage: &Stage) {
    let arguments = ["plan", "-generate-config-out=generated.tf"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
}

/// Expects that applying the generated configuration adds and destroys nothing, and that nothing is left to do then.
fn expect_applied(stage: &Stage) {
    let run = |arguments: &[&str]| stage.workspace.run(arguments).unwrap().success().unwrap();
    let generated = fs::read_to_string(stage.workspace.folder().join("generated.tf")).unwrap();
    let applied = run(&["apply", "-auto-approve"]);
    assert!(
        applied.stdout.contains(" 0 added") && applied.stdout.contains(" 0 destroyed"),
        "{generated}\n{applied}"
    );
    let planned = stage.workspace.run(&["plan", "-detailed-exitcode"]).unwrap();
    assert_eq!(planned.code(), Some(0), "{generated}\n{planned}");
}

fn import(address: &str, id: &str, provider: &str) -> String {
    format!("import {{\n  to = {address}\n  id = \"{id}\"\n{provider}}}\n")
}

//! One program, four names: which provider it is follows from the file it is started as.

use std::fs;
use std::path::Path;

use cli::{Cli, Use, Workspace};
use sandbox::Options;
use support::harness::{Test, cli_tests};

use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, provider};

pub(crate) const TESTS: &[Test] = cli_tests![
    the_provider_takes_the_place_of_each_official_one,
    the_providers_of_one_cloud_each_work_side_by_side,
    own_source_addresses_work_like_the_official_ones,
    one_provider_serves_all_clouds_with_a_block_for_each,
    the_provider_of_one_cloud_does_not_serve_another,
    hard_links_symbolic_links_copies_and_versioned_names_are_the_same_provider,
    the_provider_is_installed_from_a_mirror_and_locked,
];

const AWS_KEY: &str = r#"
    resource "aws_api_gateway_api_key" "test" {
      name = "test"
    }
"#;
const TENCENTCLOUD_KEY: &str = r#"
    resource "tencentcloud_api_gateway_api_key" "test" {
      secret_name = "test"
    }
"#;
const SCALEWAY_KEY: &str = r#"
    resource "scaleway_iam_api_key" "test" {
      application_id = "11111111-2222-3333-4444-555555555555"
    }
"#;

fn required(name: &str, source: &str) -> String {
    format!("terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n")
}

/// Applies one key in each cloud that the configuration names, plans it again and destroys it.
fn expect_works(stage: &Stage, configuration: &str, keys: [usize; 3]) {
    let count = || {
        let sandbox = &stage.sandbox;
        [
            sandbox.aws().keys().len(),
            sandbox.tencentcloud().keys().len(),
            sandbox.scaleway().keys().len(),
        ]
    };
    stage.apply(configuration);
    assert_eq!(count(), keys, "{configuration}");
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(count(), [0; 3], "{configuration}");
}

fn the_provider_takes_the_place_of_each_official_one(cli: &Cli) {
    let rows = [
        (AWS, "aws", AWS_KEY, [1, 0, 0]),
        (TENCENTCLOUD, "tencentcloud", TENCENTCLOUD_KEY, [0, 1, 0]),
        (SCALEWAY, "scaleway", SCALEWAY_KEY, [0, 0, 1]),
    ];
    for (used, name, key, keys) in rows {
        let stage = Stage::new(cli, &[used]);
        expect_works(&stage, &format!("{}{key}", required(name, used.source)), keys);
    }
}

fn the_providers_of_one_cloud_each_work_side_by_side(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, TENCENTCLOUD, SCALEWAY]);
    let required = r#"
        terraform {
          required_providers {
            aws          = { source = "hashicorp/aws" }
            scaleway     = { source = "scaleway/scaleway" }
            tencentcloud = { source = "tencentcloudstack/tencentcloud" }
          }
        }"#;
    let configuration = format!("{required}\n{AWS_KEY}{TENCENTCLOUD_KEY}{SCALEWAY_KEY}");
    expect_works(&stage, &configuration, [1, 1, 1]);
}

fn own_source_addresses_work_like_the_official_ones(cli: &Cli) {
    let own = |source, name| Use { source, name };
    let uses = [
        own("apikeys/aws", "aws"),
        own("apikeys/tencentcloud", "tencentcloud"),
        own("apikeys/scaleway", "scaleway"),
    ];
    let stage = Stage::new(cli, &uses);
    let required = r#"
        terraform {
          required_providers {
            aws          = { source = "apikeys/aws" }
            scaleway     = { source = "apikeys/scaleway" }
            tencentcloud = { source = "apikeys/tencentcloud" }
          }
        }"#;
    let configuration = format!("{required}\n{AWS_KEY}{TENCENTCLOUD_KEY}{SCALEWAY_KEY}");
    expect_works(&stage, &configuration, [1, 1, 1]);
}

fn one_provider_serves_all_clouds_with_a_block_for_each(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let ours = |key: &str| key.replacen("{\n", "{\n      provider = apikeys\n", 1);
    let provider = r#"
        provider "apikeys" {
          aws {
            region = "eu-west-1"
            default_tags {
              tags = { from = "the block" }
            }
          }
          scaleway {
            region = "nl-ams"
          }
          tencentcloud {
            region = "ap-singapore"
          }
        }"#;
    let required = required("apikeys", APIKEYS.source);
    let keys = [AWS_KEY, TENCENTCLOUD_KEY, SCALEWAY_KEY].map(ours).concat();
    stage.apply(&format!("{required}{provider}{keys}"));
    let key = &stage.sandbox.aws().keys()[0];
    assert_eq!(key.region, "eu-west-1");
    assert_eq!(key.tags["from"], "the block");
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();

    // Without any block, all comes from the environment.
    expect_works(&stage, &format!("{required}{keys}"), [1, 1, 1]);
    // A mistake in a block is told at its place.
    let bad = "provider \"apikeys\" {\n  aws {\n    region = \"Frankfurt\"\n  }\n}\n";
    stage.configure(&format!("{required}{bad}{keys}"));
    let said = stage.refused_plan();
    assert!(said.contains("Invalid region"), "{said}");
    assert!(said.contains("region = \"Frankfurt\""), "{said}");
}

fn the_provider_of_one_cloud_does_not_serve_another(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = SCALEWAY_KEY.replacen("{\n", "{\n      provider = aws\n", 1);
    stage.configure(&format!("{}{key}", required("aws", "hashicorp/aws")));
    let said = stage.refused_plan();
    assert!(
        said.contains("does not support resource type \"scaleway_iam_api_key\""),
        "{said}"
    );
}

fn hard_links_symbolic_links_copies_and_versioned_names_are_the_same_provider(cli: &Cli) {
    type Lay = fn(&Path, &Path);
    let kinds: &[(&str, &'static str, Lay)] = &[
        ("hard link", "aws", |from, to| fs::hard_link(from, to).unwrap()),
        ("copy", "aws", |from, to| assert_ne!(fs::copy(from, to).unwrap(), 0)),
        #[cfg(unix)]
        ("symbolic link", "aws", |from, to| {
            std::os::unix::fs::symlink(from, to).unwrap()
        }),
        ("version in the name", "aws_v1.2.3", |from, to| {
            fs::hard_link(from, to).unwrap()
        }),
    ];
    for &(kind, name, lay) in kinds {
        let source = "hashicorp/aws";
        let stage = Stage::new(cli, &[Use { source, name }]);
        // Laid from beside it: links do not reach across file systems.
        let program = stage.workspace.programs().join(format!("terraform-provider-{name}"));
        let original = stage.workspace.programs().join("original");
        fs::rename(&program, &original).unwrap();
        lay(&original, &program);
        stage.configure(&format!("{}{AWS_KEY}", required("aws", source)));
        stage
            .workspace
            .apply()
            .unwrap_or_else(|failure| panic!("{kind}: {failure}"));
        assert_eq!(stage.sandbox.aws().keys().len(), 1, "{kind}");
    }
}

fn the_provider_is_installed_from_a_mirror_and_locked(cli: &Cli) {
    let sandbox = sandbox::Sandbox::start(Options::default()).unwrap();
    let uses = [Use {
        source: "apikeys/aws",
        name: "aws_v0.1.0",
    }];
    let workspace = Workspace::with_mirror(cli, provider(), &uses, "0.1.0")
        .unwrap()
        .environment(sandbox.environment());
    let configuration = format!("{}{AWS_KEY}", required("aws", "apikeys/aws"));
    workspace.write("main.tf", &configuration).unwrap();
    let output = workspace.init().unwrap();
    assert!(output.stdout.contains("apikeys/aws v0.1.0"), "{output}");
    assert!(workspace.folder().join(".terraform.lock.hcl").is_file());
    workspace.apply().unwrap();
    assert_eq!(sandbox.aws().keys().len(), 1);
    workspace.plan_nothing().unwrap();
    workspace.destroy().unwrap();
}

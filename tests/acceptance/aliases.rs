//! Several configurations of one provider side by side: each is somebody else, at clouds of its own.

use std::collections::BTreeSet;
use std::iter;

use chrono::Utc;
use cli::{Cli, Output, Use};
use sandbox::scaleway::{Bearer, Key};
use sandbox::{Cloud, Options, Sandbox, credentials};
use support::harness::{Test, cli_tests};

use super::scaleway::APPLICATION;
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, names};

pub(crate) const TESTS: &[Test] = cli_tests![
    configurations_of_aws_are_different_callers_side_by_side,
    configurations_of_tencent_cloud_are_different_callers_side_by_side,
    configurations_of_scaleway_are_different_callers_side_by_side,
    configurations_of_all_clouds_keep_them_apart_side_by_side,
];

/// One configuration of a provider, and who is to call where by it.
struct Side<'s> {
    /// What stands in the provider block.
    block: String,
    sandbox: &'s Sandbox,
    /// The access key ids of all who call.
    callers: &'s [&'s str],
}

fn configurations_of_aws_are_different_callers_side_by_side(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let other = Sandbox::start(Options::default()).unwrap();
    let sides = [
        Side {
            block: String::new(),
            sandbox: &stage.sandbox,
            callers: &[credentials::AWS_ACCESS_KEY_ID],
        },
        Side {
            block: of_aws(&other),
            sandbox: &other,
            callers: &[credentials::AWS_TEMPORARY_ACCESS_KEY_ID],
        },
    ];
    expect_side_by_side(&stage, AWS, Cloud::Aws, &sides);
    // The one from the environment, the other from the block.
    for (side, region) in sides.iter().zip(["us-east-1", "eu-west-1"]) {
        let regions = side.sandbox.journal().into_iter().filter_map(|entry| entry.region);
        assert_eq!(regions.collect::<BTreeSet<_>>(), [region.to_owned()].into());
    }
}

fn configurations_of_tencent_cloud_are_different_callers_side_by_side(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let other = Sandbox::start(Options::default()).unwrap();
    let sides = [
        Side {
            block: String::new(),
            sandbox: &stage.sandbox,
            callers: &[credentials::TENCENTCLOUD_SECRET_ID],
        },
        Side {
            block: of_tencentcloud(&other),
            sandbox: &other,
            // The one assumes the role of the other.
            callers: &[
                credentials::TENCENTCLOUD_SECRET_ID,
                credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID,
            ],
        },
    ];
    expect_side_by_side(&stage, TENCENTCLOUD, Cloud::Tencentcloud, &sides);
    let by_pair = other
        .journal()
        .into_iter()
        .filter(|entry| entry.access_key_id.as_deref() == Some(credentials::TENCENTCLOUD_SECRET_ID));
    let by_pair: BTreeSet<_> = by_pair.map(|entry| entry.operation).collect();
    assert_eq!(by_pair, ["AssumeRole".to_owned()].into());
}

fn configurations_of_scaleway_are_different_callers_side_by_side(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    let other = Sandbox::start(Options::default()).unwrap();
    let theirs = Key::new(Bearer::Application(APPLICATION.to_owned()), "theirs", Utc::now());
    other.scaleway().insert(theirs.clone());
    let ours = (credentials::SCW_ACCESS_KEY, credentials::SCW_SECRET_KEY);
    let profiles = [
        profile("here", &stage.sandbox, ours),
        profile("there", &other, (&theirs.access_key, &theirs.secret_key)),
    ];
    stage
        .workspace
        .write("scaleway.yaml", &format!("profiles:\n{}", profiles.concat()))
        .unwrap();
    for variable in [
        "SCW_ACCESS_KEY",
        "SCW_SECRET_KEY",
        "SCW_API_URL",
        "SCW_DEFAULT_ORGANIZATION_ID",
    ] {
        stage.workspace = stage.workspace.without(variable);
    }
    let file = stage.workspace.folder().join("scaleway.yaml");
    stage.workspace = stage
        .workspace
        .environment([("SCW_CONFIG_PATH", file.as_os_str()), ("TF_LOG", "INFO".as_ref())]);
    let side = |name: &str| format!("profile = \"{name}\"");
    let sides = [
        Side {
            block: side("here"),
            sandbox: &stage.sandbox,
            callers: &[credentials::SCW_ACCESS_KEY],
        },
        Side {
            block: side("there"),
            sandbox: &other,
            callers: &[&theirs.access_key],
        },
    ];
    let output = expect_side_by_side(&stage, SCALEWAY, Cloud::Scaleway, &sides);
    for (name, sandbox) in [("here", &stage.sandbox), ("there", &other)] {
        let url = sandbox.url(Cloud::Scaleway);
        let line = format!("endpoint {url} (`api_url` of profile \"{name}\" in {})", file.display());
        assert!(output.stderr.contains(&line), "{output}");
    }
    for secret in [ours.1, &theirs.secret_key] {
        assert!(!output.stderr.contains(secret), "{output}");
    }
}

fn configurations_of_all_clouds_keep_them_apart_side_by_side(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let other = Sandbox::start(Options::default()).unwrap();
    let there = format!(
        "aws {{\n    {}\n  }}\n  tencentcloud {{\n    {}\n  }}",
        of_aws(&other),
        of_tencentcloud(&other)
    );
    let keys = [Cloud::Aws, Cloud::Tencentcloud].into_iter().flat_map(|cloud| {
        [
            resource(cloud, "here", "apikeys"),
            resource(cloud, "there", "apikeys.there"),
        ]
    });
    let keys: String = keys.collect();
    stage.apply(&format!("{}{}{keys}", required(APIKEYS), aliased(APIKEYS, "", &there)));
    for (sandbox, name) in [(&stage.sandbox, "here"), (&other, "there")] {
        for cloud in [Cloud::Aws, Cloud::Tencentcloud] {
            assert_eq!(names(sandbox, cloud), [name], "{cloud}");
        }
    }
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    for cloud in [Cloud::Aws, Cloud::Tencentcloud] {
        assert_eq!([names(&stage.sandbox, cloud), names(&other, cloud)].concat(), [""; 0]);
    }
}

/// Makes a key by each configuration, looks at both and destroys them, and expects each of the callers at their own clouds only.
/// Gives what the first apply wrote.
fn expect_side_by_side(stage: &Stage, provider: Use, cloud: Cloud, sides: &[Side<'_>; 2]) -> Output {
    let [here, there] = sides;
    let before = [names(here.sandbox, cloud), names(there.sandbox, cloud)];
    let output = stage.apply(&format!(
        "{}{}{}{}",
        required(provider),
        aliased(provider, &here.block, &there.block),
        resource(cloud, "here", provider.name),
        resource(cloud, "there", &format!("{}.there", provider.name)),
    ));
    for ((side, before), name) in sides.iter().zip(&before).zip(["here", "there"]) {
        let expected = before.iter().cloned().chain(iter::once(name.to_owned()));
        assert_eq!(names(side.sandbox, cloud), expected.collect::<Vec<_>>());
    }
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    for (side, before) in sides.iter().zip(&before) {
        assert_eq!(names(side.sandbox, cloud), *before);
        let journal = side.sandbox.journal();
        let callers: BTreeSet<_> = journal
            .iter()
            .filter_map(|entry| entry.access_key_id.as_deref())
            .collect();
        assert_eq!(callers, side.callers.iter().copied().collect());
    }
    output
}

/// The arguments of somebody at AWS who is not the one of the environment.
fn of_aws(sandbox: &Sandbox) -> String {
    format!(
        r#"region     = "eu-west-1"
    access_key = "{}"
    secret_key = "{}"
    token      = "{}"
    endpoints {{
      apigateway = "{}"
    }}"#,
        credentials::AWS_TEMPORARY_ACCESS_KEY_ID,
        credentials::AWS_TEMPORARY_SECRET_ACCESS_KEY,
        credentials::AWS_SESSION_TOKEN,
        sandbox.url(Cloud::Aws)
    )
}

/// The arguments of somebody at Tencent Cloud who is not the one of the environment, but may be by a role.
fn of_tencentcloud(sandbox: &Sandbox) -> String {
    format!(
        r#"region = "ap-singapore"
    domain = "{}"
    assume_role {{
      role_arn         = "{}"
      session_name     = "there"
      session_duration = 7200
    }}"#,
        sandbox.environment()["TENCENTCLOUD_DOMAIN"],
        credentials::TENCENTCLOUD_ROLE_ARN
    )
}

/// A profile of Scaleway's config file, by its access key and secret key.
fn profile(name: &str, sandbox: &Sandbox, (access_key, secret_key): (&str, &str)) -> String {
    let url = sandbox.url(Cloud::Scaleway);
    format!("  {name}:\n    access_key: {access_key}\n    secret_key: {secret_key}\n    api_url: {url}\n")
}

fn required(Use { source, name }: Use) -> String {
    format!("terraform {{\n  required_providers {{\n    {name} = {{ source = \"{source}\" }}\n  }}\n}}\n")
}

/// A provider's configuration, and another one that goes by `there`.
fn aliased(provider: Use, here: &str, there: &str) -> String {
    let name = provider.name;
    format!("provider \"{name}\" {{\n  {here}\n}}\nprovider \"{name}\" {{\n  alias = \"there\"\n  {there}\n}}\n")
}

/// A key of this name by one of the configurations.
fn resource(cloud: Cloud, name: &str, provider: &str) -> String {
    let (kind, arguments) = match cloud {
        Cloud::Aws => ("aws_api_gateway_api_key", format!("name = \"{name}\"")),
        Cloud::Tencentcloud => ("tencentcloud_api_gateway_api_key", format!("secret_name = \"{name}\"")),
        Cloud::Scaleway => (
            "scaleway_iam_api_key",
            format!("description = \"{name}\"\n  application_id = \"{APPLICATION}\""),
        ),
    };
    format!("resource \"{kind}\" \"{name}\" {{\n  provider = {provider}\n  {arguments}\n}}\n")
}

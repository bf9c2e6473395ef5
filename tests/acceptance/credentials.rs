//! Who calls Tencent Cloud and Scaleway: nobody, somebody wrong or somebody not known yet.

use cli::{Cli, Use};
use sandbox::credentials;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::stage::{SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    credentials_of_tencent_cloud_that_lack_something_are_told_with_the_remedy,
    credentials_of_scaleway_that_lack_something_are_told_with_the_remedy,
    a_wrong_secret_is_told_with_what_to_check,
    credentials_not_known_yet_plan_a_new_key_and_fall_back_to_nobody,
    the_block_goes_over_the_environment_with_tencent_cloud_and_under_it_with_scaleway,
    scaleway_sources_that_disagree_are_warned_of_once,
    a_profile_of_tencent_cloud_that_does_not_count_is_warned_of,
    temporary_credentials_of_tencent_cloud_are_taken,
];

/// What a provider is given, and what is said when that is not enough.
struct Lack {
    arguments: &'static str,
    variables: &'static [(&'static str, &'static str)],
    says: &'static str,
}

fn credentials_of_tencent_cloud_that_lack_something_are_told_with_the_remedy(cli: &Cli) {
    let (id, key) = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY");
    let no_key = "there is `secret_id` (or TENCENTCLOUD_SECRET_ID), but no `secret_key` (or TENCENTCLOUD_SECRET_KEY) Set \
                  both, or neither.";
    let no_id = "there is `secret_key` (or TENCENTCLOUD_SECRET_KEY), but no `secret_id` (or TENCENTCLOUD_SECRET_ID) Set \
                 both, or neither.";
    let lacks = [
        Lack {
            arguments: "",
            variables: &[],
            says: "no Tencent Cloud credentials Set `secret_id` and `secret_key` in the provider block, or the environment \
                   variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or log in with `tccli auth login`.",
        },
        Lack {
            arguments: "",
            variables: &[("TENCENTCLOUD_SECRET_ID", "an-id")],
            says: no_key,
        },
        Lack {
            arguments: r#"secret_id = "an-id""#,
            variables: &[],
            says: no_key,
        },
        Lack {
            arguments: "",
            variables: &[("TENCENTCLOUD_SECRET_KEY", "a-key")],
            says: no_id,
        },
        Lack {
            arguments: r#"secret_key = "a-key""#,
            variables: &[],
            says: no_id,
        },
    ];
    expect_told(
        cli,
        TENCENTCLOUD,
        &tencentcloud::key(r#"secret_name = "test""#),
        [id, key],
        &lacks,
    );
}

fn credentials_of_scaleway_that_lack_something_are_told_with_the_remedy(cli: &Cli) {
    let lacks = [
        Lack {
            arguments: "",
            variables: &[],
            says: "no Scaleway credentials Set `access_key` and `secret_key` in the provider block, the environment variables \
                   SCW_ACCESS_KEY and SCW_SECRET_KEY, or a profile of the config file.",
        },
        Lack {
            arguments: "",
            variables: &[("SCW_ACCESS_KEY", credentials::SCW_ACCESS_KEY)],
            says: "there is SCW_ACCESS_KEY, but no secret key Set `secret_key` in the provider block or the config file, or the \
                   environment variable SCW_SECRET_KEY.",
        },
        Lack {
            arguments: r#"access_key = "SCW00000000000000000""#,
            variables: &[],
            says: "there is `access_key` of the provider block, but no secret key",
        },
        Lack {
            arguments: "",
            variables: &[("SCW_SECRET_KEY", credentials::SCW_SECRET_KEY)],
            says: "there is SCW_SECRET_KEY, but no access key Set `access_key` in the provider block or the config file, or the \
                   environment variable SCW_ACCESS_KEY.",
        },
        Lack {
            arguments: r#"secret_key = "5ec7e700-0000-4000-8000-000000000000""#,
            variables: &[],
            says: "there is `secret_key` of the provider block, but no access key",
        },
        Lack {
            arguments: r#"profile = "work""#,
            variables: &[],
            says: "`profile` of the provider block is \"work\", but there is no config file No other credentials were \
                   tried.",
        },
        Lack {
            arguments: "",
            variables: &[("SCW_ACCESS_KEY", credentials::SCW_ACCESS_KEY), ("SCW_SECRET_KEY", "")],
            says: "the environment variable SCW_SECRET_KEY is set, but empty Unset it, or give it a value.",
        },
        Lack {
            arguments: "",
            variables: &[
                ("SCW_ACCESS_KEY", credentials::SCW_ACCESS_KEY),
                ("SCW_SECRET_KEY", "no-uuid"),
            ],
            says: "SCW_SECRET_KEY is not a UUID No other credentials were tried.",
        },
    ];
    expect_told(
        cli,
        SCALEWAY,
        &scaleway::key(""),
        ["SCW_ACCESS_KEY", "SCW_SECRET_KEY"],
        &lacks,
    );
}

/// Expects that a plan needs no credentials, but says what those lack that there are, and that no call is made with them.
fn expect_told(cli: &Cli, provider: Use, configuration: &str, removed: [&str; 2], lacks: &[Lack]) {
    let stage = Stage::new(cli, &[provider]);
    for Lack {
        arguments,
        variables,
        says,
    } in lacks
    {
        let workspace = stage.another_workspace().without(removed[0]).without(removed[1]);
        let workspace = workspace.environment(variables.iter().copied());
        let block = format!("provider \"{}\" {{\n  {arguments}\n}}\n", provider.name);
        workspace.write("main.tf", &format!("{configuration}{block}")).unwrap();
        let is_nobody = arguments.is_empty() && variables.is_empty();
        let said = if is_nobody {
            workspace.plan().unwrap();
            workspace.run(&["apply", "-auto-approve"])
        } else {
            workspace.run(&["plan"])
        };
        let said = refusal(said.unwrap());
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn a_wrong_secret_is_told_with_what_to_check(cli: &Cli) {
    let rows = [
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            ("TENCENTCLOUD_SECRET_KEY", "not-the-secret"),
            "CreateApiKey: AuthFailure.SignatureFailure: ",
        ),
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            ("TENCENTCLOUD_SECRET_ID", "not-the-secret-id"),
            "CreateApiKey: AuthFailure.SecretIdNotFound: ",
        ),
        (
            SCALEWAY,
            scaleway::key(""),
            ("SCW_SECRET_KEY", "5ec7e700-0000-4000-8000-000000000000"),
            "CreateAPIKey: denied_authentication: authentication is denied; reason: not_found",
        ),
    ];
    for (provider, configuration, variable, expected) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        stage.workspace = stage.workspace.environment([variable]);
        stage.configure(&configuration);
        let said = stage.refused_apply();
        assert!(said.contains(expected), "{said}");
        assert!(
            said.contains("Check the credentials of the provider block or the environment"),
            "{said}"
        );
        assert!(said.contains("request id "), "{said}");
        assert!(said.contains("The call was made with: "), "{said}");
        assert!(!said.contains(variable.1), "{said}");
        assert_eq!(stage.calls().len(), 1);
    }
}

fn credentials_not_known_yet_plan_a_new_key_and_fall_back_to_nobody(cli: &Cli) {
    let rows = [
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            "secret_id",
            credentials::TENCENTCLOUD_SECRET_ID,
            credentials::TENCENTCLOUD_SECRET_KEY,
        ),
        (
            SCALEWAY,
            scaleway::key(""),
            "access_key",
            credentials::SCW_ACCESS_KEY,
            credentials::SCW_SECRET_KEY,
        ),
    ];
    for (provider, key, id_argument, id, secret) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        // With Scaleway the environment goes over the block, known or not: there it must be empty for the block to count.
        stage.workspace = stage.workspace.without("SCW_ACCESS_KEY").without("SCW_SECRET_KEY");
        let of = |secret: &str| {
            format!(
                "{key}\nresource \"terraform_data\" \"secret\" {{\n  input = \"{secret}\"\n}}\n\n\
                 provider \"{}\" {{\n  {id_argument} = \"{id}\"\n  secret_key = terraform_data.secret.output\n}}\n",
                provider.name
            )
        };
        stage.configure(&of(secret));
        let address = format!("{}.test", resource(provider));
        assert_eq!(stage.planned(&address)["actions"], json!(["create"]));
        assert_eq!(stage.calls(), [""; 0]);
        stage.workspace.apply().unwrap();
        stage.expect_no_change();
        stage.calls();

        stage.configure(&of(&secret.replace('0', "1")));
        let said = stage.refused_plan();
        let expected = "the provider argument `secret_key` is not known yet, and this needs the API Apply the resources \
                        that it depends on first, for example with -target.";
        assert!(said.contains(expected), "{said}");
        assert_eq!(stage.calls(), [""; 0]);
    }
}

fn the_block_goes_over_the_environment_with_tencent_cloud_and_under_it_with_scaleway(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let block = "provider \"tencentcloud\" {\n  secret_id = \"another\"\n  secret_key = \"another\"\n}\n";
    stage.configure(&format!("{}{block}", tencentcloud::key(r#"secret_name = "test""#)));
    let said = stage.refused_apply();
    assert!(said.contains("AuthFailure.SecretIdNotFound"), "{said}");

    let stage = Stage::new(cli, &[SCALEWAY]);
    let block = "provider \"scaleway\" {\n  access_key = \"SCW00000000000000000\"\n  \
                 secret_key = \"5ec7e700-0000-4000-8000-000000000000\"\n}\n";
    stage.apply(&format!("{}{block}", scaleway::key("")));
}

fn scaleway_sources_that_disagree_are_warned_of_once(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let block = "provider \"scaleway\" {\n  api_url = \"https://api.example\"\n}\n";
    let output = stage.apply(&format!("{}{block}", scaleway::key("")));
    let told = "Scaleway has settings that differ between sources";
    // Plan and apply are two runs of the provider, and Terraform tells of both at once.
    assert!(output.stdout.contains(told), "{output}");
    let expected = "- api_url: SCW_API_URL is used, not `api_url` of the provider";
    assert!(output.stdout.contains(expected), "{output}");
}

fn a_profile_of_tencent_cloud_that_does_not_count_is_warned_of(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let block = "provider \"tencentcloud\" {\n  profile = \"work\"\n}\n";
    let output = stage.apply(&format!("{}{block}", tencentcloud::key(r#"secret_name = "test""#)));
    assert!(output.stdout.contains("The profile \"work\" is not used: "), "{output}");
}

fn temporary_credentials_of_tencent_cloud_are_taken(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.workspace = stage.workspace.environment([
        ("TENCENTCLOUD_SECRET_ID", credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID),
        (
            "TENCENTCLOUD_SECRET_KEY",
            credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
        ),
        ("TENCENTCLOUD_SECURITY_TOKEN", credentials::TENCENTCLOUD_TOKEN),
    ]);
    stage.apply(&tencentcloud::key(r#"secret_name = "test""#));
    stage.expect_no_change();
}

fn resource(provider: Use) -> &'static str {
    match provider.name {
        "scaleway" => "scaleway_iam_api_key",
        _ => "tencentcloud_api_gateway_api_key",
    }
}

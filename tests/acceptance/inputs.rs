//! Provider blocks, environments and files that people have: what is empty in them, and what nobody needs.

use cli::Cli;
use sandbox::credentials::{
    AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_SECRET_ACCESS_KEY, SCW_ACCESS_KEY, SCW_SECRET_KEY, TENCENTCLOUD_SECRET_ID,
    TENCENTCLOUD_SECRET_KEY,
};
use sandbox::{Cloud, Sandbox};
use support::harness::{Test, cli_tests};

use super::aws::key;
use super::scaleway::{self, APPLICATION};
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::tencentcloud;

pub(crate) const TESTS: &[Test] = cli_tests![
    empty_arguments_of_aws_count_as_absent,
    a_role_that_is_not_named_is_warned_of_in_the_plan_and_not_assumed,
    endpoints_of_services_that_are_never_called_have_no_effect_and_ones_own_goes_over_fips,
    files_that_nobody_needs_stop_nobody,
    a_profile_of_scaleway_may_merge_another_map,
    empty_variables_of_scaleway_count_as_with_the_vendors_sdk,
    a_profile_of_tencent_cloud_goes_over_the_environment_where_the_pair_is_written_and_empty,
    a_key_that_is_the_credentials_of_another_alias_is_replaced_in_one_run_without_a_refresh,
];

pub(super) fn aws(block: &str) -> String {
    format!("{}\nprovider \"aws\" {{\n{block}\n}}\n", key(r#"name = "test""#))
}

/// Who made the last key.
fn maker(sandbox: &Sandbox) -> Option<String> {
    let journal = sandbox.journal();
    journal.last().and_then(|entry| entry.access_key_id.clone())
}

fn empty_arguments_of_aws_count_as_absent(cli: &Cli) {
    let pair = format!("access_key = \"{AWS_ACCESS_KEY_ID}\"\n secret_key = \"{AWS_SECRET_ACCESS_KEY}\"");
    let rows = [
        "access_key = \"\"\n secret_key = \"\"\n token = \"\"".to_owned(),
        format!("{pair}\n token = \"\""),
        "allowed_account_ids = []".to_owned(),
        "forbidden_account_ids = [\"\"]\n allowed_account_ids = []".to_owned(),
        "retry_mode = \"\"\n region = \"\"\n profile = \"\"\n ec2_metadata_service_endpoint_mode = \"\"".to_owned(),
        "endpoints {\n sts = \"\"\n apigateway = \"\"\n }".to_owned(),
        "endpoints {}\n default_tags {}\n ignore_tags {}".to_owned(),
        "shared_config_files = []\n shared_credentials_files = [\"\"]\n user_agent = []\n max_retries = 0".to_owned(),
    ];
    for block in rows {
        let stage = Stage::new(cli, &[AWS]);
        stage.apply(&aws(&block));
        assert_eq!(stage.calls(), ["CreateApiKey"], "{block}");
        assert_eq!(maker(&stage.sandbox).as_deref(), Some(AWS_ACCESS_KEY_ID), "{block}");
        stage.expect_no_change();
    }
}

fn a_role_that_is_not_named_is_warned_of_in_the_plan_and_not_assumed(cli: &Cli) {
    for block in [
        "assume_role {\n role_arn = \"\"\n }",
        "assume_role {\n role_arn = null\n session_name = \"test\"\n }",
        "assume_role {}",
    ] {
        let stage = Stage::new(cli, &[AWS]);
        stage.configure(&aws(block));
        let planned = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
        assert!(
            planned.stdout.contains("Warning: No role is assumed"),
            "{block}: {planned}"
        );
        stage.workspace.apply().unwrap();
        assert_eq!(stage.calls(), ["CreateApiKey"], "{block}");
    }
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(&aws(&format!(
        "assume_role {{\n role_arn = \"{AWS_ROLE_ARN}\"\n }}\n assume_role {{\n role_arn = \"\"\n }}"
    )));
    let said = stage.refused_plan();
    assert!(
        said.contains("`assume_role` in the provider block has no `role_arn`"),
        "{said}"
    );
}

fn endpoints_of_services_that_are_never_called_have_no_effect_and_ones_own_goes_over_fips(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let url = stage.sandbox.url(Cloud::Aws);
    let services = [
        "apigateway",
        "cloudformation",
        "cloudwatch",
        "dynamodb",
        "es",
        "firehose",
        "iam",
        "kinesis",
        "lambda",
        "route53",
        "redshift",
        "s3",
        "secretsmanager",
        "ses",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
        "sts",
    ];
    let endpoints: String = services
        .iter()
        .map(|service| format!("    {service} = \"{url}\"\n"))
        .collect();
    stage.apply(&aws(&format!(
        "  endpoints {{\n{endpoints}    s3api = \"none\"\n  }}\n"
    )));
    assert_eq!(stage.calls(), ["CreateApiKey"]);

    let role = format!("assume_role {{\n role_arn = \"{AWS_ROLE_ARN}\"\n }}");
    for (block, variables) in [
        ("use_fips_endpoint = true", vec![]),
        ("", vec![("AWS_USE_FIPS_ENDPOINT", "true")]),
    ] {
        let mut stage = Stage::new(cli, &[AWS]);
        stage.workspace = stage.workspace.environment(variables);
        stage.apply(&aws(&format!("{block}\n{role}")));
        assert_eq!(stage.calls(), ["AssumeRole", "CreateApiKey"], "{block}");
    }
}

fn files_that_nobody_needs_stop_nobody(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&aws("shared_config_files = [\"gone\"]"));

    let mut stage = Stage::new(cli, &[SCALEWAY]);
    stage.workspace.write("scaleway.yaml", "profiles:\n").unwrap();
    let file = stage.workspace.folder().join("scaleway.yaml");
    stage.workspace = stage.workspace.environment([("SCW_CONFIG_PATH", file)]);
    stage.apply(&scaleway::key(""));
}

fn a_profile_of_scaleway_may_merge_another_map(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    let config = format!(
        "defaults: &defaults\n  access_key: {SCW_ACCESS_KEY}\n  secret_key: {SCW_SECRET_KEY}\nprofiles:\n  work:\n    <<: *defaults\n"
    );
    stage.workspace.write("scaleway.yaml", &config).unwrap();
    let file = stage.workspace.folder().join("scaleway.yaml");
    for variable in ["SCW_ACCESS_KEY", "SCW_SECRET_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    stage.workspace = stage.workspace.environment([("SCW_CONFIG_PATH", file)]);
    stage.apply(&format!(
        "{}provider \"scaleway\" {{\n  profile = \"work\"\n}}\n",
        scaleway::key("")
    ));
}

fn empty_variables_of_scaleway_count_as_with_the_vendors_sdk(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    let empty = [
        "SCW_PROFILE",
        "SCW_CONFIG_PATH",
        "SCW_TOKEN",
        "SCALEWAY_TOKEN",
        "SCALEWAY_ACCESS_KEY",
        "SCW_INSECURE",
    ];
    stage.workspace = stage.workspace.environment(empty.map(|variable| (variable, "")));
    stage.apply(&scaleway::key(""));
    stage.workspace = stage.workspace.environment([("SCW_ACCESS_KEY", "")]);
    let said = stage.refused_plan();
    assert!(
        said.contains("the environment variable SCW_ACCESS_KEY is set, but empty"),
        "{said}"
    );
}

fn a_profile_of_tencent_cloud_goes_over_the_environment_where_the_pair_is_written_and_empty(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    let file = format!("{{\"secretId\": \"{TENCENTCLOUD_SECRET_ID}\", \"secretKey\": \"{TENCENTCLOUD_SECRET_KEY}\"}}");
    stage.workspace.write("work.credential", &file).unwrap();
    let folder = stage.workspace.folder();
    stage.workspace = stage.workspace.environment([
        ("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", folder.as_os_str()),
        ("TENCENTCLOUD_SECRET_ID", "wrong".as_ref()),
        ("TENCENTCLOUD_SECRET_KEY", "wrong".as_ref()),
    ]);
    let block = "provider \"tencentcloud\" {\n  profile = \"work\"\n  secret_id = \"\"\n  secret_key = \"\"\n  domain = \"\"\n  region = \"\"\n  \
                 protocol = \"\"\n  allowed_account_ids = []\n}\n";
    let output = stage.apply(&format!("{}{block}", tencentcloud::key(r#"secret_name = "test""#)));
    assert!(!output.stdout.contains("is not used"), "{output}");
    assert_eq!(maker(&stage.sandbox).as_deref(), Some(TENCENTCLOUD_SECRET_ID));
}

fn a_key_that_is_the_credentials_of_another_alias_is_replaced_in_one_run_without_a_refresh(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    for variable in ["SCW_ACCESS_KEY", "SCW_SECRET_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    let configuration = |expires: &str| {
        format!(
            r#"terraform {{
  required_providers {{
    scaleway = {{ source = "scaleway/scaleway" }}
  }}
}}
provider "scaleway" {{
  access_key = "{SCW_ACCESS_KEY}"
  secret_key = "{SCW_SECRET_KEY}"
}}
resource "scaleway_iam_api_key" "one" {{
  application_id = "{APPLICATION}"
  expires_at     = "{expires}"
}}
provider "scaleway" {{
  alias      = "by_one"
  access_key = scaleway_iam_api_key.one.access_key
  secret_key = scaleway_iam_api_key.one.secret_key
}}
resource "scaleway_iam_api_key" "other" {{
  provider       = scaleway.by_one
  application_id = "{APPLICATION}"
}}
"#
        )
    };
    stage.apply(&configuration("2999-01-01T00:00:00Z"));
    stage.configure(&configuration("2999-02-01T00:00:00Z"));
    let said = stage.refused_plan();
    assert!(said.contains("-target") && said.contains("-refresh=false"), "{said}");
    let output = stage
        .workspace
        .run(&["apply", "-auto-approve", "-refresh=false"])
        .unwrap();
    output.success().unwrap();
    stage.expect_no_change();
}

//! What is wrong with a provider block or the environment, and known without asking: told in the plan, and not by the apply.

use cli::Cli;
use sandbox::credentials::{AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_SECRET_ACCESS_KEY};
use support::harness::{Test, cli_tests};

use super::aws::key;
use super::inputs::aws;
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    what_is_wrong_without_asking_is_an_error_of_the_plan,
    a_configuration_that_is_of_no_use_stops_only_keys_of_its_own_cloud,
    without_credentials_a_plan_works_and_the_error_begins_with_what_to_do,
    conflicts_and_durations_of_tencent_cloud_are_errors_of_the_plan,
    #[cfg(unix)]
    a_variable_that_is_not_utf_8_is_named_wherever_it_would_count,
    a_region_of_any_name_is_taken_where_regions_are_not_to_be_checked,
];

fn what_is_wrong_without_asking_is_an_error_of_the_plan(cli: &Cli) {
    let role = |more: &str| format!("assume_role {{\n role_arn = \"{AWS_ROLE_ARN}\"\n {more}\n }}");
    let web = |more: &str| format!("assume_role_with_web_identity {{\n role_arn = \"{AWS_ROLE_ARN}\"\n {more}\n }}");
    let rows = [
        (
            "profile = \"gone\"".to_owned(),
            "AWS cannot be used",
            "the profile \"gone\" (`profile` of the provider block) does not exist",
        ),
        (
            "use_dualstack_endpoint = true".to_owned(),
            "AWS cannot be used",
            "a custom endpoint cannot be combined with the dual-stack endpoint",
        ),
        (
            "access_key = \"id\"".to_owned(),
            "AWS cannot be used",
            "the provider block has `access_key` or `token`, but no `secret_key`",
        ),
        ("token = \"t\"".to_owned(), "AWS cannot be used", "but no `access_key`"),
        (
            "allowed_account_ids = [\"1\"]\n forbidden_account_ids = [\"2\"]".to_owned(),
            "AWS cannot be used",
            "`allowed_account_ids` and `forbidden_account_ids` conflict with each other",
        ),
        (
            "custom_ca_bundle = \"gone\"".to_owned(),
            "AWS cannot be used",
            "the CA certificates of `custom_ca_bundle`",
        ),
        (
            web("web_identity_token_file = \"gone\""),
            "AWS cannot be used",
            "the web identity token file gone cannot be used",
        ),
        (
            web(""),
            "AWS cannot be used",
            "takes either `web_identity_token` or `web_identity_token_file`",
        ),
        (
            "skip_metadata_api_check = \"maybe\"".to_owned(),
            "Invalid skip_metadata_api_check",
            "must be \"true\" or \"false\"",
        ),
        (
            "ec2_metadata_service_endpoint_mode = \"IPv5\"".to_owned(),
            "Invalid ec2_metadata_service_endpoint_mode",
            "must be",
        ),
        (
            "assume_role {\n role_arn = \"admin\"\n }".to_owned(),
            "Invalid role_arn",
            "must be an ARN",
        ),
        (
            "assume_role_with_web_identity {\n role_arn = \"arn:aws:iam::1:role/x\"\n }".to_owned(),
            "Invalid role_arn",
            "not 12 digits",
        ),
        (role("policy = \"{\""), "Invalid policy", "must be JSON"),
        (role("policy_arns = [\"x\"]"), "Invalid policy_arns", "must be an ARN"),
        (
            role("session_name = \"x\""),
            "Invalid session_name",
            "must have 2 to 64 characters",
        ),
        (
            role("source_identity = \"x\""),
            "Invalid source_identity",
            "must have 2 to 64 characters",
        ),
        (role("duration = \"1m\""), "Invalid duration", "must be a duration"),
    ];
    for (block, heading, said) in rows {
        let stage = Stage::new(cli, &[AWS]);
        stage.configure(&aws(&block));
        let told = stage.refused_plan();
        assert!(told.contains(heading) && told.contains(said), "{block}: {told}");
        assert_eq!(stage.calls(), [""; 0], "{block}");
    }
}

fn a_configuration_that_is_of_no_use_stops_only_keys_of_its_own_cloud(cli: &Cli) {
    let mut stage = Stage::new(cli, &[APIKEYS]);
    stage.workspace = stage.workspace.environment([("AWS_PROFILE", "gone")]);
    let required = "terraform {\n  required_providers {\n    apikeys = { source = \"apikeys/apikeys\" }\n  }\n}\n";
    let ours = |key: String| key.replacen("\" {\n", "\" {\n  provider = apikeys\n", 1);
    let of_scaleway = "resource \"scaleway_iam_api_key\" \"test\" {\n  application_id = \"a0000000-0000-4000-8000-000000000001\"\n}\n";
    let used = format!("{required}{}", ours(of_scaleway.to_owned()));
    stage.apply(&used);
    stage.configure(&format!("{used}{}", ours(key("name = \"test\""))));
    let said = stage.refused_plan();
    assert!(said.contains("AWS cannot be used"), "{said}");
    assert!(
        said.contains("the profile \"gone\" (AWS_PROFILE) does not exist"),
        "{said}"
    );
}

fn without_credentials_a_plan_works_and_the_error_begins_with_what_to_do(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    // Nobody answers there.
    stage.workspace = stage
        .workspace
        .environment([("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]);
    stage.configure(&aws(""));
    stage.workspace.plan().unwrap();
    let said = stage.refused_apply();
    let begins = "Error: Cannot create aws_api_gateway_api_key";
    let error = said.split_once(begins).map_or(said.as_str(), |(_, error)| error);
    let place = |words: &str| error.find(words).unwrap_or_else(|| panic!("{words}: {said}"));
    assert!(
        place("no AWS credentials: set `access_key` and `secret_key`") < place("instance metadata service was tried: "),
        "{said}"
    );
    assert_eq!(stage.calls(), [""; 0]);
}

fn conflicts_and_durations_of_tencent_cloud_are_errors_of_the_plan(cli: &Cli) {
    let saml = "assume_role_with_saml {\n saml_assertion = \"a\"\n principal_arn = \"p\"\n role_arn = \"r\"\n session_name = \"s\"\n }";
    let web =
        "assume_role_with_web_identity {\n web_identity_token = \"t\"\n role_arn = \"r\"\n session_name = \"s\"\n }";
    let rows = [
        (format!("{saml}\n{web}"), "cannot be set together with \"assume_role_with_web_identity\""),
        (
            "allowed_account_ids = [\"1\"]\n forbidden_account_ids = [\"2\"]".to_owned(),
            "`allowed_account_ids` and `forbidden_account_ids` conflict with each other",
        ),
        (
            "assume_role {\n role_arn = \"\"\n session_name = \"\"\n }".to_owned(),
            "`assume_role.role_arn` is needed",
        ),
        (
            "assume_role {\n role_arn = \"r\"\n session_name = \"s\"\n session_duration = 50000\n }".to_owned(),
            "must be a whole number of seconds from 0 to 43200",
        ),
        (
            "assume_role_with_web_identity {\n web_identity_token_file = \"gone\"\n role_arn = \"r\"\n session_name = \"s\"\n }".to_owned(),
            "the file gone cannot be used: it cannot be read",
        ),
        ("profile = \"gone\"\n secret_id = \"\"".to_owned(), "`profile` of the provider block is \"gone\", but no file has such a profile"),
    ];
    for (block, said) in rows {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
        let block = format!("provider \"tencentcloud\" {{\n{block}\n}}\n");
        stage.configure(&format!("{}{block}", tencentcloud::key(r#"secret_name = "test""#)));
        let told = stage.refused_plan();
        assert!(told.contains(said), "{block}: {told}");
        assert_eq!(stage.calls(), [""; 0], "{block}");
    }
}

#[cfg(unix)]
fn a_variable_that_is_not_utf_8_is_named_wherever_it_would_count(cli: &Cli) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let bad = OsStr::from_bytes(b"\xff");
    let rows = [
        (SCALEWAY, scaleway::key(""), "SCW_ACCESS_KEY"),
        (SCALEWAY, scaleway::key(""), "SCW_PROFILE"),
        (SCALEWAY, scaleway::key(""), "https_proxy"),
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            "TENCENTCLOUD_SECRET_KEY",
        ),
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            "TENCENTCLOUD_REGION",
        ),
        (TENCENTCLOUD, tencentcloud::key(r#"secret_name = "test""#), "NO_PROXY"),
        (AWS, key(r#"name = "test""#), "AWS_SECRET_ACCESS_KEY"),
        (AWS, key(r#"name = "test""#), "AWS_SESSION_TOKEN"),
        (AWS, key(r#"name = "test""#), "AWS_PROFILE"),
        (AWS, key(r#"name = "test""#), "AWS_REGION"),
        (AWS, key(r#"name = "test""#), "AWS_CA_BUNDLE"),
        (AWS, key(r#"name = "test""#), "HTTP_PROXY"),
        (AWS, key(r#"name = "test""#), "TF_AWS_DEFAULT_TAGS_team"),
    ];
    for (provider, configuration, variable) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        stage.workspace = stage.workspace.environment([(variable, bad)]);
        stage.configure(&configuration);
        let said = stage.refused_plan();
        let expected = format!("the environment variable {variable} is not UTF-8");
        assert!(said.contains(&expected), "{variable}: {said}");
        assert_eq!(stage.calls(), [""; 0], "{variable}");
    }
    // Where it does not count, it stops nobody.
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = stage
        .workspace
        .environment([("AWS_REGION", bad), ("AWS_SECRET_ACCESS_KEY", bad)]);
    let pair = format!("access_key = \"{AWS_ACCESS_KEY_ID}\"\n secret_key = \"{AWS_SECRET_ACCESS_KEY}\"");
    stage.apply(&aws(&format!("{pair}\n region = \"us-east-1\"")));
}

fn a_region_of_any_name_is_taken_where_regions_are_not_to_be_checked(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(&aws("region = \"mars\""));
    let said = stage.refused_plan();
    assert!(
        said.contains("must be a region such as \"us-east-1\", but is \"mars\""),
        "{said}"
    );
    stage.apply(&aws("region = \"mars\"\n skip_region_validation = true"));
    stage.configure(&aws("region = \"mars.example.com/\"\n skip_region_validation = true"));
    let said = stage.refused_plan();
    assert!(
        said.contains("must be lower-case letters, digits and hyphens"),
        "{said}"
    );
}

//! Who calls AWS: every way to credentials, through a whole run.

use std::fs;

use cli::Cli;
use sandbox::credentials::{
    AWS_ACCESS_KEY_ID, AWS_ACCOUNT_ID, AWS_CONTAINER_PATH, AWS_CONTAINER_TOKEN, AWS_EXTERNAL_ID, AWS_ROLE_ARN,
    AWS_SECOND_ROLE_ARN, AWS_SECRET_ACCESS_KEY, AWS_SSO_CLIENT_ID, AWS_SSO_CLIENT_SECRET, AWS_SSO_REFRESH_TOKEN,
    AWS_SSO_ROLE, AWS_SSO_TOKEN, AWS_WEB_IDENTITY_TOKEN,
};
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Test, cli_tests};

use super::aws::key;
use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    every_way_to_credentials_leads_to_a_key,
    the_environments_web_identity_is_one_that_needs_no_block,
    a_token_of_single_sign_on_that_has_ended_is_renewed_and_kept,
    the_region_is_the_profiles_else_the_instances,
    the_endpoint_is_the_profiles_unless_the_environment_says_that_none_counts,
    credentials_that_have_ended_are_renewed_once_and_the_call_goes_on,
    a_way_that_leads_nowhere_stops_with_its_own_reason_and_nothing_is_made,
    where_nobody_is_anybody_the_instance_is_asked_last_and_said_to_have_been,
];

const START_URL: &str = "https://sandbox.awsapps.com/start";

/// A stage whose environment has the long-lived keys, a home with shared files, and a file with a token.
fn stage(cli: &Cli) -> Stage {
    let mut stage = Stage::new(cli, &[AWS]);
    let home = stage.workspace.folder();
    stage.workspace.write("token", AWS_WEB_IDENTITY_TOKEN).unwrap();
    let cache = home.join(".aws/sso/cache");
    fs::create_dir_all(&cache).unwrap();
    fs::write(home.join(".aws/config"), config(&stage)).unwrap();
    // Tokens are kept under the SHA-1 of the session's name, or in the older form of the portal's URL.
    let current = sso_token("2999-01-01T00:00:00Z");
    fs::write(cache.join(format!("{SESSION_FILE}.json")), &current).unwrap();
    fs::write(cache.join(format!("{START_URL_FILE}.json")), &current).unwrap();
    stage.workspace = stage.workspace.environment([("HOME", home)]);
    stage
}

/// The same without keys in the environment.
fn without_keys(cli: &Cli) -> Stage {
    let mut stage = stage(cli);
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    stage
}

/// SHA-1 of `sandbox`.
const SESSION_FILE: &str = "9ed037b84943c4caa3a520e48a5540181c46c98c";
/// SHA-1 of the portal's URL.
const START_URL_FILE: &str = "e009d2e714015aae0f6dc0696568e5d668596a14";

fn config(stage: &Stage) -> String {
    let token = stage.workspace.folder().join("token");
    let pair = format!("aws_access_key_id = {AWS_ACCESS_KEY_ID}\naws_secret_access_key = {AWS_SECRET_ACCESS_KEY}\n");
    let sign_on = format!("sso_account_id = {AWS_ACCOUNT_ID}\nsso_role_name = {AWS_SSO_ROLE}\n");
    let portal = format!("sso_start_url = {START_URL}\nsso_region = us-east-1\n");
    let json = format!(
        r#"{{\"Version\": 1, \"AccessKeyId\": \"{AWS_ACCESS_KEY_ID}\", \"SecretAccessKey\": \"{AWS_SECRET_ACCESS_KEY}\"}}"#
    );
    let role = format!("role_arn = {AWS_ROLE_ARN}\n");
    [
        format!("[profile keys]\n{pair}region = eu-west-2\n"),
        format!(
            "[profile role]\n{role}source_profile = keys\nexternal_id = {AWS_EXTERNAL_ID}\nduration_seconds = 900\n"
        ),
        format!("[profile chain]\nrole_arn = {AWS_SECOND_ROLE_ARN}\nsource_profile = role\n"),
        format!("[profile of-environment]\n{role}credential_source = Environment\n"),
        format!("[profile of-instance]\nrole_arn = {AWS_SECOND_ROLE_ARN}\ncredential_source = Ec2InstanceMetadata\n"),
        format!("[profile of-container]\nrole_arn = {AWS_SECOND_ROLE_ARN}\ncredential_source = EcsContainer\n"),
        format!("[profile web]\n{role}web_identity_token_file = {}\n", token.display()),
        format!("[profile process]\ncredential_process = echo \"{json}\"\n"),
        "[profile broken-process]\ncredential_process = echo no way >&2; exit 3\n".to_owned(),
        format!("[profile sso]\nsso_session = sandbox\n{sign_on}"),
        format!("[sso-session sandbox]\n{portal}"),
        format!("[profile sso-old]\n{portal}{sign_on}"),
        format!("[profile sso-out]\nsso_session = elsewhere\n{sign_on}"),
        format!("[sso-session elsewhere]\n{portal}"),
    ]
    .concat()
}

fn sso_token(ends: &str) -> String {
    format!(
        r#"{{"accessToken": "{AWS_SSO_TOKEN}", "expiresAt": "{ends}", "startUrl": "{START_URL}", "region": "us-east-1",
            "clientId": "{AWS_SSO_CLIENT_ID}", "clientSecret": "{AWS_SSO_CLIENT_SECRET}",
            "refreshToken": "{AWS_SSO_REFRESH_TOKEN}", "registrationExpiresAt": "2999-01-01T00:00:00Z"}}"#
    )
}

fn configuration(block: &str) -> String {
    format!("{}\nprovider \"aws\" {{\n{block}\n}}\n", key(r#"name = "test""#))
}

fn role(arn: &str, more: &str) -> String {
    format!("  assume_role {{\n    role_arn = \"{arn}\"\n{more}  }}\n")
}

/// A stage within a container.
fn in_container(cli: &Cli) -> Stage {
    let mut stage = without_keys(cli);
    let url = stage.sandbox.url(Cloud::Aws);
    stage.workspace = stage.workspace.environment([
        (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            format!("{url}{AWS_CONTAINER_PATH}"),
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", AWS_CONTAINER_TOKEN.to_owned()),
    ]);
    stage
}

fn every_way_to_credentials_leads_to_a_key(cli: &Cli) {
    let profile = |name: &str| format!("  profile = \"{name}\"\n");
    let every_part = format!(
        "    duration = \"15m\"\n    external_id = \"{AWS_EXTERNAL_ID}\"\n    policy = \"{{}}\"\n    session_name = \"test\"\n    \
         policy_arns = [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]\n    source_identity = \"me\"\n    tags = {{ team = \"keys\" }}\n    \
         transitive_tag_keys = [\"team\"]\n"
    );
    let web = |token: &str| {
        format!(
            "  assume_role_with_web_identity {{\n    role_arn = \"{AWS_ROLE_ARN}\"\n    session_name = \"test\"\n    {token}\n  }}\n"
        )
    };
    let web_file = web("web_identity_token_file = \"token\"");
    let web_token = web(&format!("web_identity_token = \"{AWS_WEB_IDENTITY_TOKEN}\""));
    let chained = role(AWS_ROLE_ARN, &every_part) + &role(AWS_SECOND_ROLE_ARN, "");
    let web_then_role = web_token.clone() + &role(AWS_SECOND_ROLE_ARN, "");
    let accounts = format!("  allowed_account_ids = [\"{AWS_ACCOUNT_ID}\"]\n");
    let by_web: &[&str] = &["AssumeRoleWithWebIdentity"];
    let instance: &[&str] = &["InstanceToken", "InstanceRole", "InstanceCredentials"];
    let by_instance = [instance, &["AssumeRole"]].concat();
    #[rustfmt::skip]
    let rows: Vec<(Stage, String, &[&str])> = vec![
        (without_keys(cli), profile("keys"), &[]),
        (without_keys(cli), profile("role"), &["AssumeRole"]),
        (without_keys(cli), profile("chain"), &["AssumeRole", "AssumeRole"]),
        (stage(cli), profile("of-environment"), &["AssumeRole"]),
        (stage(cli), profile("web"), by_web),
        (without_keys(cli), profile("process"), &[]),
        (without_keys(cli), profile("sso"), &["GetRoleCredentials"]),
        (without_keys(cli), profile("sso-old"), &["GetRoleCredentials"]),
        (without_keys(cli), profile("of-instance"), &by_instance),
        (in_container(cli), profile("of-container"), &["ContainerCredentials", "AssumeRole"]),
        (in_container(cli), String::new(), &["ContainerCredentials"]),
        (without_keys(cli), String::new(), instance),
        (stage(cli), role(AWS_ROLE_ARN, ""), &["AssumeRole"]),
        (stage(cli), chained, &["AssumeRole", "AssumeRole"]),
        (without_keys(cli), web_file, by_web),
        (without_keys(cli), web_token, by_web),
        (without_keys(cli), web_then_role, &["AssumeRoleWithWebIdentity", "AssumeRole"]),
        (stage(cli), accounts, &["GetCallerIdentity"]),
    ];
    for (mut stage, block, calls) in rows {
        let url = stage.sandbox.url(Cloud::Aws);
        stage.workspace = stage
            .workspace
            .environment([("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()), ("TF_LOG", "TRACE")]);
        stage.configure(&configuration(&format!(
            "{block}  endpoints {{\n    sso = \"{url}\"\n  }}\n"
        )));
        let applied = stage
            .workspace
            .run(&["apply", "-auto-approve"])
            .unwrap()
            .success()
            .unwrap();
        // Nothing for the plan.
        let expected = [calls, &["CreateApiKey"]].concat();
        assert_eq!(stage.calls(), expected, "{block}");
        stage.expect_no_change();
        for secret in [
            AWS_SECRET_ACCESS_KEY,
            AWS_SSO_TOKEN,
            AWS_SSO_REFRESH_TOKEN,
            AWS_CONTAINER_TOKEN,
            "sandbox-session-",
        ] {
            assert!(!applied.stderr.contains(secret), "{block}: {secret}");
        }
    }
}

fn the_environments_web_identity_is_one_that_needs_no_block(cli: &Cli) {
    let mut stage = without_keys(cli);
    let token = stage.workspace.folder().join("token");
    stage.workspace = stage.workspace.environment([
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_os_str()),
        ("AWS_ROLE_ARN", AWS_ROLE_ARN.as_ref()),
        ("TF_LOG", "INFO".as_ref()),
    ]);
    let output = stage.apply(&configuration(""));
    let line = format!(
        "credentials from AWS_WEB_IDENTITY_TOKEN_FILE, then the role {AWS_ROLE_ARN}, region us-east-1 (AWS_REGION), endpoint {} \
         (AWS_ENDPOINT_URL_API_GATEWAY)",
        stage.sandbox.url(Cloud::Aws)
    );
    assert!(output.stderr.contains(&line), "{output}");
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

fn a_token_of_single_sign_on_that_has_ended_is_renewed_and_kept(cli: &Cli) {
    let mut stage = without_keys(cli);
    let file = stage
        .workspace
        .folder()
        .join(format!(".aws/sso/cache/{SESSION_FILE}.json"));
    fs::write(&file, sso_token("2020-01-01T00:00:00Z")).unwrap();
    let url = stage.sandbox.url(Cloud::Aws);
    stage.workspace = stage.workspace.environment([
        ("AWS_ENDPOINT_URL_SSO", url.as_str()),
        ("AWS_ENDPOINT_URL_SSO_OIDC", url.as_str()),
    ]);
    stage.apply(&configuration("  profile = \"sso\""));
    assert_eq!(stage.calls(), ["CreateToken", "GetRoleCredentials", "CreateApiKey"]);
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("sandbox-sso-") && !kept.contains("2020-01-01"), "{kept}");
}

fn the_region_is_the_profiles_else_the_instances(cli: &Cli) {
    let mut stage = without_keys(cli);
    let url = stage.sandbox.url(Cloud::Aws);
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        stage.workspace = stage.workspace.without(variable);
    }
    stage.workspace = stage
        .workspace
        .environment([("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)]);
    stage.apply(&configuration("  profile = \"keys\""));
    assert_eq!(stage.attributes(KEY)["region"], "eu-west-2");
    stage.workspace.destroy().unwrap();
    stage.configure(&configuration(""));
    assert_eq!(stage.planned(KEY)["after_unknown"]["region"], true);
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY)["region"], "eu-west-3");
    stage.expect_no_change();
}

fn the_endpoint_is_the_profiles_unless_the_environment_says_that_none_counts(cli: &Cli) {
    let mut stage = without_keys(cli);
    let url = stage.sandbox.url(Cloud::Aws);
    stage.workspace = stage.workspace.without("AWS_ENDPOINT_URL_API_GATEWAY");
    let config = format!(
        "[default]\naws_access_key_id = {AWS_ACCESS_KEY_ID}\naws_secret_access_key = {AWS_SECRET_ACCESS_KEY}\nservices = local\n\
         [services local]\napi_gateway =\n  endpoint_url = {url}\n"
    );
    stage.workspace.write("config", &config).unwrap();
    stage.apply(&configuration("  shared_config_files = [\"config\"]"));
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
    // With a proxy that nobody is, AWS's own endpoint cannot be reached by mistake.
    stage.workspace = stage.workspace.environment([
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ]);
    stage.configure(&configuration(
        "  shared_config_files = [\"config\"]\n  max_retries = 1",
    ));
    let said = stage.refused_plan();
    assert!(said.contains("apigateway.us-east-1.amazonaws.com"), "{said}");
}

fn credentials_that_have_ended_are_renewed_once_and_the_call_goes_on(cli: &Cli) {
    let stage = stage(cli);
    stage.configure(&configuration(&role(AWS_ROLE_ARN, "")));
    stage.workspace.run(&["plan", "-out=plan"]).unwrap().success().unwrap();
    stage.calls();
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("CreateApiKey".to_owned()),
        kind: FaultKind::Error {
            code: "ExpiredTokenException".to_owned(),
        },
        times: 1,
    });
    stage.workspace.run(&["apply", "plan"]).unwrap().success().unwrap();
    assert_eq!(
        stage.calls(),
        ["AssumeRole", "CreateApiKey", "AssumeRole", "CreateApiKey"]
    );
}

fn a_way_that_leads_nowhere_stops_with_its_own_reason_and_nothing_is_made(cli: &Cli) {
    let profile = |name: &str| format!("  profile = \"{name}\"\n");
    let wrong_id = role(AWS_ROLE_ARN, "    external_id = \"wrong\"\n");
    let nobody = role("arn:aws:iam::123456789012:role/nobody", "");
    let wrong_policy = role(AWS_ROLE_ARN, "    policy = \"{\"\n");
    let wrong_tags = role(AWS_ROLE_ARN, "    transitive_tag_keys = [\"team\"]\n");
    let wrong_token = format!(
        "  assume_role_with_web_identity {{\n    role_arn = \"{AWS_ROLE_ARN}\"\n    web_identity_token = \"wrong\"\n  }}\n"
    );
    let no_file = format!(
        "  assume_role_with_web_identity {{\n    role_arn = \"{AWS_ROLE_ARN}\"\n    web_identity_token_file = \"none\"\n  }}\n"
    );
    let others = "  allowed_account_ids = [\"1\"]\n".to_owned();
    let forbidden = format!("  forbidden_account_ids = [\"{AWS_ACCOUNT_ID}\"]\n");
    #[rustfmt::skip]
    let rows: Vec<(String, &[&str])> = vec![
        (profile("none"), &["the profile \"none\" (`profile` of the provider block) does not exist in "]),
        (profile("broken-process"), &["credential_process: no AWS credentials: ", "no way", UNCHANGED]),
        (profile("sso-out"), &["single sign-on: no AWS credentials: ", "Sign in with `aws sso login`."]),
        (wrong_id, &["AssumeRole: AccessDenied: User is not authorized", "(request id ", UNCHANGED,
                    "The call was made with: credentials from AWS_ACCESS_KEY_ID, then the role "]),
        (nobody, &["AssumeRole: AccessDenied: ", "role/nobody"]),
        (wrong_policy, &["\"policy\" must be JSON"]),
        (wrong_tags, &["AssumeRole: ValidationError: "]),
        (wrong_token, &["AssumeRoleWithWebIdentity: InvalidIdentityToken: "]),
        (no_file, &["the web identity token file none cannot be used: it cannot be read"]),
        (others, &["the credentials belong to the account 123456789012, which the provider block does not allow"]),
        (forbidden, &["the credentials belong to the account 123456789012"]),
    ];
    for (block, said) in rows {
        let stage = stage(cli);
        stage.configure(&configuration(&block));
        let told = stage.refused_apply();
        for words in said {
            assert!(told.contains(words), "{block}: {told}");
        }
        assert_eq!(stage.sandbox.aws().keys(), [], "{block}");
    }
}

fn where_nobody_is_anybody_the_instance_is_asked_last_and_said_to_have_been(cli: &Cli) {
    let mut stage = without_keys(cli);
    stage.workspace = stage
        .workspace
        .environment([("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]);
    stage.configure(&configuration(""));
    let said = stage.refused_apply();
    let advice = "no AWS credentials: set `access_key` and `secret_key` or `profile` in the provider block";
    assert!(said.contains(advice), "{said}");
    assert!(said.contains("so the instance metadata service was tried: "), "{said}");
    stage.workspace = stage.workspace.environment([("AWS_EC2_METADATA_DISABLED", "true")]);
    let said = stage.refused_apply();
    assert!(
        said.contains("no AWS credentials: neither the provider block nor the environment has any"),
        "{said}"
    );
}

const KEY: &str = "aws_api_gateway_api_key.test";
const UNCHANGED: &str = "No other credentials were tried.";

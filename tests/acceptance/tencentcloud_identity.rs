//! Who calls Tencent Cloud: every way to temporary credentials, through a whole run.

use cli::Cli;
use sandbox::credentials::{
    TENCENTCLOUD_ACCOUNT_ID, TENCENTCLOUD_CAM_ROLE_NAME, TENCENTCLOUD_ROLE_ARN, TENCENTCLOUD_SAML_ASSERTION,
    TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_SERIAL_NUMBER, TENCENTCLOUD_TEMPORARY_SECRET_KEY,
    TENCENTCLOUD_TOKEN_CODE, TENCENTCLOUD_WEB_IDENTITY_TOKEN,
};
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Test, cli_tests};

use super::stage::{Stage, TENCENTCLOUD};
use super::tencentcloud::{KEY, key};

pub(crate) const TESTS: &[Test] = cli_tests![
    every_way_to_temporary_credentials_leads_to_a_key,
    a_profile_of_the_command_line_says_who_and_where,
    credentials_that_have_ended_are_renewed_once_and_the_call_goes_on,
    credentials_are_replaced_when_they_end_within_five_minutes_and_kept_before,
    a_role_that_is_gone_is_an_error_and_the_state_stays,
    only_an_account_that_is_allowed_is_worked_in,
    a_role_of_an_instance_that_is_none_is_told_soon,
];

const PAIR: [&str; 2] = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"];

/// A stage on which nobody is anybody yet.
fn stage(cli: &Cli) -> Stage {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    for variable in PAIR {
        stage.workspace = stage.workspace.without(variable);
    }
    stage
}

/// A stage with the long-lived pair.
fn with_pair(cli: &Cli) -> Stage {
    Stage::new(cli, &[TENCENTCLOUD])
}

fn configuration(block: &str) -> String {
    format!(
        "{}\nprovider \"tencentcloud\" {{\n{block}\n}}\n",
        key(r#"secret_name = "test""#)
    )
}

fn role(more: &str) -> String {
    format!("  assume_role {{\n    role_arn = \"{TENCENTCLOUD_ROLE_ARN}\"\n    session_name = \"test\"\n{more}  }}")
}

const SECONDS: &str = "    session_duration = 7200\n";

fn every_way_to_temporary_credentials_leads_to_a_key(cli: &Cli) {
    let of_role = format!("role_arn = \"{TENCENTCLOUD_ROLE_ARN}\"\n    session_name = \"test\"\n{SECONDS}");
    let policy = "    policy = \"{}\"\n    external_id = \"abc\"\n    source_identity = \"me\"\n";
    let device =
        format!("serial_number = \"{TENCENTCLOUD_SERIAL_NUMBER}\"\n    token_code = \"{TENCENTCLOUD_TOKEN_CODE}\"\n");
    let saml = format!(
        "  assume_role_with_saml {{\n    saml_assertion = \"{TENCENTCLOUD_SAML_ASSERTION}\"\n    principal_arn = \"p\"\n    {of_role}  }}"
    );
    let web = format!(
        "  assume_role_with_web_identity {{\n    web_identity_token = \"{TENCENTCLOUD_WEB_IDENTITY_TOKEN}\"\n    {of_role}  }}"
    );
    let web_file =
        format!("  assume_role_with_web_identity {{\n    web_identity_token_file = \"token.json\"\n    {of_role}  }}");
    let mfa = format!("  mfa_certification {{\n    {device}  }}");
    let instance = format!("  cam_role_name = \"{TENCENTCLOUD_CAM_ROLE_NAME}\"");
    let role_by_device = role(&format!("{SECONDS}    {device}"));
    let role_by_instance = format!("{instance}\n{}", role(SECONDS));
    let pod = "  enable_pod_oidc = true".to_owned();
    #[rustfmt::skip]
    let rows: Vec<(Stage, String, &[&str])> = vec![
        (with_pair(cli), role(SECONDS), &["AssumeRole"]),
        (with_pair(cli), role(&format!("{SECONDS}{policy}")), &["AssumeRole"]),
        (with_pair(cli), role_by_device, &["AssumeRole"]),
        (with_pair(cli), mfa.clone(), &["GetSessionToken"]),
        (with_pair(cli), format!("{}\n{mfa}", role(SECONDS)), &["AssumeRole", "GetSessionToken"]),
        (stage(cli), saml, &["AssumeRoleWithSAML"]),
        (stage(cli), web, &["AssumeRoleWithWebIdentity"]),
        (stage(cli), web_file, &["AssumeRoleWithWebIdentity"]),
        (stage(cli), pod, &["AssumeRoleWithWebIdentity"]),
        (stage(cli), instance, &["InstanceMetadata"]),
        (stage(cli), role_by_instance, &["InstanceMetadata", "AssumeRole"]),
    ];
    for (mut stage, block, calls) in rows {
        let token = format!("{{\"web_identity_token\": \"{TENCENTCLOUD_WEB_IDENTITY_TOKEN}\"}}");
        stage.workspace.write("token.json", &token).unwrap();
        stage.workspace.write("token", TENCENTCLOUD_WEB_IDENTITY_TOKEN).unwrap();
        let token_file = stage.workspace.folder().join("token");
        let variables = [
            // Nobody but an instance reaches its metadata; here it is reached as if through a proxy.
            ("HTTP_PROXY", stage.sandbox.url(Cloud::Tencentcloud)),
            ("TKE_REGION", "ap-tokyo".to_owned()),
            ("TKE_PROVIDER_ID", "OIDC".to_owned()),
            ("TKE_ROLE_ARN", TENCENTCLOUD_ROLE_ARN.to_owned()),
            ("TKE_WEB_IDENTITY_TOKEN_FILE", token_file.to_string_lossy().into_owned()),
            ("TF_LOG", "TRACE".to_owned()),
        ];
        stage.workspace = stage.workspace.environment(variables);
        stage.configure(&configuration(&block));
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
            TENCENTCLOUD_TEMPORARY_SECRET_KEY,
            TENCENTCLOUD_SECRET_KEY,
            "sandbox-token-",
        ] {
            assert!(!applied.stderr.contains(secret), "{block}: {secret}");
        }
        assert!(!applied.stdout.contains("sandbox-token-"), "{block}");
    }
}

fn a_profile_of_the_command_line_says_who_and_where(cli: &Cli) {
    let mut stage = stage(cli);
    let file = format!("{{\"secretId\": \"{TENCENTCLOUD_SECRET_ID}\", \"secretKey\": \"{TENCENTCLOUD_SECRET_KEY}\"}}");
    stage.workspace.write("work.credential", &file).unwrap();
    let region = r#"{"_sys_param": {"region": "ap-tokyo"}}"#;
    stage.workspace.write("work.configure", region).unwrap();
    let folder = stage.workspace.folder();
    stage.workspace = stage.workspace.without("TENCENTCLOUD_REGION").environment([
        ("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", folder.as_os_str()),
        ("TF_LOG", "INFO".as_ref()),
    ]);
    let output = stage.apply(&configuration("  profile = \"work\""));
    let line = format!(
        "credentials from `secretId` in {}, region ap-tokyo (`region` in {}), endpoint {}/ (TENCENTCLOUD_DOMAIN)",
        folder.join("work.credential").display(),
        folder.join("work.configure").display(),
        stage.sandbox.url(Cloud::Tencentcloud)
    );
    assert!(output.stderr.contains(&line), "{output}");
    let keys = stage.sandbox.tencentcloud().keys();
    assert_eq!(
        keys.iter().map(|key| key.region.as_str()).collect::<Vec<_>>(),
        ["ap-tokyo"]
    );
}

fn credentials_that_have_ended_are_renewed_once_and_the_call_goes_on(cli: &Cli) {
    let stage = with_pair(cli);
    stage.configure(&configuration(&role(SECONDS)));
    stage.workspace.run(&["plan", "-out=plan"]).unwrap().success().unwrap();
    stage.calls();
    stage.sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some("CreateApiKey".to_owned()),
        kind: FaultKind::Error {
            code: "AuthFailure.TokenFailure".to_owned(),
        },
        times: 1,
    });
    stage.workspace.run(&["apply", "plan"]).unwrap().success().unwrap();
    assert_eq!(
        stage.calls(),
        ["AssumeRole", "CreateApiKey", "AssumeRole", "CreateApiKey"]
    );
    assert_eq!(stage.sandbox.tencentcloud().keys().len(), 1);
}

fn credentials_are_replaced_when_they_end_within_five_minutes_and_kept_before(cli: &Cli) {
    // Two keys, one after the other.
    for (seconds, roles) in [(299, 2), (7200, 1)] {
        let stage = with_pair(cli);
        let another = "resource \"tencentcloud_api_gateway_api_key\" \"another\" {\n  secret_name = \"another\"\n  \
                       depends_on = [tencentcloud_api_gateway_api_key.test]\n}\n";
        let role = role(&format!("    session_duration = {seconds}\n"));
        stage.configure(&format!("{}{another}", configuration(&role)));
        stage.workspace.run(&["plan", "-out=plan"]).unwrap().success().unwrap();
        stage.calls();
        stage.workspace.run(&["apply", "plan"]).unwrap().success().unwrap();
        let calls = stage.calls();
        assert_eq!(
            calls.iter().filter(|call| *call == "AssumeRole").count(),
            roles,
            "{calls:?}"
        );
    }
}

fn a_role_that_is_gone_is_an_error_and_the_state_stays(cli: &Cli) {
    let stage = with_pair(cli);
    stage.apply(&configuration(""));
    let gone = role(SECONDS).replace("roleName/sandbox", "roleName/gone");
    stage.configure(&configuration(&gone));
    let said = stage.refused_plan();
    assert!(said.contains("AssumeRole: ResourceNotFound.RoleNotFound: "), "{said}");
    assert!(said.contains("No other credentials were tried."), "{said}");
    assert_eq!(stage.attributes(KEY)["secret_name"], "test");
}

fn only_an_account_that_is_allowed_is_worked_in(cli: &Cli) {
    let stage = with_pair(cli);
    stage.apply(&configuration(&format!(
        "  allowed_account_ids = [\"{TENCENTCLOUD_ACCOUNT_ID}\"]"
    )));
    assert_eq!(stage.calls(), ["GetCallerIdentity", "CreateApiKey"]);
    let expected = format!(
        "the credentials belong to the account {TENCENTCLOUD_ACCOUNT_ID}, which the provider block does not allow"
    );
    for block in [
        r#"  allowed_account_ids = ["2"]"#.to_owned(),
        format!("  forbidden_account_ids = [\"{TENCENTCLOUD_ACCOUNT_ID}\"]"),
    ] {
        stage.configure(&configuration(&block));
        let said = stage.refused_plan();
        assert!(said.contains(&expected), "{said}");
        assert_eq!(stage.calls(), ["GetCallerIdentity"]);
    }
}

fn a_role_of_an_instance_that_is_none_is_told_soon(cli: &Cli) {
    let mut stage = stage(cli);
    stage.workspace = stage
        .workspace
        .environment([("HTTP_PROXY", stage.sandbox.url(Cloud::Tencentcloud))]);
    stage.configure(&configuration("  cam_role_name = \"another\""));
    let said = stage.refused_apply();
    let expected = "instance metadata service: the response lacks the role \"another\" (status 404) No other credentials were tried.";
    assert!(said.contains(expected), "{said}");
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

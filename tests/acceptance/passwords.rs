//! What the CLI writes at its most talkative holds no password of a URL, and nothing of a command for credentials.

use cli::Cli;
use support::harness::{Test, cli_tests};

use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_password_in_a_url_is_refused_and_not_repeated,
    a_password_of_a_proxy_or_a_container_is_not_written,
    #[cfg(unix)]
    neither_a_command_nor_what_it_prints_is_written,
];

const PASSWORD: &str = "hunter2-in-a-url";

/// Validates, plans and applies with everything traced, expects an error with these words, and the password nowhere.
fn expect_refused(stage: &Stage, said: &str) {
    for command in [&["validate"][..], &["plan"], &["apply", "-auto-approve"]] {
        let output = stage.workspace.run(command).unwrap();
        for text in [&output.stdout, &output.stderr] {
            let found = text.lines().find(|line| line.contains(PASSWORD));
            assert_eq!(found, None, "{}", output.command);
        }
        if command[0] == "apply" {
            let told = refusal(output);
            assert!(told.contains(said), "{said}: {told}");
        }
    }
}

fn aws_key(block: &str) -> String {
    format!(
        "resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n}}\nprovider \"aws\" {{\n  {block}\n}}\n"
    )
}

fn a_password_in_a_url_is_refused_and_not_repeated(cli: &Cli) {
    const USER: &str = "is a URL with a user name or password, which is not supported";
    let url = format!("https://user:{PASSWORD}@127.0.0.1:1");
    let aws = |block: &str| aws_key(&block.replace("URL", &url));
    let of_scaleway = |block: &str| {
        let key = scaleway::key("");
        format!("{key}\nprovider \"scaleway\" {{\n  {block}\n}}\n")
    };
    let of_tencentcloud = |block: &str| {
        let key = tencentcloud::key(r#"secret_name = "test""#);
        format!("{key}\nprovider \"tencentcloud\" {{\n  {block}\n}}\n")
    };
    let domain = "and the domain \"…@127.0.0.1:1\"";
    let protocol = "of the protocol \"…@127.0.0.1:1\"";
    let argument = |name: &str| format!("{name} = \"{url}\"");
    #[rustfmt::skip]
    let rows = [
        (AWS, aws("endpoints { apigateway = \"URL\" }"), None, USER),
        (AWS, aws("endpoints { sts = \"URL\" }"), None, USER),
        (AWS, aws("endpoints { sso = \"URL\" }"), None, USER),
        (AWS, aws("ec2_metadata_service_endpoint = \"URL\""), None, USER),
        (AWS, aws(""), Some("AWS_ENDPOINT_URL_API_GATEWAY"), USER),
        (AWS, aws(""), Some("AWS_ENDPOINT_URL_STS"), USER),
        (AWS, aws(""), Some("AWS_EC2_METADATA_SERVICE_ENDPOINT"), USER),
        (SCALEWAY, of_scaleway(&argument("api_url")), None, USER),
        (SCALEWAY, of_scaleway(""), Some("SCW_API_URL"), USER),
        (TENCENTCLOUD, of_tencentcloud(&argument("domain")), None, domain),
        (TENCENTCLOUD, of_tencentcloud(""), Some("TENCENTCLOUD_DOMAIN"), domain),
        (TENCENTCLOUD, of_tencentcloud(""), Some("TENCENTCLOUD_PROTOCOL"), protocol),
    ];
    for (provider, configuration, variable, said) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        stage.workspace = stage
            .workspace
            .without("SCW_API_URL")
            .without("TENCENTCLOUD_DOMAIN")
            .environment([("TF_LOG", "TRACE")])
            .environment(variable.map(|variable| (variable, url.as_str())));
        stage.configure(&configuration);
        expect_refused(&stage, said);
    }
}

fn a_password_of_a_proxy_or_a_container_is_not_written(cli: &Cli) {
    let url = format!("http://user:{PASSWORD}@127.0.0.1:1");
    let broken = format!("user:{PASSWORD}@[");
    let disallowed = format!("http://user:{PASSWORD}@192.0.2.1/credentials");
    let container = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let endpoint = "endpoints { apigateway = \"http://api.invalid\" }";
    let unreachable = "no connection to api.invalid";
    let with_proxy = format!("http_proxy = \"{url}\"\n  {endpoint}");
    let rows = [
        (with_proxy.as_str(), None, unreachable),
        (endpoint, Some(("HTTP_PROXY", &url)), unreachable),
        (
            endpoint,
            Some(("HTTP_PROXY", &broken)),
            "the URL of the proxy for http is invalid",
        ),
        ("", Some((container, &disallowed)), container),
    ];
    for (block, variable, said) in rows {
        let mut stage = Stage::new(cli, &[AWS]);
        if said == container {
            for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                stage.workspace = stage.workspace.without(variable);
            }
        }
        stage.workspace = stage.workspace.environment([("TF_LOG", "TRACE")]).environment(variable);
        stage.configure(&aws_key(block));
        expect_refused(&stage, said);
    }
}

#[cfg(unix)]
fn neither_a_command_nor_what_it_prints_is_written(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    let config = stage.workspace.folder().join("config");
    stage.workspace = stage
        .workspace
        .environment([("AWS_CONFIG_FILE", config.as_os_str()), ("TF_LOG", "TRACE".as_ref())]);
    stage.configure(&aws_key(""));
    let json = format!(r#"{{\"Version\": 1, \"AccessKeyId\": [\"{PASSWORD}\"]}}"#);
    for (command, said) in [
        (format!("echo {PASSWORD}"), "printed unexpected output"),
        (format!("echo {PASSWORD}; exit 1"), "failed (exit status: 1)"),
        (format!("echo \"{json}\""), "printed unexpected output"),
    ] {
        std::fs::write(&config, format!("[default]\ncredential_process = {command}\n")).unwrap();
        expect_refused(&stage, said);
    }
}

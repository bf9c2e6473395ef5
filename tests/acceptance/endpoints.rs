//! Where calls go: nowhere, somewhere with another time, through a proxy, or where nobody listens.

use chrono::TimeDelta;
use cli::Cli;
use sandbox::{Cloud, Options, Sandbox};
use support::harness::{Test, cli_tests};

use super::json_server::JsonServer;
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::tencentcloud_2017::in_2017;
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_wrong_clock_is_made_good_with_the_services_own_time,
    a_wrong_clock_is_made_good_for_all_keys_that_are_made_at_once,
    an_endpoint_that_nobody_listens_on_is_told_with_its_address,
    an_endpoint_that_is_none_is_told_before_any_call,
    aws_is_reached_through_the_proxy_that_the_block_names,
    a_proxy_that_is_in_the_way_is_told_with_its_address_and_without_its_password,
    a_mistake_in_the_provider_block_is_told_at_its_argument,
];

fn a_wrong_clock_is_made_good_with_the_services_own_time(cli: &Cli) {
    for offset in [TimeDelta::hours(1), -TimeDelta::hours(1)] {
        let options = Options {
            clock_offset: offset,
            ..Options::default()
        };
        let stage = Stage::with(cli, &[TENCENTCLOUD], options);
        stage.apply(&tencentcloud::key(r#"secret_name = "test""#));
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.tencentcloud().keys(), []);
    }
}

fn a_wrong_clock_is_made_good_for_all_keys_that_are_made_at_once(cli: &Cli) {
    let count = "count = 10";
    let rows = [
        (
            AWS,
            format!(
                "resource \"aws_api_gateway_api_key\" \"test\" {{\n  {count}\n  name = \"k${{count.index}}\"\n}}\n"
            ),
        ),
        (
            TENCENTCLOUD,
            tencentcloud::key(&format!("{count}\n  secret_name = \"k${{count.index}}\"")),
        ),
        (
            TENCENTCLOUD,
            in_2017(&tencentcloud::key(&format!(
                "{count}\n  secret_name = \"k${{count.index}}\""
            ))),
        ),
    ];
    for (provider, configuration) in rows {
        for offset in [TimeDelta::minutes(10), -TimeDelta::minutes(10)] {
            let options = Options {
                clock_offset: offset,
                ..Options::default()
            };
            let stage = Stage::with(cli, &[provider], options);
            stage.apply(&configuration);
            stage.expect_no_change();
            let (aws, tencentcloud) = (stage.sandbox.aws().keys(), stage.sandbox.tencentcloud().keys());
            assert_eq!(aws.len() + tencentcloud.len(), 10, "{offset}");
        }
    }
}

fn an_endpoint_that_nobody_listens_on_is_told_with_its_address(cli: &Cli) {
    // Closed, it keeps its ports from being given to anybody else.
    let deserted = Sandbox::start(Options::default()).unwrap();
    deserted.close(Cloud::Aws).unwrap();
    let url = deserted.url(Cloud::Aws);
    let address = url.trim_start_matches("http://");
    let rows = [
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            ("TENCENTCLOUD_DOMAIN", address),
        ),
        (SCALEWAY, scaleway::key(""), ("SCW_API_URL", url.as_str())),
    ];
    for (provider, configuration, variable) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        stage.workspace = stage.workspace.environment([variable]);
        stage.configure(&configuration);
        let said = stage.refused_apply();
        assert!(said.contains(address), "{said}");
        assert!(
            said.contains("Check the endpoint, the region and the network. Nothing was changed."),
            "{said}"
        );
    }
}

fn an_endpoint_that_is_none_is_told_before_any_call(cli: &Cli) {
    let no_url = "SCW_API_URL is not a URL that begins with http:// or https:// No other credentials were tried.";
    let no_domain = "no endpoint can be made of the protocol \"HTTP\" and the domain \"a/b?c\" Set `protocol` \
                     (TENCENTCLOUD_PROTOCOL) to HTTPS or HTTP, and `domain` (TENCENTCLOUD_DOMAIN) to a domain.";
    let rows = [
        (SCALEWAY, scaleway::key(""), ("SCW_API_URL", "api.scaleway.com"), no_url),
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            ("TENCENTCLOUD_DOMAIN", "a/b?c"),
            no_domain,
        ),
    ];
    for (provider, configuration, variable, expected) in rows {
        let mut stage = Stage::new(cli, &[provider]);
        stage.workspace = stage.workspace.environment([variable]);
        stage.configure(&configuration);
        let said = stage.refused_apply();
        assert!(said.contains(expected), "{said}");
    }
}

fn aws_is_reached_through_the_proxy_that_the_block_names(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = stage
        .workspace
        .without("AWS_ENDPOINT_URL_API_GATEWAY")
        .without("AWS_ENDPOINT_URL");
    let proxy = stage.sandbox.url(Cloud::Aws);
    stage.apply(&format!(
        r#"
        provider "aws" {{
          http_proxy = "{proxy}"
          endpoints {{ apigateway = "http://api.invalid" }}
        }}
        resource "aws_api_gateway_api_key" "test" {{ name = "test" }}"#
    ));
    assert_eq!(stage.calls(), ["CreateApiKey"]);
}

fn a_proxy_that_is_in_the_way_is_told_with_its_address_and_without_its_password(cli: &Cli) {
    // Closed, it keeps its port from being given to anybody else.
    let deserted = Sandbox::start(Options::default()).unwrap();
    deserted.close(Cloud::Aws).unwrap();
    let closed = deserted.url(Cloud::Aws).replace("http://", "");
    let refusing = JsonServer::with_status("403 Forbidden", |_| String::new());
    let refusing_address = refusing.authority();
    let rows = [
        (&closed, format!("the proxy {closed} cannot be reached: ")),
        (
            &refusing_address,
            format!(
                "the proxy {refusing_address} refused to connect: it responded to CONNECT with status 403 Forbidden"
            ),
        ),
    ];
    for (proxy, expected) in rows {
        let url = format!("http://user:hunter2@{proxy}");
        let block =
            "provider \"aws\" {\n  https_proxy = var.proxy\n  endpoints { apigateway = \"https://api.test\" }\n}\n\
             variable \"proxy\" {}\nresource \"aws_api_gateway_api_key\" \"test\" { name = \"test\" }\n"
                .to_owned();
        let of_block = (AWS, block, vec![("TF_VAR_proxy", url.clone())]);
        let of_environment = (
            SCALEWAY,
            scaleway::key(""),
            vec![("SCW_API_URL", "https://api.test".to_owned()), ("HTTPS_PROXY", url)],
        );
        for (provider, configuration, variables) in [of_block, of_environment] {
            let mut stage = Stage::new(cli, &[provider]);
            stage.workspace = stage.workspace.environment(variables);
            stage.configure(&configuration);
            let said = stage.refused_apply();
            assert!(said.contains("no connection to api.test"), "{said}");
            assert!(said.contains(&expected), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

fn a_mistake_in_the_provider_block_is_told_at_its_argument(cli: &Cli) {
    let rows = [
        (
            TENCENTCLOUD,
            tencentcloud::key(r#"secret_name = "test""#),
            r#"protocol = "FTP""#,
            r#""protocol" must be "HTTPS" or "HTTP", but is "FTP"."#,
        ),
        (
            SCALEWAY,
            scaleway::key(""),
            r#"secret_key = "not-a-uuid""#,
            r#""secret_key" must be a UUID"#,
        ),
        (
            SCALEWAY,
            scaleway::key(""),
            r#"project_id = "default""#,
            r#""project_id" must be a UUID"#,
        ),
        (
            SCALEWAY,
            scaleway::key(""),
            r#"api_url = "api.scaleway.com""#,
            r#""api_url" must be a URL that begins with http:// or https://"#,
        ),
    ];
    for (provider, configuration, argument, expected) in rows {
        let stage = Stage::new(cli, &[provider]);
        let block = format!("provider \"{}\" {{\n  {argument}\n}}\n", provider.name);
        stage.configure(&format!("{configuration}{block}"));
        let said = stage.refused_plan();
        assert!(said.contains(expected), "{said}");
        // The line it points at is shown.
        assert!(said.contains(&format!(": {argument}")), "{said}");
        assert_eq!(stage.calls(), [""; 0]);
    }
}

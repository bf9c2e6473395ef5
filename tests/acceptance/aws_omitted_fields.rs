//! An endpoint whose answers leave out whatever they can, as some stand-ins for AWS do.
//!
//! Its one key has the value that was asked for, as the vendor's keys do.

use cli::Cli;
use serde_json::Value;
use support::harness::{Test, cli_tests};

use super::json_server::JsonServer;
use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![answers_without_dates_texts_and_tags_are_taken];

const KEY: &str = "aws_api_gateway_api_key.test";

fn answers_without_dates_texts_and_tags_are_taken(cli: &Cli) {
    for rest in [
        "",
        r#","createdDate":null,"lastUpdatedDate":null,"customerId":null,"tags":null,"stageKeys":null"#,
        r#","customerId":"","tags":{},"stageKeys":[],"surprise":{"a":[1]}"#,
    ] {
        let stage = Stage::new(cli, &[AWS]);
        let key = format!(
            r#"{{"id":"abcde12345","value":"@","name":"test","description":"Managed by Terraform","enabled":true{rest}}}"#
        );
        let server = serve(key);
        let endpoint = format!("http://{}", server.authority());
        let configuration = format!(
            "provider \"aws\" {{\n  endpoints {{\n    apigateway = \"{endpoint}\"\n  }}\n}}\n\n\
             resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n}}\n"
        );
        stage.apply(&configuration);
        let state = stage.attributes(KEY);
        assert_eq!(state["id"], "abcde12345");
        assert_eq!(state["value"].as_str().map(str::len), Some(40));
        assert_eq!(state["created_date"], Value::Null);
        assert_eq!(state["customer_id"], "");
        assert_eq!(state["tags"], Value::Null);
        stage.expect_no_change();
        stage.expect_import(&configuration, KEY, "abcde12345", &[]);
        stage.workspace.destroy().unwrap();
    }
}

/// Serves the same key to whoever asks. The `@` in it stands for the value that was asked for last.
fn serve(key: String) -> JsonServer {
    let mut value = String::new();
    JsonServer::start(move |request| {
        if let Ok(asked) = serde_json::from_slice::<Value>(&request.body) {
            value = asked["value"].as_str().unwrap_or_default().to_owned();
        }
        key.replace('@', &value)
    })
}

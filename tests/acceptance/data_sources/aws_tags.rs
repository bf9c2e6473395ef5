//! Tags that `aws_api_gateway_api_key` and `aws_api_gateway_api_keys` read.

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use crate::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    own_tags_are_read,
    null_and_no_tags_are_read_as_none,
    default_tags_are_read,
    an_ignored_default_tag_is_not_read,
    an_ignored_own_tag_is_not_read,
    tags_that_a_configuration_sets_have_no_effect,
];

const DEFAULTS: &str = "default_tags { tags = { p1 = \"v1\" } }";

fn own_tags_are_read(cli: &Cli) {
    expect(
        cli,
        "",
        r#"tags = { key1 = "value1", key2 = "value2" }"#,
        json!({"key1": "value1", "key2": "value2"}),
    );
}

fn null_and_no_tags_are_read_as_none(cli: &Cli) {
    for tags in ["tags = { key1 = null }", "tags = {}", ""] {
        expect(cli, "", tags, json!({}));
    }
}

fn default_tags_are_read(cli: &Cli) {
    expect(
        cli,
        DEFAULTS,
        r#"tags = { r1 = "w1" }"#,
        json!({"p1": "v1", "r1": "w1"}),
    );
}

fn an_ignored_default_tag_is_not_read(cli: &Cli) {
    let provider = format!("{DEFAULTS}\n ignore_tags {{ keys = [\"p1\"] }}");
    expect(cli, &provider, r#"tags = { r1 = "w1" }"#, json!({"r1": "w1"}));
}

fn an_ignored_own_tag_is_not_read(cli: &Cli) {
    expect(
        cli,
        "ignore_tags { key_prefixes = [\"r\"] }",
        r#"tags = { r1 = "w1" }"#,
        json!({}),
    );
}

fn tags_that_a_configuration_sets_have_no_effect(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&configuration("", r#"tags = { r1 = "w1" }"#).replace("# more", r#"tags = { other = "x" }"#));
    assert_eq!(
        stage.attributes("aws_api_gateway_api_key.read")["tags"],
        json!({"r1": "w1"})
    );
    stage.expect_no_change();
}

fn configuration(provider: &str, resource: &str) -> String {
    format!(
        r#"
provider "aws" {{
  {provider}
}}
resource "aws_api_gateway_api_key" "made" {{
  name = "test"
  {resource}
}}
data "aws_api_gateway_api_key" "read" {{
  id = aws_api_gateway_api_key.made.id
  # more
}}
data "aws_api_gateway_api_keys" "all" {{
  depends_on = [aws_api_gateway_api_key.made]
}}
"#
    )
}

/// Makes a key with these tags, and expects those to be read.
fn expect(cli: &Cli, provider: &str, resource: &str, tags: Value) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&configuration(provider, resource));
    assert_eq!(stage.attributes("aws_api_gateway_api_key.read")["tags"], tags);
    assert_eq!(
        stage.attributes("aws_api_gateway_api_keys.all")["items"][0]["tags"],
        tags
    );
    stage.expect_no_change();
}

//! Tags that `ignore_tags` leaves to others.

use cli::Cli;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::{KEY, Step, expect};
use crate::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_ignored_default_tag_is_neither_sent_nor_shown,
    an_ignored_own_tag_is_not_sent_and_no_permanent_change,
    tags_set_outside_are_removed_unless_ignored_or_the_services_own,
];

fn an_ignored_default_tag_is_neither_sent_nor_shown(cli: &Cli) {
    let step = |action, provider| {
        Step::with_provider(
            action,
            provider,
            r#"tags = { r1 = "w1" }"#,
            json!({"r1": "w1"}),
            json!({"r1": "w1"}),
        )
    };
    expect(
        cli,
        &[
            step(
                "create",
                "default_tags { tags = { p1 = \"v1\" } }\n  ignore_tags { keys = [\"p1\"] }",
            ),
            step(
                "no-op",
                "default_tags { tags = { p1 = \"v1updated\" } }\n  ignore_tags { keys = [\"p1\"] }",
            ),
            step(
                "no-op",
                "default_tags { tags = { p1 = \"v1again\" } }\n  ignore_tags { key_prefixes = [\"p\"] }",
            ),
        ],
    );
}

fn an_ignored_own_tag_is_not_sent_and_no_permanent_change(cli: &Cli) {
    expect(
        cli,
        &[
            Step::with_provider(
                "create",
                r#"ignore_tags { keys = ["r1"] }"#,
                r#"tags = { r1 = "w1", r2 = "w2" }"#,
                json!({"r1": "w1", "r2": "w2"}),
                json!({"r2": "w2"}),
            ),
            Step::with_provider(
                "update",
                r#"ignore_tags { keys = ["r1"] }"#,
                r#"tags = { r1 = "w1updated", r2 = "w2" }"#,
                json!({"r1": "w1updated", "r2": "w2"}),
                json!({"r2": "w2"}),
            ),
            // What was ignored so far is sent as soon as it no longer is.
            Step::own(
                "update",
                r#"tags = { r1 = "w1updated", r2 = "w2" }"#,
                json!({"r1": "w1updated", "r2": "w2"}),
            ),
            // And what is there stays there once it is.
            Step::with_provider(
                "update",
                r#"ignore_tags { key_prefixes = ["r1"] }"#,
                r#"tags = { r2 = "w2" }"#,
                json!({"r2": "w2"}),
                json!({"r2": "w2"}),
            )
            .remote(json!({"r1": "w1updated", "r2": "w2"})),
        ],
    );
}

fn tags_set_outside_are_removed_unless_ignored_or_the_services_own(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let configuration = r#"
        provider "aws" {
          ignore_tags {
            keys         = ["owner"]
            key_prefixes = ["cost:"]
          }
        }
        resource "aws_api_gateway_api_key" "test" {
          name = "test"
          tags = { a = "1" }
        }"#;
    stage.apply(configuration);
    let id = stage.attributes(KEY)["id"].as_str().unwrap().to_owned();
    let foreign = ["aws:cloudformation:stack-id", "cost:center", "owner"];
    let others = |key: &mut sandbox::aws::Key| {
        let tags = foreign.map(|tag| (tag.to_owned(), "theirs".to_owned()));
        key.tags.extend(tags);
    };
    stage.sandbox.aws().update(&id, others);
    stage.expect_no_change();
    stage.sandbox.aws().update(&id, |key| {
        key.tags.insert("drift".to_owned(), "1".to_owned());
    });
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetApiKey", "UntagResource", "GetApiKey"]);
    let tags = stage.sandbox.aws().key(&id).unwrap().tags;
    assert_eq!(
        json!(tags),
        json!({"a": "1", "aws:cloudformation:stack-id": "theirs", "cost:center": "theirs", "owner": "theirs"})
    );
    stage.expect_no_change();
}

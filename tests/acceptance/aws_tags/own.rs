//! Tags of a key alone.

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::{KEY, Step, expect};
use crate::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    tags_are_added_changed_and_removed,
    a_null_tag_is_as_good_as_none,
    no_tags_and_the_empty_map_are_the_same,
    tags_are_added_to_a_key_without,
    an_empty_tag_value_is_a_value_on_create,
    a_tag_with_an_empty_value_is_added_and_removed,
    a_tag_value_is_emptied,
    only_the_tags_that_changed_are_sent,
    tags_all_can_be_set_to_what_follows_and_to_nothing_else,
];

fn tags_are_added_changed_and_removed(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", r#"tags = { key1 = "value1" }"#, json!({"key1": "value1"})),
            Step::own(
                "update",
                r#"tags = { key1 = "value1updated", key2 = "value2" }"#,
                json!({"key1": "value1updated", "key2": "value2"}),
            ),
            Step::own("update", r#"tags = { key2 = "value2" }"#, json!({"key2": "value2"})),
            Step::own("update", "", Value::Null),
        ],
    );
}

fn a_null_tag_is_as_good_as_none(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", "tags = { key1 = null }", json!({"key1": null})),
            Step::own("no-op", "", json!({"key1": null})),
        ],
    );
}

fn no_tags_and_the_empty_map_are_the_same(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", "tags = {}", json!({})),
            Step::own("no-op", "", json!({})),
        ],
    );
}

fn tags_are_added_to_a_key_without(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", "", Value::Null),
            Step::own("update", r#"tags = { key1 = "value1" }"#, json!({"key1": "value1"})),
        ],
    );
}

fn an_empty_tag_value_is_a_value_on_create(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", r#"tags = { key1 = "" }"#, json!({"key1": ""})),
            Step::own("update", "", Value::Null),
        ],
    );
}

fn a_tag_with_an_empty_value_is_added_and_removed(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", r#"tags = { key1 = "value1" }"#, json!({"key1": "value1"})),
            Step::own(
                "update",
                r#"tags = { key1 = "value1", key2 = "" }"#,
                json!({"key1": "value1", "key2": ""}),
            ),
            Step::own("update", r#"tags = { key1 = "value1" }"#, json!({"key1": "value1"})),
        ],
    );
}

fn a_tag_value_is_emptied(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", r#"tags = { key1 = "value1" }"#, json!({"key1": "value1"})),
            Step::own("update", r#"tags = { key1 = "" }"#, json!({"key1": ""})),
        ],
    );
}

fn only_the_tags_that_changed_are_sent(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let tagged = |name: &str, tags: &str| {
        format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"{name}\"\n  tags = {{ {tags} }}\n}}\n")
    };
    stage.apply(&tagged("one", r#"kept = "1", changed = "1", "to be removed" = "1""#));
    let id = stage.attributes(KEY)["id"].as_str().unwrap().to_owned();
    stage.sandbox.aws().update(&id, |key| {
        key.tags.remove("kept");
    });
    stage.configure(&tagged("two", r#"kept = "1", changed = "2", "added/1" = "x y""#));
    stage.calls();
    let arguments = ["apply", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), ["UntagResource", "TagResource", "UpdateApiKey"]);
    let tags = stage.sandbox.aws().key(&id).unwrap().tags;
    assert_eq!(json!(tags), json!({"changed": "2", "added/1": "x y"}));
}

fn tags_all_can_be_set_to_what_follows_and_to_nothing_else(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = |tags_all: &str| {
        format!(
            "provider \"aws\" {{\n  default_tags {{\n    tags = {{ Team = \"x\" }}\n  }}\n}}\n\
             resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  tags = {{ Stage = \"y\" }}\n  \
             tags_all = {tags_all}\n}}\n"
        )
    };
    let follows = json!({"Stage": "y", "Team": "x"});
    stage.apply(&key(r#"{ Stage = "y", Team = "x" }"#));
    assert_eq!(stage.attributes(KEY)["tags_all"], follows);
    stage.expect_no_change();
    for same in [r#"{ Stage = "y", Team = "x", None = null }"#, "null"] {
        stage.configure(&key(same));
        stage.expect_no_change();
    }
    stage.calls();
    for other in [
        "{}",
        r#"{ Stage = "y" }"#,
        r#"{ Stage = "y", Team = "z" }"#,
        r#"{ Stage = "y", Team = "x", a = "b" }"#,
    ] {
        stage.configure(&key(other));
        let refusal = stage.refused_plan();
        let said = r#""tags_all" can only be what follows from tags and default_tags, { "Stage" = "y", "Team" = "x" }, and need not be set."#;
        assert!(refusal.contains(said), "{refusal}");
        assert!(refusal.contains(": tags_all = "), "{refusal}");
    }
    assert_eq!(stage.attributes(KEY)["tags_all"], follows);
}

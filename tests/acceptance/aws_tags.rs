//! Tags of an AWS key: its own, the provider's defaults, ignored, null, empty and computed ones.
//!
//! Counterparts of the official provider's tag tests. Where those plan an unknown `tags_all`, ours is known.

use serde_json::{Value, json};

use super::support::{AWS, Stage};

const KEY: &str = "aws_api_gateway_api_key.test";

/// One configuration, and what planning and applying it has to give.
struct Step {
    /// What stands in the provider block.
    provider: &'static str,
    /// What stands in the resource besides its name.
    resource: &'static str,
    action: &'static str,
    tags: Value,
    /// Planned as well as applied.
    tags_all: Value,
    /// The tags the service has.
    remote: Value,
}

impl Step {
    /// A step without anything in the provider block, where the service has exactly `tags_all`.
    fn own(action: &'static str, resource: &'static str, tags: Value, tags_all: Value) -> Self {
        Self::with_provider(action, "", resource, tags, tags_all)
    }

    fn with_provider(
        action: &'static str,
        provider: &'static str,
        resource: &'static str,
        tags: Value,
        tags_all: Value,
    ) -> Self {
        Self {
            provider,
            resource,
            action,
            tags,
            remote: tags_all.clone(),
            tags_all,
        }
    }

    /// The service has other tags than `tags_all`.
    fn remote(self, remote: Value) -> Self {
        Self { remote, ..self }
    }
}

/// Runs through the steps on one key, imports it at the end and destroys it.
fn expect(steps: &[Step]) {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    let mut configuration = String::new();
    for (number, step) in steps.iter().enumerate() {
        configuration = format!(
            "provider \"aws\" {{\n  {}\n}}\n\nresource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {}\n}}\n",
            step.provider, step.resource
        );
        stage.configure(&configuration);
        let planned = stage.planned(KEY);
        assert_eq!(planned["actions"], json!([step.action]), "step {number}");
        assert_eq!(planned["after"]["tags_all"], step.tags_all, "planned in step {number}");
        stage
            .workspace
            .run(&["apply", "saved.tfplan"])
            .unwrap()
            .success()
            .unwrap();
        let state = stage.attributes(KEY);
        assert_eq!(state["tags"], step.tags, "step {number}");
        assert_eq!(state["tags_all"], step.tags_all, "step {number}");
        assert_eq!(json!(stage.sandbox.aws().keys()[0].tags), step.remote, "step {number}");
    }
    stage.expect_no_change();
    let id = stage.attributes(KEY)["id"].as_str().unwrap().to_owned();
    // Of tags that both the provider and the resource spell out, an import cannot tell whose they are.
    stage.expect_import(&configuration, KEY, &id, &["tags"]);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

#[test]
fn tags_are_added_changed_and_removed() {
    expect(&[
        Step::own(
            "create",
            r#"tags = { key1 = "value1" }"#,
            json!({"key1": "value1"}),
            json!({"key1": "value1"}),
        ),
        Step::own(
            "update",
            r#"tags = { key1 = "value1updated", key2 = "value2" }"#,
            json!({"key1": "value1updated", "key2": "value2"}),
            json!({"key1": "value1updated", "key2": "value2"}),
        ),
        Step::own(
            "update",
            r#"tags = { key2 = "value2" }"#,
            json!({"key2": "value2"}),
            json!({"key2": "value2"}),
        ),
        Step::own("update", "", Value::Null, json!({})),
    ]);
}

#[test]
fn a_null_tag_is_as_good_as_none() {
    expect(&[
        Step::own("create", "tags = { key1 = null }", json!({"key1": null}), json!({})),
        Step::own("no-op", "", json!({"key1": null}), json!({})),
    ]);
}

#[test]
fn no_tags_and_the_empty_map_are_the_same() {
    expect(&[
        Step::own("create", "tags = {}", json!({}), json!({})),
        Step::own("no-op", "", json!({}), json!({})),
    ]);
}

#[test]
fn tags_are_added_to_a_key_without() {
    expect(&[
        Step::own("create", "", Value::Null, json!({})),
        Step::own(
            "update",
            r#"tags = { key1 = "value1" }"#,
            json!({"key1": "value1"}),
            json!({"key1": "value1"}),
        ),
    ]);
}

#[test]
fn an_empty_tag_value_is_a_value_on_create() {
    expect(&[
        Step::own(
            "create",
            r#"tags = { key1 = "" }"#,
            json!({"key1": ""}),
            json!({"key1": ""}),
        ),
        Step::own("update", "", Value::Null, json!({})),
    ]);
}

#[test]
fn a_tag_with_an_empty_value_is_added_and_removed() {
    expect(&[
        Step::own(
            "create",
            r#"tags = { key1 = "value1" }"#,
            json!({"key1": "value1"}),
            json!({"key1": "value1"}),
        ),
        Step::own(
            "update",
            r#"tags = { key1 = "value1", key2 = "" }"#,
            json!({"key1": "value1", "key2": ""}),
            json!({"key1": "value1", "key2": ""}),
        ),
        Step::own(
            "update",
            r#"tags = { key1 = "value1" }"#,
            json!({"key1": "value1"}),
            json!({"key1": "value1"}),
        ),
    ]);
}

#[test]
fn a_tag_value_is_emptied() {
    expect(&[
        Step::own(
            "create",
            r#"tags = { key1 = "value1" }"#,
            json!({"key1": "value1"}),
            json!({"key1": "value1"}),
        ),
        Step::own(
            "update",
            r#"tags = { key1 = "" }"#,
            json!({"key1": ""}),
            json!({"key1": ""}),
        ),
    ]);
}

#[test]
fn default_tags_alone_come_and_go() {
    let step = |action, provider, tags_all| Step::with_provider(action, provider, "", Value::Null, tags_all);
    expect(&[
        step(
            "create",
            r#"default_tags { tags = { p1 = "v1" } }"#,
            json!({"p1": "v1"}),
        ),
        step(
            "update",
            r#"default_tags { tags = { p1 = "v1", p2 = "v2" } }"#,
            json!({"p1": "v1", "p2": "v2"}),
        ),
        step(
            "update",
            r#"default_tags { tags = { p2 = "v2" } }"#,
            json!({"p2": "v2"}),
        ),
        step("update", "", json!({})),
    ]);
}

#[test]
fn default_tags_and_own_tags_stand_side_by_side() {
    expect(&[
        Step::with_provider(
            "create",
            r#"default_tags { tags = { p1 = "v1" } }"#,
            r#"tags = { r1 = "w1" }"#,
            json!({"r1": "w1"}),
            json!({"p1": "v1", "r1": "w1"}),
        ),
        Step::with_provider(
            "update",
            r#"default_tags { tags = { p1 = "v1updated" } }"#,
            r#"tags = { r1 = "w1updated", r2 = "w2" }"#,
            json!({"r1": "w1updated", "r2": "w2"}),
            json!({"p1": "v1updated", "r1": "w1updated", "r2": "w2"}),
        ),
        Step::own("update", "", Value::Null, json!({})),
    ]);
}

#[test]
fn an_own_tag_wins_over_a_default_tag() {
    expect(&[
        Step::with_provider(
            "create",
            r#"default_tags { tags = { k1 = "provider" } }"#,
            r#"tags = { k1 = "resource" }"#,
            json!({"k1": "resource"}),
            json!({"k1": "resource"}),
        ),
        Step::with_provider(
            "update",
            r#"default_tags { tags = { k1 = "provider", k2 = "provider" } }"#,
            r#"tags = { k1 = "resource", k2 = "resource" }"#,
            json!({"k1": "resource", "k2": "resource"}),
            json!({"k1": "resource", "k2": "resource"}),
        ),
        Step::with_provider(
            "update",
            r#"default_tags { tags = { k1 = "provider" } }"#,
            r#"tags = { k1 = "resource2" }"#,
            json!({"k1": "resource2"}),
            json!({"k1": "resource2"}),
        ),
    ]);
}

#[test]
fn an_own_tag_becomes_a_default_tag() {
    expect(&[
        Step::own(
            "create",
            r#"tags = { k1 = "v1" }"#,
            json!({"k1": "v1"}),
            json!({"k1": "v1"}),
        ),
        Step::with_provider(
            "update",
            r#"default_tags { tags = { k1 = "v1" } }"#,
            "",
            Value::Null,
            json!({"k1": "v1"}),
        ),
    ]);
}

#[test]
fn a_default_tag_becomes_an_own_tag() {
    expect(&[
        Step::with_provider(
            "create",
            r#"default_tags { tags = { k1 = "v1" } }"#,
            "",
            Value::Null,
            json!({"k1": "v1"}),
        ),
        Step::own(
            "no-op",
            r#"tags = { k1 = "v1" }"#,
            json!({"k1": "v1"}),
            json!({"k1": "v1"}),
        ),
    ]);
}

#[test]
fn an_own_tag_empties_a_default_tag() {
    expect(&[Step::with_provider(
        "create",
        r#"default_tags { tags = { k1 = "provider" } }"#,
        r#"tags = { k1 = "" }"#,
        json!({"k1": ""}),
        json!({"k1": ""}),
    )]);
}

#[test]
fn a_default_tag_may_be_empty() {
    expect(&[Step::with_provider(
        "create",
        r#"default_tags { tags = { k1 = "" } }"#,
        "",
        Value::Null,
        json!({"k1": ""}),
    )]);
}

#[test]
fn a_null_tag_lets_the_default_through() {
    expect(&[Step::with_provider(
        "create",
        r#"default_tags { tags = { k1 = "provider" } }"#,
        "tags = { k1 = null }",
        json!({"k1": null}),
        json!({"k1": "provider"}),
    )]);
}

#[test]
fn a_null_tag_beside_a_default_is_as_good_as_none() {
    expect(&[Step::with_provider(
        "create",
        r#"default_tags { tags = { p1 = "v1" } }"#,
        "tags = { r1 = null }",
        json!({"r1": null}),
        json!({"p1": "v1"}),
    )]);
}

#[test]
fn an_ignored_default_tag_is_neither_sent_nor_shown() {
    let step = |action, provider| {
        Step::with_provider(
            action,
            provider,
            r#"tags = { r1 = "w1" }"#,
            json!({"r1": "w1"}),
            json!({"r1": "w1"}),
        )
    };
    expect(&[
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
    ]);
}

#[test]
fn an_ignored_own_tag_is_not_sent_and_no_permanent_change() {
    expect(&[
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
    ]);
}

#[test]
fn tags_set_outside_are_removed_unless_ignored_or_the_services_own() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
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

#[test]
fn only_the_tags_that_changed_are_sent() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
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

/// A configuration whose tag `computed` comes from another resource.
fn computed(provider: &str, input: &str, tags: &str) -> String {
    format!(
        "provider \"aws\" {{\n  {provider}\n}}\n\nresource \"terraform_data\" \"test\" {{\n  input = \"{input}\"\n}}\n\n\
         resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {tags}\n}}\n"
    )
}

const COMPUTED: &str = "computed = terraform_data.test.output";

#[test]
fn a_computed_tag_is_taken_on_create() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    stage.configure(&computed("", "one", &format!("tags = {{ {COMPUTED} }}")));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["create"]));
    assert_eq!(planned["after_unknown"]["tags_all"], json!({"computed": true}));
    stage.workspace.apply().unwrap();
    let state = stage.attributes(KEY);
    assert_eq!(state["tags_all"], json!({"computed": "one"}));
    assert_eq!(state["tags"], state["tags_all"]);
    let arguments = ["plan", "-detailed-exitcode", "-refresh=false"];
    assert_eq!(stage.workspace.run(&arguments).unwrap().code(), Some(0));
    stage.expect_no_change();
}

#[test]
fn a_computed_tag_is_added_and_replaces_a_known_one() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    stage.apply(
        r#"resource "aws_api_gateway_api_key" "test" {
                     name = "test"
                     tags = { known = "1" }
                   }"#,
    );
    stage.configure(&computed("", "one", &format!("tags = {{ known = \"1\", {COMPUTED} }}")));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["after"]["tags_all"], json!({"known": "1"}));
    assert_eq!(planned["after_unknown"]["tags_all"], json!({"computed": true}));
    stage.workspace.apply().unwrap();
    assert_eq!(
        stage.attributes(KEY)["tags_all"],
        json!({"computed": "one", "known": "1"})
    );

    stage.apply(&computed("", "two", "tags = { known = terraform_data.test.output }"));
    assert_eq!(stage.attributes(KEY)["tags_all"], json!({"known": "two"}));
    assert_eq!(json!(stage.sandbox.aws().keys()[0].tags), json!({"known": "two"}));
    stage.expect_no_change();
}

#[test]
fn computed_default_tags_are_taken_without_an_inconsistent_plan() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    let default_tags = format!("default_tags {{\n    tags = {{ {COMPUTED} }}\n  }}");
    stage.configure(&computed(&default_tags, "one", r#"tags = { own = "1" }"#));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    assert_eq!(
        stage.attributes(KEY)["tags_all"],
        json!({"computed": "one", "own": "1"})
    );
    stage.expect_no_change();

    stage.apply(&computed(&default_tags, "two", r#"tags = { own = "1" }"#));
    assert_eq!(
        stage.attributes(KEY)["tags_all"],
        json!({"computed": "two", "own": "1"})
    );
    assert_eq!(
        json!(stage.sandbox.aws().keys()[0].tags),
        json!({"computed": "two", "own": "1"})
    );
    stage.expect_no_change();
}

#[test]
fn tags_all_cannot_be_set() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    stage.configure(
        r#"resource "aws_api_gateway_api_key" "test" {
             name     = "test"
             tags_all = { a = "b" }
           }"#,
    );
    let refusal = stage.refused_plan();
    assert!(refusal.contains("follows from tags and default_tags"), "{refusal}");
    assert_eq!(stage.calls(), [""; 0]);
}

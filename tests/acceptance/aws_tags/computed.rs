//! Tags that only become known while applying.

use cli::Cli;
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::KEY;
use crate::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_computed_tag_is_taken_on_create,
    a_computed_tag_is_added_and_replaces_a_known_one,
    computed_default_tags_are_taken_without_an_inconsistent_plan,
];

const COMPUTED: &str = "computed = terraform_data.test.output";

fn a_computed_tag_is_taken_on_create(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
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

fn a_computed_tag_is_added_and_replaces_a_known_one(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
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

fn computed_default_tags_are_taken_without_an_inconsistent_plan(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
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

/// A configuration whose tag `computed` comes from another resource.
fn computed(provider: &str, input: &str, tags: &str) -> String {
    format!(
        "provider \"aws\" {{\n  {provider}\n}}\n\nresource \"terraform_data\" \"test\" {{\n  input = \"{input}\"\n}}\n\n\
         resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {tags}\n}}\n"
    )
}

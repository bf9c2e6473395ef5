//! Tags of a key over the provider's `default_tags`.

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::{Step, expect};

pub(crate) const TESTS: &[Test] = cli_tests![
    default_tags_alone_come_and_go,
    default_tags_and_own_tags_stand_side_by_side,
    an_own_tag_wins_over_a_default_tag,
    an_own_tag_becomes_a_default_tag,
    a_default_tag_becomes_an_own_tag,
    an_own_tag_empties_a_default_tag,
    a_default_tag_may_be_empty,
    a_null_tag_lets_the_default_through,
    a_null_tag_beside_a_default_is_as_good_as_none,
];

fn default_tags_alone_come_and_go(cli: &Cli) {
    let step = |action, provider, tags_all| Step::with_provider(action, provider, "", Value::Null, tags_all);
    expect(
        cli,
        &[
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
        ],
    );
}

fn default_tags_and_own_tags_stand_side_by_side(cli: &Cli) {
    expect(
        cli,
        &[
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
            Step::own("update", "", Value::Null),
        ],
    );
}

fn an_own_tag_wins_over_a_default_tag(cli: &Cli) {
    expect(
        cli,
        &[
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
        ],
    );
}

fn an_own_tag_becomes_a_default_tag(cli: &Cli) {
    expect(
        cli,
        &[
            Step::own("create", r#"tags = { k1 = "v1" }"#, json!({"k1": "v1"})),
            Step::with_provider(
                "update",
                r#"default_tags { tags = { k1 = "v1" } }"#,
                "",
                Value::Null,
                json!({"k1": "v1"}),
            ),
        ],
    );
}

fn a_default_tag_becomes_an_own_tag(cli: &Cli) {
    expect(
        cli,
        &[
            Step::with_provider(
                "create",
                r#"default_tags { tags = { k1 = "v1" } }"#,
                "",
                Value::Null,
                json!({"k1": "v1"}),
            ),
            Step::own("no-op", r#"tags = { k1 = "v1" }"#, json!({"k1": "v1"})),
        ],
    );
}

fn an_own_tag_empties_a_default_tag(cli: &Cli) {
    expect(
        cli,
        &[Step::with_provider(
            "create",
            r#"default_tags { tags = { k1 = "provider" } }"#,
            r#"tags = { k1 = "" }"#,
            json!({"k1": ""}),
            json!({"k1": ""}),
        )],
    );
}

fn a_default_tag_may_be_empty(cli: &Cli) {
    expect(
        cli,
        &[Step::with_provider(
            "create",
            r#"default_tags { tags = { k1 = "" } }"#,
            "",
            Value::Null,
            json!({"k1": ""}),
        )],
    );
}

fn a_null_tag_lets_the_default_through(cli: &Cli) {
    expect(
        cli,
        &[Step::with_provider(
            "create",
            r#"default_tags { tags = { k1 = "provider" } }"#,
            "tags = { k1 = null }",
            json!({"k1": null}),
            json!({"k1": "provider"}),
        )],
    );
}

fn a_null_tag_beside_a_default_is_as_good_as_none(cli: &Cli) {
    expect(
        cli,
        &[Step::with_provider(
            "create",
            r#"default_tags { tags = { p1 = "v1" } }"#,
            "tags = { r1 = null }",
            json!({"r1": null}),
            json!({"p1": "v1"}),
        )],
    );
}

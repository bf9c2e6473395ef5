//! Bad input for AWS: told before anything is made, with the line it is about.

use cli::Cli;
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    every_bad_argument_is_told_at_its_line_before_anything_is_made,
    bad_settings_are_told_at_their_line,
    default_tags_count_towards_the_limit,
    an_import_id_of_a_wrong_shape_is_refused_without_a_call,
];

/// An argument of a resource that is not as it has to be, and what is said of it.
struct Row {
    name: &'static str,
    arguments: String,
    /// How the line that Terraform shows begins.
    line: &'static str,
    said: &'static str,
}

fn row(name: &'static str, arguments: impl Into<String>, line: &'static str, said: &'static str) -> Row {
    Row {
        name,
        arguments: arguments.into(),
        line,
        said,
    }
}

fn rows() -> Vec<Row> {
    let named = |arguments: &str| format!("name = \"test\"\n  {arguments}");
    let long = "x".repeat(129);
    vec![
        row(
            "value_too_short",
            named(r#"value = "nineteen-characters""#),
            "value = ",
            "\"value\" must have 20 to 128 characters, but has 19",
        ),
        row(
            "value_too_long",
            named(&format!("value = \"{long}\"")),
            "value = ",
            "\"value\" must have 20 to 128 characters, but has 129",
        ),
        row(
            "value_empty",
            named(r#"value = """#),
            "value = ",
            "\"value\" must have 20 to 128 characters, but has 0",
        ),
        row(
            "name_too_long",
            format!("name = \"{}\"", "x".repeat(1025)),
            "name = ",
            "\"name\" must have 0 to 1024 characters, but has 1025",
        ),
        row(
            "description_too_long",
            named(
                "description = join(\"\", [for n in range(1001) : \"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"])",
            ),
            "description = ",
            "must have 0 to 125000 characters, but has",
        ),
        row(
            "system_tag",
            named(r#"tags = { "aws:mine" = "x" }"#),
            "tags = ",
            "\"aws:\", which is reserved",
        ),
        row(
            "tag_key_too_long",
            named(&format!("tags = {{ {long} = \"x\" }}")),
            "tags = ",
            "must have a key of 1 to 128 characters, but that has 129",
        ),
        row(
            "tag_value_too_long",
            named(&format!("tags = {{ a = \"{long}{long}\" }}")),
            "tags = ",
            "must have a value of at most 256 characters, but that has 258",
        ),
        row(
            "too_many_tags",
            named("tags = { for n in range(51) : \"tag${n}\" => \"x\" }"),
            "tags = ",
            "can hold 50 tags, but has 51",
        ),
        row(
            "region_misshapen",
            named(r#"region = "Frankfurt""#),
            "region = ",
            "Invalid region",
        ),
    ]
}

fn every_bad_argument_is_told_at_its_line_before_anything_is_made(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let rows = rows();
    let resource = |row: &Row| {
        format!(
            "resource \"aws_api_gateway_api_key\" \"{}\" {{\n  {}\n}}\n",
            row.name, row.arguments
        )
    };
    stage.configure(&rows.iter().map(resource).collect::<String>());
    let output = stage.workspace.run(&["apply", "-auto-approve"]).unwrap();
    assert_eq!(output.code(), Some(1), "{output}");
    let errors: Vec<_> = output.stderr.split('╷').map(one_line).collect();
    for row in &rows {
        let place = format!("in resource \"aws_api_gateway_api_key\" \"{}\"", row.name);
        let about_it = errors.iter().find(|error| error.contains(&place));
        let error = about_it.unwrap_or_else(|| panic!("nothing is said of {}: {output}", row.name));
        assert!(error.contains(row.said), "{}: {error}", row.name);
        assert!(
            error.contains(&format!(": {}", row.line)),
            "{} points at: {error}",
            row.name
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn bad_settings_are_told_at_their_line(cli: &Cli) {
    let rows = [
        (r#"region = "Frankfurt""#, "Invalid region"),
        ("max_retries = -1", "must be a whole number of at least 0"),
        (
            "endpoints {\n    apigateway = \"localhost:4566\"\n  }",
            "must be a URL that begins with http:// or https://",
        ),
        (
            "default_tags {\n    tags = { \"aws:x\" = \"y\" }\n  }",
            "\"aws:\", which is reserved",
        ),
        ("retry_mode = \"eager\"", "\"retry_mode\" must be"),
    ];
    let stage = Stage::new(cli, &[AWS]);
    for (setting, said) in rows {
        stage.configure(&format!(
            "provider \"aws\" {{\n  {setting}\n}}\nresource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n}}\n"
        ));
        let error = stage.refused_plan();
        assert!(error.contains(said), "{setting}: {error}");
        assert!(error.contains("on main.tf line"), "{setting}: {error}");
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn default_tags_count_towards_the_limit(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(
        r#"
        provider "aws" {
          default_tags {
            tags = { for n in range(30) : "default${n}" => "x" }
          }
        }
        resource "aws_api_gateway_api_key" "test" {
          name = "test"
          tags = { for n in range(21) : "own${n}" => "x" }
        }"#,
    );
    let said = stage.refused_plan();
    assert!(
        said.contains("can hold 50 tags together with default_tags, but has 51"),
        "{said}"
    );
    assert!(said.contains("tags = {"), "{said}");
}

fn an_import_id_of_a_wrong_shape_is_refused_without_a_call(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#);
    for id in [
        "",
        "key-1",
        "a1b2c3d4e5@",
        "a1b2c3d4e5@Frankfurt",
        "arn:aws:apigateway:us-east-1::/apikeys/a1b2c3d4e5",
    ] {
        let said = refusal(
            stage
                .workspace
                .run(&["import", "aws_api_gateway_api_key.test", id])
                .unwrap(),
        );
        assert!(said.contains("must be the id of an API key"), "{id}: {said}");
    }
    assert_eq!(stage.calls(), [""; 0]);
}

/// A text without Terraform's frame, on one line.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| *word != "│");
    words.collect::<Vec<_>>().join(" ")
}

//! Mistakes in the configuration of a Scaleway key: each is told at its line, before anything is called.

use cli::Cli;
use support::harness::{Test, cli_tests};

use super::diagnostics::{Mistake, expect_refused};
use super::scaleway::{KEY, REQUIRED, key};
use super::stage::{SCALEWAY, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_mistake_is_told_at_its_argument_before_anything_is_made,
    a_description_may_have_200_characters,
    an_import_id_of_a_wrong_shape_is_refused_without_a_call,
    importing_a_key_that_does_not_exist_is_an_error,
];

fn a_mistake_is_told_at_its_argument_before_anything_is_made(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    expect_refused(&stage, REQUIRED, "scaleway_iam_api_key", &MISTAKES);
}

const MISTAKES: [Mistake<'_>; 13] = [
    Mistake {
        name: "no_holder",
        arguments: "description = \"nobody's\"",
        at: "resource",
        says: "Invalid application_id: \"application_id\" or \"user_id\" must be set: a key belongs to an application or a \
               user.",
    },
    Mistake {
        name: "two_holders",
        arguments: "application_id = \"a0000000-0000-4000-8000-000000000001\"\n\
                    user_id = \"b0000000-0000-4000-8000-000000000001\"",
        at: "user_id",
        says: r#"Invalid user_id: "user_id" cannot be set together with "application_id"."#,
    },
    Mistake {
        name: "application",
        arguments: "application_id = \"a0000000-0000-4000-8000\"",
        at: "application_id",
        says: r#"Invalid application_id: "application_id" must be a UUID, such as "11111111-2222-3333-4444-555555555555"."#,
    },
    Mistake {
        name: "user",
        arguments: "user_id = \"somebody@example.com\"",
        at: "user_id",
        says: r#"Invalid user_id: "user_id" must be a UUID, such as "11111111-2222-3333-4444-555555555555"."#,
    },
    Mistake {
        name: "project",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\ndefault_project_id = \"default\"",
        at: "default_project_id",
        says: "Invalid default_project_id: \"default_project_id\" must be a UUID, such as \
               \"11111111-2222-3333-4444-555555555555\".",
    },
    Mistake {
        name: "date",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-07-06\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-07-06\".",
    },
    Mistake {
        name: "time_without_offset",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-07-06T09:00:00\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-07-06T09:00:00\".",
    },
    Mistake {
        name: "blank_for_t",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-01-01 00:00:00Z\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-01-01 00:00:00Z\".",
    },
    Mistake {
        name: "small_t",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-01-01t00:00:00Z\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-01-01t00:00:00Z\".",
    },
    Mistake {
        name: "small_z",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-01-01T00:00:00z\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-01-01T00:00:00z\".",
    },
    Mistake {
        name: "leap_second",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-06-30T23:59:60Z\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-06-30T23:59:60Z\".",
    },
    Mistake {
        name: "hour_24",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2035-01-01T24:00:00Z\"",
        at: "expires_at",
        says: "Invalid expires_at: \"expires_at\" must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \
               \"2035-01-01T24:00:00Z\".",
    },
    Mistake {
        name: "description",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\ndescription = join(\"\", [for i in range(201) : \"ä\"])",
        at: "description",
        says: r#"Invalid description: "description" must have 0 to 200 characters, but has 201."#,
    },
];

fn a_description_may_have_200_characters(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = join("", [for i in range(200) : "ä"])"#));
    stage.expect_no_change();
}

fn an_import_id_of_a_wrong_shape_is_refused_without_a_call(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&key(""));
    for id in [
        "SCW",
        "scw00000000000000000",
        "SCW00000000000000000/",
        "fr-par/SCW0000000000",
    ] {
        let said = refusal(stage.workspace.run(&["import", KEY, id]).unwrap());
        assert!(
            said.contains("The import id must be an access key, 20 upper-case letters and digits"),
            "{said}"
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn importing_a_key_that_does_not_exist_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&key(""));
    let id = "SCW00000000000000000";
    let said = refusal(stage.workspace.run(&["import", KEY, id]).unwrap());
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

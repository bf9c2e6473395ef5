//! Mistakes in the configuration of a Tencent Cloud key: each is told at its line, before anything is called.

use cli::Cli;
use support::harness::{Test, cli_tests};

use super::diagnostics::{Mistake, expect_refused, warning};
use super::stage::{Stage, TENCENTCLOUD, refusal};
use super::tencentcloud::{KEY, REQUIRED, key};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_mistake_is_told_at_its_argument_before_anything_is_made,
    what_does_not_go_with_the_type_of_a_new_key_is_told_by_the_plan,
    a_hyphen_is_warned_of_and_taken,
    a_region_of_a_wrong_shape_is_told_at_its_argument,
    an_import_id_of_a_wrong_shape_is_refused_without_a_call,
    importing_a_key_that_does_not_exist_is_an_error,
];

fn a_mistake_is_told_at_its_argument_before_anything_is_made(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    expect_refused(&stage, REQUIRED, "tencentcloud_api_gateway_api_key", &MISTAKES);
}

const MISTAKES: [Mistake<'_>; 8] = [
    Mistake {
        name: "status",
        arguments: "secret_name = \"test\"\nstatus = \"maybe\"",
        at: "status",
        says: r#"Invalid status: "status" must be "on" or "off", but is "maybe"."#,
    },
    Mistake {
        name: "type",
        arguments: "secret_name = \"test\"\naccess_key_type = \"other\"",
        at: "access_key_type",
        says: r#"Invalid access_key_type: "access_key_type" must be "auto" or "manual", but is "other"."#,
    },
    Mistake {
        name: "short_id",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"four\"\n\
                    access_key_secret = \"a_secret_of_ours\"",
        at: "access_key_id",
        says: r#"Invalid access_key_id: "access_key_id" must have 5 to 50 characters, but has 4."#,
    },
    Mistake {
        name: "long_id",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\n\
                    access_key_id = \"123456789_123456789_123456789_123456789_123456789_1\"\n\
                    access_key_secret = \"a_secret_of_ours\"",
        at: "access_key_id",
        says: r#"Invalid access_key_id: "access_key_id" must have 5 to 50 characters, but has 51."#,
    },
    Mistake {
        name: "characters_of_id",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"an id of ours\"\n\
                    access_key_secret = \"a_secret_of_ours\"",
        at: "access_key_id",
        says: r#"Invalid access_key_id: "access_key_id" must consist of letters, digits and underscores."#,
    },
    Mistake {
        name: "short_secret",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"an_id_of_ours\"\n\
                    access_key_secret = \"nine_char\"",
        at: "access_key_secret",
        says: r#"Invalid access_key_secret: "access_key_secret" must have 10 to 50 characters, but has 9."#,
    },
    Mistake {
        name: "long_secret",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"an_id_of_ours\"\n\
                    access_key_secret = \"123456789_123456789_123456789_123456789_123456789_1\"",
        at: "access_key_secret",
        says: r#"Invalid access_key_secret: "access_key_secret" must have 10 to 50 characters, but has 51."#,
    },
    Mistake {
        name: "characters_of_secret",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"an_id_of_ours\"\n\
                    access_key_secret = \"a secret of ours\"",
        at: "access_key_secret",
        says: r#"Invalid access_key_secret: "access_key_secret" must consist of letters, digits and underscores."#,
    },
];

fn what_does_not_go_with_the_type_of_a_new_key_is_told_by_the_plan(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    expect_refused(&stage, REQUIRED, "tencentcloud_api_gateway_api_key", &MISTAKES_OF_TYPE);
}

const MISTAKES_OF_TYPE: [Mistake<'_>; 4] = [
    Mistake {
        name: "manual_without_id",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_secret = \"a_secret_of_ours\"",
        at: "resource",
        says: r#"Invalid access_key_id: "access_key_id" is required when access_key_type is "manual"."#,
    },
    Mistake {
        name: "manual_without_secret",
        arguments: "secret_name = \"test\"\naccess_key_type = \"manual\"\naccess_key_id = \"an_id_of_ours\"",
        at: "resource",
        says: r#"Invalid access_key_secret: "access_key_secret" is required when access_key_type is "manual"."#,
    },
    Mistake {
        name: "automatic_with_id",
        arguments: "secret_name = \"test\"\naccess_key_type = \"auto\"\naccess_key_id = \"an_id_of_ours\"",
        at: "access_key_id",
        says: "Invalid access_key_id: \"access_key_id\" can only be set when access_key_type is \"manual\": the service \
               generates it.",
    },
    Mistake {
        name: "automatic_with_secret",
        arguments: "secret_name = \"test\"\naccess_key_secret = \"a_secret_of_ours\"",
        at: "access_key_secret",
        says: "Invalid access_key_secret: \"access_key_secret\" can only be set when access_key_type is \"manual\": the \
               service generates it.",
    },
];

fn a_hyphen_is_warned_of_and_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.configure(&key(
        "secret_name = \"test\"\n  access_key_type = \"manual\"\n  access_key_id = \"an-id\"\n  \
         access_key_secret = \"a_secret_of_ours\"",
    ));
    let (line, said) = warning(&stage);
    assert_eq!(line, r#"access_key_id = "an-id""#);
    assert_eq!(
        said,
        "Possibly invalid access_key_id: \"access_key_id\" has a hyphen, which not every endpoint of the service accepts."
    );
    stage.workspace.apply().unwrap();
    stage.expect_no_change();
}

fn a_region_of_a_wrong_shape_is_told_at_its_argument(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    for region in ["guangzhou", "AP-GUANGZHOU", "ap guangzhou", "ap-guangzhou\\n"] {
        stage.configure(&format!(
            "provider \"tencentcloud\" {{\n  region = \"{region}\"\n}}\n\n{}",
            key(r#"secret_name = "test""#)
        ));
        let said = stage.refused_plan();
        assert!(
            said.contains(r#""region" must be a region such as "ap-guangzhou""#),
            "{said}"
        );
        assert!(said.contains(" region = "), "{said}");
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn an_import_id_of_a_wrong_shape_is_refused_without_a_call(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.configure(&key(r#"secret_name = "test""#));
    for id in ["four", "has a blank", "usagePlan-1#AKID", &"x".repeat(51)] {
        let said = refusal(stage.workspace.run(&["import", KEY, id]).unwrap());
        assert!(
            said.contains("The import id must be the id of a key, 5 to 50 letters, digits and underscores"),
            "{said}"
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn importing_a_key_that_does_not_exist_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.configure(&key(r#"secret_name = "test""#));
    let said = refusal(stage.workspace.run(&["import", KEY, "AKIDnone"]).unwrap());
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

//! Replacements that make the new key before the old one goes.

use cli::Cli;
use support::harness::{Test, cli_tests};

use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    the_new_key_is_there_before_the_old_one_goes,
    a_chosen_value_or_id_that_the_old_key_still_has_is_explained_and_nothing_is_made,
    a_manual_key_that_goes_first_makes_room_for_one_of_its_id,
];

const AWS_KEY: &str = "aws_api_gateway_api_key.test";
const NEW_FIRST: &str = "lifecycle {\n    create_before_destroy = true\n  }";

fn aws_key(arguments: &str) -> String {
    format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {arguments}\n  {NEW_FIRST}\n}}\n")
}

fn replace(address: &str) -> [String; 3] {
    [
        "apply".to_owned(),
        "-auto-approve".to_owned(),
        format!("-replace={address}"),
    ]
}

fn the_new_key_is_there_before_the_old_one_goes(cli: &Cli) {
    let automatic = tencentcloud::key(&format!("secret_name = \"test\"\n  {NEW_FIRST}"));
    let of_application = scaleway::key(NEW_FIRST);
    #[rustfmt::skip]
    let rows = [
        (AWS, aws_key(""), AWS_KEY, vec!["CreateApiKey", "DeleteApiKey"]),
        (TENCENTCLOUD, automatic, tencentcloud::KEY, vec!["CreateApiKey", "DescribeApiKey", "DisableApiKey", "DeleteApiKey"]),
        (SCALEWAY, of_application, scaleway::KEY, vec!["CreateAPIKey", "UpdateAPIKey", "DeleteAPIKey"]),
    ];
    for (provider, configuration, address, calls) in rows {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        let before = stage.attributes(address)["id"].clone();
        let replace = replace(address);
        let replace: Vec<_> = replace.iter().map(String::as_str).collect();
        stage.workspace.run(&["refresh"]).unwrap().success().unwrap();
        stage.calls();
        stage
            .workspace
            .run(&[&replace[..], &["-refresh=false"]].concat())
            .unwrap()
            .success()
            .unwrap();
        assert_eq!(stage.calls(), calls, "{address}");
        assert_ne!(stage.attributes(address)["id"], before);
        stage.expect_no_change();
    }
}

fn a_chosen_value_or_id_that_the_old_key_still_has_is_explained_and_nothing_is_made(cli: &Cli) {
    let manual = tencentcloud::manual_key("on", "a_secret_of_ours");
    let manual = manual.replace("status = \"on\"", &format!("status = \"on\"\n  {NEW_FIRST}"));
    let rows = [
        (AWS, aws_key(r#"value = "a-value-of-twenty-or-more""#), AWS_KEY),
        (TENCENTCLOUD, manual, tencentcloud::KEY),
    ];
    for (provider, configuration, address) in rows {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        let before = stage.attributes(address);
        let replace = replace(address);
        let replace: Vec<_> = replace.iter().map(String::as_str).collect();
        let said = refusal(stage.workspace.run(&replace).unwrap());
        assert!(
            said.contains("replaces, remove create_before_destroy so that it is deleted first"),
            "{said}"
        );
        assert_eq!(stage.attributes(address), before);
        let live = stage.sandbox.aws().keys().len() + stage.sandbox.tencentcloud().keys().len();
        assert_eq!(live, 1);
        stage.expect_no_change();
    }
}

fn a_manual_key_that_goes_first_makes_room_for_one_of_its_id(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&tencentcloud::manual_key("off", "a_secret_of_ours"));
    stage.calls();
    let replace = replace(tencentcloud::KEY);
    let replace: Vec<_> = replace.iter().map(String::as_str).collect();
    let output = stage.workspace.run(&replace).unwrap().success().unwrap();
    assert!(!output.to_string().contains("was lost"), "{output}");
    assert_eq!(
        stage.calls(),
        [
            "DescribeApiKey",
            "DescribeApiKey",
            "DeleteApiKey",
            "CreateApiKey",
            "DisableApiKey"
        ]
    );
    stage.expect_no_change();
}

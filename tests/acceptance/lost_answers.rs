//! Creations whose answer is lost: the key is found by proof and taken over, or deleted and created anew, and never created twice. Where
//! there is no proof, what may be it is named and left alone.

use cli::Cli;
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Test, cli_tests};

use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_aws_key_whose_answer_was_lost_is_taken_over,
    an_aws_value_that_another_key_held_before_is_a_clash_even_after_a_lost_answer,
    a_request_that_never_arrived_is_sent_again_after_a_look,
    a_manual_tencent_cloud_key_whose_answer_was_lost_is_taken_over,
    an_automatic_tencent_cloud_key_whose_answer_was_lost_is_named_and_left_alone,
    a_scaleway_key_whose_answer_was_lost_is_removed_and_made_anew,
    a_clock_that_is_off_does_not_hide_a_key,
    a_scaleway_key_that_somebody_else_makes_meanwhile_is_left_alone,
    a_search_that_fails_is_told_with_what_to_look_for,
    of_keys_of_one_name_only_those_that_no_answer_named_are_candidates,
    all_lost_keys_of_one_name_are_found,
    a_change_whose_answers_are_lost_is_looked_at,
];

const AWS_KEY: &str = "aws_api_gateway_api_key.test";

/// What happens to an answer on its way back; the request has been carried out.
const LOSSES: [FaultKind; 3] = [FaultKind::DropAfter, FaultKind::TruncatedBody, FaultKind::HtmlAfter];

fn lose(stage: &Stage, cloud: Cloud, operation: &str, kind: FaultKind, times: u32) {
    stage.sandbox.fault(Fault {
        cloud,
        operation: Some(operation.to_owned()),
        kind,
        times,
    });
}

fn aws_key(arguments: &str) -> String {
    format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {arguments}\n}}\n")
}

fn an_aws_key_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for value in ["", r#"value = "a-value-of-twenty-or-more""#] {
        for kind in LOSSES {
            let stage = Stage::new(cli, &[AWS]);
            // Somebody else's keys of the same name are not in the way, however new.
            let namesake = sandbox::aws::Key::new("us-east-1", "test", chrono::Utc::now());
            stage.sandbox.aws().insert(namesake.clone());
            lose(&stage, Cloud::Aws, "CreateApiKey", kind.clone(), 1);
            let output = stage.apply(&aws_key(value));
            assert!(
                output.stdout.contains("The answer to the creation of API key"),
                "{kind:?}: {output}"
            );
            assert_eq!(stage.calls(), ["CreateApiKey", "GetApiKeys"], "{kind:?}");
            let state = stage.attributes(AWS_KEY);
            let made = stage.sandbox.aws().key(state["id"].as_str().unwrap()).unwrap();
            assert_eq!(state["value"], made.value);
            assert_eq!(stage.sandbox.aws().keys().len(), 2);
            stage.expect_no_change();
        }
    }
}

fn an_aws_value_that_another_key_held_before_is_a_clash_even_after_a_lost_answer(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let long_ago = chrono::Utc::now() - chrono::TimeDelta::minutes(5);
    let mut holder = sandbox::aws::Key::new("us-east-1", "test", long_ago);
    holder.value = "a-value-of-twenty-or-more".to_owned();
    let id = stage.sandbox.aws().insert(holder);
    lose(&stage, Cloud::Aws, "CreateApiKey", FaultKind::DropAfter, 1);
    stage.configure(&aws_key(r#"value = "a-value-of-twenty-or-more""#));
    let said = stage.refused_apply();
    assert!(
        said.contains(&format!("the key {id} (\"test\") holds this value already")),
        "{said}"
    );
    assert!(stage.workspace.attributes(AWS_KEY).is_err());
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

fn a_request_that_never_arrived_is_sent_again_after_a_look(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, TENCENTCLOUD, SCALEWAY]);
    lose(&stage, Cloud::Aws, "CreateApiKey", FaultKind::DropBefore, 1);
    lose(&stage, Cloud::Tencentcloud, "CreateApiKey", FaultKind::DropBefore, 1);
    lose(&stage, Cloud::Scaleway, "CreateAPIKey", FaultKind::Status(503), 1);
    let tencentcloud = tencentcloud::key(r#"secret_name = "test""#);
    let scaleway = scaleway::key("").replace(scaleway::REQUIRED, "");
    // A configuration can say in one place only which providers it requires.
    let both = "required_providers {\n        scaleway = { source = \"scaleway/scaleway\" }\n";
    let tencentcloud = tencentcloud.replace("required_providers {\n", both);
    stage.apply(&[aws_key(""), tencentcloud, scaleway].concat());
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
    assert_eq!(stage.sandbox.tencentcloud().keys().len(), 1);
    assert_eq!(stage.sandbox.scaleway().keys().len(), 1);
    stage.expect_no_change();
}

fn a_manual_tencent_cloud_key_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for status in ["on", "off"] {
        for kind in LOSSES {
            let stage = Stage::new(cli, &[TENCENTCLOUD]);
            lose(&stage, Cloud::Tencentcloud, "CreateApiKey", kind.clone(), 1);
            let output = stage.apply(&tencentcloud::manual_key(status, "a_secret_of_ours"));
            assert!(
                output.stdout.contains("The answer to the creation of API key"),
                "{kind:?}: {output}"
            );
            let made = tencentcloud::only_key(&stage);
            let (mut state, mut expected) = (stage.attributes(tencentcloud::KEY), tencentcloud::state_of(&made));
            // That a key was disabled right after its creation is not worth a call; the next refresh tells when.
            for attributes in [&mut state, &mut expected] {
                attributes["modify_time"].take();
            }
            assert_eq!(state, expected);
            stage.expect_no_change();
        }
    }
}

fn an_automatic_tencent_cloud_key_whose_answer_was_lost_is_named_and_left_alone(cli: &Cli) {
    for kind in LOSSES {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
        lose(&stage, Cloud::Tencentcloud, "CreateApiKey", kind.clone(), 1);
        let configuration = tencentcloud::key(r#"secret_name = "test""#);
        stage.configure(&configuration);
        let said = stage.refused_apply();
        let made = tencentcloud::only_key(&stage);
        assert!(
            said.contains(&format!("API key {} (\"test\"), created ", made.id)),
            "{kind:?}: {said}"
        );
        assert!(said.contains("None of them was touched"), "{said}");
        let block = format!(
            "import {{ to = tencentcloud_api_gateway_api_key.<name> id = \"{}\" }}",
            made.id
        );
        assert!(said.contains(&block), "{said}");
        assert!(stage.workspace.attributes(tencentcloud::KEY).is_err());
        // As the error says.
        stage.apply(&format!(
            "{configuration}\nimport {{\n  to = {}\n  id = \"{}\"\n}}\n",
            tencentcloud::KEY,
            made.id
        ));
        assert_eq!(stage.attributes(tencentcloud::KEY), tencentcloud::state_of(&made));
        stage.expect_no_change();
    }
}

fn a_scaleway_key_whose_answer_was_lost_is_removed_and_made_anew(cli: &Cli) {
    for kind in LOSSES {
        let stage = Stage::new(cli, &[SCALEWAY]);
        lose(&stage, Cloud::Scaleway, "CreateAPIKey", kind.clone(), 1);
        let output = stage.apply(&scaleway::key(r#"description = "test""#));
        assert!(
            output.stdout.contains("The answer to the creation of API key"),
            "{kind:?}: {output}"
        );
        assert_eq!(
            stage.calls(),
            [
                "CreateAPIKey",
                "ListAPIKeys",
                "GetAPIKey",
                "DeleteAPIKey",
                "CreateAPIKey",
                "UpdateAPIKey"
            ],
            "{kind:?}"
        );
        let made = scaleway::only_key(&stage);
        assert_eq!(stage.attributes(scaleway::KEY), scaleway::state_of(&made));
        stage.expect_no_change();
    }
}

fn a_clock_that_is_off_does_not_hide_a_key(cli: &Cli) {
    let hour = chrono::TimeDelta::hours(1);
    for offset in [hour, -hour] {
        let options = sandbox::Options {
            clock_offset: offset,
            ..Default::default()
        };
        let stage = Stage::with(cli, &[SCALEWAY], options);
        lose(&stage, Cloud::Scaleway, "CreateAPIKey", FaultKind::DropAfter, 1);
        stage.apply(&scaleway::key(""));
        scaleway::only_key(&stage);
    }
}

fn a_scaleway_key_that_somebody_else_makes_meanwhile_is_left_alone(cli: &Cli) {
    for kind in [FaultKind::DropAfter, FaultKind::DropBefore] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        lose(&stage, Cloud::Scaleway, "CreateAPIKey", kind, 1);
        stage.configure(&scaleway::key(r#"description = "test""#));
        let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
        assert!(
            stage
                .sandbox
                .wait_for_call("CreateAPIKey", super::aws_interrupt::PATIENCE)
                .is_some()
        );
        // Of the same holder, the same description and the same moment.
        let holder = sandbox::scaleway::Bearer::Application(scaleway::APPLICATION.to_owned());
        let namesake = sandbox::scaleway::Key::new(holder, "test", chrono::Utc::now());
        stage.sandbox.scaleway().insert(namesake.clone());
        running.wait().unwrap().success().unwrap();
        let keys = stage.sandbox.scaleway().keys();
        assert_eq!(keys.len(), 2);
        assert!(keys.contains(&namesake));
        assert_ne!(stage.attributes(scaleway::KEY)["id"], namesake.access_key.as_str());
        stage.expect_no_change();
    }
}

fn a_search_that_fails_is_told_with_what_to_look_for(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    lose(&stage, Cloud::Tencentcloud, "CreateApiKey", FaultKind::DropAfter, 1);
    let denied = FaultKind::Error {
        code: "UnauthorizedOperation".to_owned(),
    };
    lose(&stage, Cloud::Tencentcloud, "DescribeApiKeysStatus", denied, 9);
    stage.configure(&tencentcloud::key(r#"secret_name = "test""#));
    let said = stage.refused_apply();
    assert!(
        said.contains(
            "the search for the API key that it may have created failed: DescribeApiKeysStatus: UnauthorizedOperation"
        ),
        "{said}"
    );
    assert!(stage.workspace.attributes(tencentcloud::KEY).is_err());
}

fn of_keys_of_one_name_only_those_that_no_answer_named_are_candidates(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    lose(&stage, Cloud::Tencentcloud, "CreateApiKey", FaultKind::DropAfter, 1);
    stage.configure(&tencentcloud::key("count = 6\n  secret_name = \"test\""));
    let said = stage.refused_apply();
    let state = stage.workspace.state().unwrap();
    let held = state["resources"][0]["instances"].as_array().unwrap();
    assert_eq!(held.len(), 5);
    for key in stage.sandbox.tencentcloud().keys() {
        let is_held = held
            .iter()
            .any(|instance| instance["attributes"]["id"] == key.id.as_str());
        assert_eq!(said.contains(&key.id), !is_held, "{}: {said}", key.id);
    }
    assert_eq!(stage.sandbox.tencentcloud().keys().len(), 6);
}

fn all_lost_keys_of_one_name_are_found(cli: &Cli) {
    for (provider, cloud, create, configuration) in [
        (AWS, Cloud::Aws, "CreateApiKey", aws_key("count = 5")),
        (SCALEWAY, Cloud::Scaleway, "CreateAPIKey", scaleway::key("count = 5")),
    ] {
        let stage = Stage::new(cli, &[provider]);
        lose(&stage, cloud, create, FaultKind::DropAfter, 5);
        stage.apply(&configuration);
        assert_eq!(super::stage::names(&stage.sandbox, cloud).len(), 5, "{cloud}");
        stage.expect_no_change();
    }
}

fn a_change_whose_answers_are_lost_is_looked_at(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&aws_key("timeouts {\n    update = \"2s\"\n    delete = \"2s\"\n  }"));
    lose(&stage, Cloud::Aws, "UpdateApiKey", FaultKind::DropAfter, 1000);
    stage.apply(&aws_key(
        "description = \"changed\"\n  timeouts {\n    update = \"2s\"\n    delete = \"2s\"\n  }",
    ));
    assert_eq!(stage.attributes(AWS_KEY)["description"], "changed");
    stage.expect_no_change();
    lose(&stage, Cloud::Aws, "DeleteApiKey", FaultKind::DropAfter, 1000);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

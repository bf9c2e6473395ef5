//! The life of a Scaleway application: create, change, import, disappear, destroy; and answers that are lost on the way.

use chrono::{DateTime, SecondsFormat, Utc};
use cli::Cli;
use sandbox::scaleway::{Application, Key};
use sandbox::{FaultKind, credentials};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::diagnostics::{Mistake, expect_refused};
use super::generated::expect_adopted;
use super::official_state::state_file;
use super::scaleway::{REQUIRED, fault};
use super::stage::{SCALEWAY, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_application_is_made_changed_imported_and_destroyed,
    applying_the_same_again_calls_for_a_look_only,
    without_a_name_one_is_generated_and_kept,
    an_application_deleted_outside_is_made_again_and_so_are_its_keys,
    a_change_outside_is_seen_and_set_right,
    an_update_sends_only_what_changed,
    an_organization_that_is_not_configured_is_that_of_the_credentials,
    another_organization_replaces_the_application,
    an_application_whose_answer_was_lost_is_taken_over,
    applications_of_one_name_whose_answers_were_lost_are_all_taken_over,
    a_request_that_never_arrived_is_sent_again,
    an_application_that_somebody_else_makes_meanwhile_is_left_alone,
    an_application_left_behind_is_noticed,
    a_description_that_cannot_be_set_taints_the_application_which_untainting_keeps,
    a_quota_is_told,
    a_mistake_is_told_at_its_argument_before_anything_is_made,
    an_import_id_that_is_no_uuid_is_refused_and_one_of_nothing_is_an_error,
    a_generated_configuration_of_any_application_is_applied_once_and_then_fulfilled,
    an_official_state_of_an_application_opens_unchanged,
];

const APPLICATION: &str = "scaleway_iam_application.main";

fn of(arguments: &str) -> String {
    format!("{REQUIRED}resource \"scaleway_iam_application\" \"main\" {{\n  {arguments}\n}}\n")
}

fn only_application(stage: &Stage) -> Application {
    let [application] = &stage.sandbox.scaleway_applications().keys()[..] else {
        panic!("expected one application");
    };
    application.clone()
}

fn state_of(application: &Application) -> Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({
        "created_at": time(application.created_at),
        "description": application.description,
        "editable": application.editable,
        "id": application.id,
        "name": application.name,
        "organization_id": credentials::SCW_ORGANIZATION_ID,
        "tags": application.tags,
        "updated_at": time(application.updated_at),
    })
}

fn an_application_is_made_changed_imported_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&of(
        "name = \"tf_tests_app_basic\"\n  description = \"a description\"\n  tags = [\"tf_tests\", \"tests\"]",
    ));
    // Created under a mark, and described as it is to be.
    assert_eq!(stage.calls(), ["CreateApplication", "UpdateApplication"]);
    let made = only_application(&stage);
    assert_eq!(stage.attributes(APPLICATION), state_of(&made));
    assert_eq!(
        (made.name.as_str(), made.description.as_str()),
        ("tf_tests_app_basic", "a description")
    );
    assert_eq!(made.tags, ["tf_tests", "tests"]);
    stage.expect_no_change();

    let renamed = of("name = \"tf_tests_app_basic_rename\"\n  description = \"another description\"\n  tags = []");
    stage.configure(&renamed);
    let planned = stage.planned(APPLICATION);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["after_unknown"], json!({"tags": [], "updated_at": true}));
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetApplication", "UpdateApplication"]);
    let remote = only_application(&stage);
    assert_eq!(
        (&remote.id, remote.name.as_str()),
        (&made.id, "tf_tests_app_basic_rename")
    );
    assert_eq!(
        (remote.description.as_str(), &remote.tags[..]),
        ("another description", &[][..])
    );
    assert_eq!(stage.attributes(APPLICATION), state_of(&remote));
    stage.expect_no_change();
    stage.expect_import(&renamed, APPLICATION, &remote.id, &[]);
    stage.expect_import(&renamed, APPLICATION, &remote.id.to_uppercase(), &[]);
    stage.calls();

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls(), ["GetApplication", "DeleteApplication"]);
    assert_eq!(stage.sandbox.scaleway_applications().keys(), []);
}

fn applying_the_same_again_calls_for_a_look_only(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let configuration = of(r#"name = "tf_tests_app_noupdate""#);
    stage.apply(&configuration);
    let made = stage.attributes(APPLICATION);
    // An expression sees what it saw under the official provider.
    assert_eq!((&made["description"], &made["tags"]), (&json!(""), &json!([])));
    stage.calls();
    stage.apply(&configuration);
    assert_eq!(stage.calls(), ["GetApplication"]);
    assert_eq!(stage.attributes(APPLICATION), made);
}

fn without_a_name_one_is_generated_and_kept(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&of(""));
    let made = only_application(&stage);
    assert!(
        made.name.starts_with("tf-application-") && made.name.len() > 20,
        "{}",
        made.name
    );
    stage.expect_no_change();
    stage.apply(&of(r#"description = "described""#));
    assert_eq!(only_application(&stage).name, made.name);
    assert_eq!(only_application(&stage).id, made.id);
    stage.expect_no_change();
}

fn an_application_deleted_outside_is_made_again_and_so_are_its_keys(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let key = "resource \"scaleway_iam_api_key\" \"main\" {\n  application_id = scaleway_iam_application.main.id\n}\n";
    stage.apply(&format!("{}{key}", of(r#"name = "test""#)));
    let lost = only_application(&stage).id;
    for Key { access_key, .. } in stage.sandbox.scaleway().keys() {
        stage.sandbox.scaleway().remove(&access_key);
    }
    stage.sandbox.scaleway_applications().remove(&lost);
    assert_eq!(stage.planned(APPLICATION)["actions"], json!(["create"]));
    assert_eq!(stage.planned("scaleway_iam_api_key.main")["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    let found = only_application(&stage).id;
    assert_ne!(found, lost);
    assert_eq!(stage.attributes("scaleway_iam_api_key.main")["application_id"], found);
    stage.expect_no_change();
    stage.calls();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls()[2..], ["DeleteAPIKey", "DeleteApplication"]);
}

fn a_change_outside_is_seen_and_set_right(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&of(r#"name = "ours""#));
    let made = only_application(&stage);
    stage.sandbox.scaleway_applications().update(&made.id, |application| {
        application.description = "theirs".to_owned();
        application.tags = vec!["theirs".to_owned()];
    });
    let planned = stage.planned(APPLICATION);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before"]["description"], "theirs");
    stage.workspace.apply().unwrap();
    let remote = only_application(&stage);
    assert_eq!((remote.description.as_str(), &remote.tags[..]), ("", &[][..]));
    stage.expect_no_change();
}

fn an_update_sends_only_what_changed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&of("name = \"one\"\n  tags = [\"ours\"]"));
    // Whatever the update sends besides the name would undo this.
    stage
        .sandbox
        .scaleway_applications()
        .update(&only_application(&stage).id, |application| {
            application.tags = vec!["theirs".to_owned()];
        });
    stage.configure(&of("name = \"two\"\n  tags = [\"ours\"]"));
    let arguments = ["apply", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    let remote = only_application(&stage);
    assert_eq!(
        (remote.name.as_str(), &remote.tags[..]),
        ("two", &["theirs".to_owned()][..])
    );
}

fn an_organization_that_is_not_configured_is_that_of_the_credentials(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    stage.workspace = stage.workspace.without("SCW_DEFAULT_ORGANIZATION_ID");
    fault(
        &stage,
        "GetUser",
        FaultKind::Error {
            code: "permissions_denied".to_owned(),
        },
    );
    stage.configure(&of(r#"name = "test""#));
    let said = stage.refused_apply();
    assert!(said.contains("GetUser: permissions_denied"), "{said}");
    assert!(said.contains("SCW_DEFAULT_ORGANIZATION_ID"), "{said}");
    assert_eq!(stage.sandbox.scaleway_applications().keys(), []);
    stage.calls();
    // Looked up once.
    stage.apply(&of("name = \"test\"\n  count = 3"));
    let calls = stage.calls();
    assert_eq!(calls[..2], ["GetAPIKey", "GetUser"]);
    assert_eq!(calls.len(), 8, "{calls:?}");
    let state = stage.workspace.state().unwrap();
    for instance in state["resources"][0]["instances"].as_array().unwrap() {
        assert_eq!(
            instance["attributes"]["organization_id"],
            credentials::SCW_ORGANIZATION_ID
        );
    }
}

fn another_organization_replaces_the_application(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let own = credentials::SCW_ORGANIZATION_ID;
    stage.apply(&of(&format!(
        "name = \"test\"\n  organization_id = \"{}\"",
        own.to_uppercase()
    )));
    assert_eq!(stage.attributes(APPLICATION)["organization_id"], own.to_uppercase());
    stage.expect_no_change();
    stage.configure(&of(r#"name = "test""#));
    stage.expect_no_change();
    stage.configure(&of(
        "name = \"test\"\n  organization_id = \"11111111-2222-3333-4444-555555555555\"",
    ));
    let planned = stage.planned(APPLICATION);
    assert_eq!(planned["actions"], json!(["delete", "create"]));
    assert_eq!(planned["replace_paths"], json!([["organization_id"]]));
}

/// What happens to an answer on its way back; the request has been carried out.
const LOSSES: [FaultKind; 4] = [
    FaultKind::DropAfter,
    FaultKind::TruncatedBody,
    FaultKind::HtmlAfter,
    FaultKind::StatusAfter(503),
];

fn an_application_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for kind in LOSSES {
        let stage = Stage::new(cli, &[SCALEWAY]);
        // Somebody else's application of the same name is not in the way, however new.
        let namesake = Application::new("test", Utc::now());
        stage.sandbox.scaleway_applications().insert(namesake.clone());
        fault(&stage, "CreateApplication", kind.clone());
        let output = stage.apply(&of("name = \"test\"\n  description = \"ours\""));
        assert!(
            output.stdout.contains("The answer to the creation of application"),
            "{kind:?}: {output}"
        );
        assert_eq!(
            stage.calls(),
            [
                "CreateApplication",
                "ListApplications",
                "GetApplication",
                "UpdateApplication"
            ],
            "{kind:?}"
        );
        let applications = stage.sandbox.scaleway_applications();
        assert_eq!(applications.keys().len(), 2);
        assert_eq!(applications.key(&namesake.id), Some(namesake));
        let state = stage.attributes(APPLICATION);
        let made = applications.key(state["id"].as_str().unwrap()).unwrap();
        assert_eq!(state, state_of(&made));
        assert_eq!(made.description, "ours");
        stage.expect_no_change();
    }
}

fn applications_of_one_name_whose_answers_were_lost_are_all_taken_over(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    for _ in 0..5 {
        fault(&stage, "CreateApplication", FaultKind::DropAfter);
    }
    stage.apply(&of("name = \"test\"\n  count = 5"));
    assert_eq!(stage.sandbox.scaleway_applications().keys().len(), 5);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.scaleway_applications().keys(), []);
}

fn a_request_that_never_arrived_is_sent_again(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    fault(&stage, "CreateApplication", FaultKind::Status(503));
    stage.apply(&of(r#"name = "test""#));
    only_application(&stage);
    stage.expect_no_change();
}

fn an_application_that_somebody_else_makes_meanwhile_is_left_alone(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    fault(&stage, "CreateApplication", FaultKind::DropAfter);
    stage.configure(&of("name = \"test\"\n  description = \"test\""));
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateApplication", PATIENCE).is_some());
    let namesake = Application {
        description: "test".to_owned(),
        ..Application::new("test", Utc::now())
    };
    stage.sandbox.scaleway_applications().insert(namesake.clone());
    running.wait().unwrap().success().unwrap();
    let applications = stage.sandbox.scaleway_applications().keys();
    assert_eq!(applications.len(), 2);
    assert!(applications.contains(&namesake));
    assert_ne!(stage.attributes(APPLICATION)["id"], namesake.id.as_str());
    stage.expect_no_change();
}

fn an_application_left_behind_is_noticed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let configuration = of(r#"name = "test""#);
    fault(&stage, "CreateApplication", FaultKind::Delay { milliseconds: 20_000 });
    stage.configure(&configuration);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateApplication", PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    let id = only_application(&stage).id;
    let output = stage.workspace.run(&["plan"]).unwrap();
    assert!(
        output
            .stdout
            .contains(&format!("application {id} was left behind by an earlier run")),
        "{output}"
    );
    stage.configure(&format!(
        "{configuration}\nimport {{\n  to = {APPLICATION}\n  id = \"{id}\"\n}}\n"
    ));
    stage.workspace.apply().unwrap();
    assert_eq!(only_application(&stage).id, id);
    // The mark is gone.
    assert_eq!(only_application(&stage).description, "");
    stage.expect_no_change();
}

fn a_description_that_cannot_be_set_taints_the_application_which_untainting_keeps(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let denied = FaultKind::Error {
        code: "permissions_denied".to_owned(),
    };
    fault(&stage, "UpdateApplication", denied);
    stage.configure(&of("name = \"test\"\n  description = \"ours\""));
    let said = stage.refused_apply();
    let made = only_application(&stage);
    assert!(
        said.contains(&format!(
            "The application {} was created, and still has the description",
            made.id
        )),
        "{said}"
    );
    assert!(
        made.description.starts_with("ours [Terraform request "),
        "{}",
        made.description
    );
    assert_eq!(stage.planned(APPLICATION)["actions"], json!(["delete", "create"]));
    stage
        .workspace
        .run(&["untaint", APPLICATION])
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(stage.planned(APPLICATION)["actions"], json!(["update"]));
    stage.workspace.apply().unwrap();
    let kept = only_application(&stage);
    assert_eq!((&kept.id, kept.description.as_str()), (&made.id, "ours"));
}

fn a_quota_is_told(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let full = FaultKind::Error {
        code: "quotas_exceeded".to_owned(),
    };
    fault(&stage, "CreateApplication", full);
    stage.configure(&of(r#"name = "test""#));
    let said = stage.refused_apply();
    assert!(said.contains("CreateApplication: quotas_exceeded"), "{said}");
    assert_eq!(stage.calls(), ["CreateApplication"]);
    assert!(stage.workspace.attributes(APPLICATION).is_err());
}

fn a_mistake_is_told_at_its_argument_before_anything_is_made(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    expect_refused(&stage, REQUIRED, "scaleway_iam_application", &MISTAKES);
}

const MISTAKES: [Mistake<'_>; 6] = [
    Mistake {
        name: "no_name",
        arguments: "name = \"\"",
        at: "name",
        says: r#"Invalid name: "name" must have 1 to 64 characters, but has 0."#,
    },
    Mistake {
        name: "long_name",
        arguments: "name = join(\"\", [for i in range(65) : \"ä\"])",
        at: "name",
        says: r#"Invalid name: "name" must have 1 to 64 characters, but has 65."#,
    },
    Mistake {
        name: "description",
        arguments: "description = join(\"\", [for i in range(201) : \"ä\"])",
        at: "description",
        says: r#"Invalid description: "description" must have 0 to 200 characters, but has 201."#,
    },
    Mistake {
        name: "organization",
        arguments: "organization_id = \"default\"",
        at: "organization_id",
        says: "Invalid organization_id: \"organization_id\" must be a UUID, such as \
               \"11111111-2222-3333-4444-555555555555\".",
    },
    Mistake {
        name: "many_tags",
        arguments: "tags = [for i in range(11) : \"tag ${i}\"]",
        at: "tags",
        says: r#"Invalid tags: "tags" must have at most 10 elements, but has 11."#,
    },
    Mistake {
        name: "null_tag",
        arguments: "tags = [\"one\", null]",
        at: "tags",
        says: r#"Invalid tags: "tags" must have no null element."#,
    },
];

fn an_import_id_that_is_no_uuid_is_refused_and_one_of_nothing_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&of(r#"name = "test""#));
    for id in ["test", "SCW00000000000000000", "11111111-2222-3333-4444-55555555555"] {
        let said = refusal(stage.workspace.run(&["import", APPLICATION, id]).unwrap());
        assert!(said.contains("The import id must be a UUID"), "{said}");
    }
    assert_eq!(stage.calls(), [""; 0]);
    let id = "11111111-2222-3333-4444-555555555555";
    let said = refusal(stage.workspace.run(&["import", APPLICATION, id]).unwrap());
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

fn a_generated_configuration_of_any_application_is_applied_once_and_then_fulfilled(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let full = Application {
        description: "a \"description\"".to_owned(),
        tags: vec!["one".to_owned(), "two".to_owned()],
        ..Application::new("full", Utc::now())
    };
    let applications = [Application::new("bare", Utc::now()), full];
    let ids = applications.map(|application| stage.sandbox.scaleway_applications().insert(application));
    expect_adopted(&stage, REQUIRED, "scaleway_iam_application", "", &ids);
}

/// The official provider writes null for no tags when it creates an application, and an empty list once it has read it.
fn an_official_state_of_an_application_opens_unchanged(cli: &Cli) {
    for (tags, written) in [(&[][..], Value::Null), (&[], json!([])), (&["ours"], json!(["ours"]))] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        let application = Application {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Application::new("test", Utc::now())
        };
        stage.sandbox.scaleway_applications().insert(application.clone());
        let mut official = state_of(&application);
        official["tags"] = written;
        let state = state_file(stage.registry(), APPLICATION, &official);
        stage.workspace.write("terraform.tfstate", &state).unwrap();
        stage.configure(&of(&format!("name = \"test\"\n  tags = {}", json!(tags))));
        stage.expect_no_change();
        if tags.is_empty() {
            stage.configure(&of(r#"name = "test""#));
            stage.expect_no_change();
        }
        let unrefreshed = stage
            .workspace
            .run(&["plan", "-detailed-exitcode", "-refresh=false"])
            .unwrap();
        assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.scaleway_applications().keys(), []);
    }
}

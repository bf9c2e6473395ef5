//! A Scaleway key where things go wrong: refused looks, lost answers, full quotas.

use cli::Cli;
use sandbox::{Cloud, Fault, FaultKind, Options};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::json_server::JsonServer;
use super::scaleway::{APPLICATION, KEY, fault, key, only_key, state_of};
use super::stage::{SCALEWAY, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    only_a_key_that_is_not_there_leaves_the_state,
    a_page_in_the_place_of_an_answer_is_no_sign_that_a_key_is_gone,
    a_refused_change_leaves_the_state_as_it_was,
    a_key_that_may_not_be_deleted_stays_in_the_state,
    a_throttled_create_is_repeated,
    a_full_quota_fails_at_once,
    a_key_made_without_telling_its_secret_is_not_taken_for_one,
    a_list_without_an_end_is_given_up,
    an_answer_to_a_create_that_names_no_key_is_uncertain,
];

fn only_a_key_that_is_not_there_leaves_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(""));
    let made = only_key(&stage);
    let error = |code: &str| FaultKind::Error { code: code.to_owned() };
    let rows = [
        (
            error("permissions_denied"),
            "GetAPIKey: permissions_denied: ",
            "permissions",
        ),
        (
            error("denied_authentication"),
            "GetAPIKey: denied_authentication: ",
            "credentials",
        ),
        (error("resource_expired"), "GetAPIKey: resource_expired: ", ""),
        // The one server error that is not worth another try.
        (FaultKind::Status(501), "GetAPIKey: internal_error: ", "Try again"),
    ];
    for (kind, expected, remedy) in rows {
        for command in [&["plan"][..], &["apply", "-refresh-only", "-auto-approve"]] {
            fault(&stage, "GetAPIKey", kind.clone());
            let said = refusal(stage.workspace.run(command).unwrap());
            assert!(said.contains(expected), "{said}");
            assert!(said.contains(remedy), "{said}");
            assert_eq!(stage.attributes(KEY), state_of(&made));
        }
    }
    stage.expect_no_change();
}

fn a_page_in_the_place_of_an_answer_is_no_sign_that_a_key_is_gone(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key("timeouts {\n    read = \"2s\"\n  }"));
    let made = stage.attributes(KEY);
    fault(&stage, "GetAPIKey", FaultKind::HtmlAfter);
    stage.expect_no_change();
    stage.sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some("GetAPIKey".to_owned()),
        kind: FaultKind::HtmlAfter,
        times: u32::MAX,
    });
    for command in [&["plan"][..], &["apply", "-refresh-only", "-auto-approve"]] {
        let said = refusal(stage.workspace.run(command).unwrap());
        assert!(said.contains("GetAPIKey: the response cannot be read"), "{said}");
        assert!(said.contains("endpoint"), "{said}");
        assert_eq!(stage.attributes(KEY), made);
    }
}

fn a_refused_change_leaves_the_state_as_it_was(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(r#"description = "one""#));
    let made = only_key(&stage);
    stage.configure(&key(r#"description = "two""#));
    let code = "permissions_denied".to_owned();
    fault(&stage, "UpdateAPIKey", FaultKind::Error { code });
    let said = stage.refused_apply();
    assert!(said.contains("UpdateAPIKey: permissions_denied: "), "{said}");
    assert!(said.contains("missing permission: write api_key"), "{said}");
    assert_eq!(stage.attributes(KEY), state_of(&made));
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
}

fn a_key_that_may_not_be_deleted_stays_in_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(""));
    let access_key = only_key(&stage).access_key;
    let deletable = |deletable| {
        stage
            .sandbox
            .scaleway()
            .update(&access_key, |key| key.deletable = deletable)
    };
    deletable(false);
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("DeleteAPIKey: permissions_denied: "), "{said}");
    assert_eq!(stage.attributes(KEY)["id"], access_key);
    deletable(true);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.scaleway().keys(), []);
}

fn a_throttled_create_is_repeated(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    fault(&stage, "CreateAPIKey", FaultKind::Throttle { retry_after: None });
    stage.apply(&key(""));
    // Its mark is looked for before another request is sent.
    let calls = ["CreateAPIKey", "ListAPIKeys", "CreateAPIKey", "UpdateAPIKey"];
    assert_eq!(stage.calls(), calls);
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
}

fn a_full_quota_fails_at_once(cli: &Cli) {
    let options = Options {
        scaleway_key_quota: 0,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[SCALEWAY], options);
    stage.configure(&key(""));
    let said = stage.refused_apply();
    assert!(said.contains("CreateAPIKey: quotas_exceeded: "), "{said}");
    assert!(said.contains("quota of IamApiKeys: 0"), "{said}");
    assert!(said.contains("ask the vendor for a higher quota"), "{said}");
    assert_eq!(stage.calls(), ["CreateAPIKey"]);
}

fn a_key_made_without_telling_its_secret_is_not_taken_for_one(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    let cloud = JsonServer::start(|_| {
        let made = json!({
            "access_key": "SCW00000000000000000", "secret_key": null, "application_id": APPLICATION, "api_keys": [],
            "description": "", "created_at": "2030-01-02T03:04:05.678901Z", "updated_at": null, "expires_at": null,
        });
        made.to_string()
    });
    let url = format!("http://{}", cloud.authority());
    stage.workspace = stage.workspace.environment([("SCW_API_URL", url)]);
    stage.configure(&key("timeouts {\n    create = \"1s\"\n  }"));
    let said = stage.refused_apply();
    assert!(
        said.contains("CreateAPIKey: the response is not about the key that was to be created"),
        "{said}"
    );
    assert!(said.contains("no API key that it created was found in time"), "{said}");
    assert!(stage.workspace.attributes(KEY).is_err());
}

fn a_list_without_an_end_is_given_up(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    // Every page holds one more key, whichever is asked for.
    let cloud = JsonServer::start(|request| match request.head.starts_with("get") {
        true => json!({ "api_keys": [{ "access_key": "SCW00000000000000000", "description": "other" }] }).to_string(),
        false => "{}".to_owned(),
    });
    let url = format!("http://{}", cloud.authority());
    stage.workspace = stage.workspace.environment([("SCW_API_URL", url)]);
    stage.configure(&key("timeouts {\n    create = \"1s\"\n  }"));
    let said = stage.refused_apply();
    assert!(
        said.contains("ListAPIKeys: the list of keys does not end after 200 pages"),
        "{said}"
    );
}

fn an_answer_to_a_create_that_names_no_key_is_uncertain(cli: &Cli) {
    for body in ["null", "{}", r#"{"access_key":""}"#, "[]"] {
        let mut stage = Stage::new(cli, &[SCALEWAY]);
        let cloud = JsonServer::start(move |_| body.to_owned());
        let url = format!("http://{}", cloud.authority());
        stage.workspace = stage.workspace.environment([("SCW_API_URL", url)]);
        stage.configure(&key("timeouts {\n    create = \"1s\"\n  }"));
        let said = stage.refused_apply();
        assert!(said.contains("The request may have been carried out"), "{said}");
    }
}

//! The life of a Scaleway user: create, change, import, disappear, destroy; and answers that are lost on the way.

use chrono::{DateTime, SecondsFormat, Utc};
use cli::Cli;
use sandbox::scaleway::User;
use sandbox::{FaultKind, credentials};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::diagnostics::{Mistake, expect_refused, warning};
use super::generated::expect_adopted;
use super::official_state::state_file;
use super::scaleway::{REQUIRED, fault};
use super::stage::{SCALEWAY, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_member_is_made_changed_imported_and_destroyed,
    applying_the_same_again_calls_for_a_look_only,
    users_of_a_list_are_made,
    without_a_username_the_address_is_one_and_stays,
    an_address_that_is_known_only_after_apply_is_taken,
    emails_are_sent_as_asked,
    a_user_deleted_outside_is_planned_and_made_again,
    a_change_outside_is_seen_and_set_right,
    an_organization_that_is_not_configured_is_that_of_the_credentials,
    a_password_is_of_use_at_creation_only_which_a_plan_says,
    an_import_neither_sets_nor_asks_for_a_password,
    a_user_whose_answer_was_lost_is_taken_over,
    users_whose_answers_were_lost_are_all_taken_over,
    a_request_that_never_arrived_is_sent_again,
    a_user_that_somebody_else_makes_is_not_taken_over,
    a_user_left_behind_is_noticed,
    a_username_that_cannot_be_changed_leaves_what_was_changed_before,
    changes_whose_answers_are_lost_are_made_once,
    a_mistake_is_told_at_its_argument_before_anything_is_made,
    an_import_id_that_is_no_uuid_is_refused_and_one_of_nothing_is_an_error,
    a_generated_configuration_of_any_user_is_applied_once_and_then_fulfilled,
    an_official_state_of_a_user_opens_unchanged,
];

const USER: &str = "scaleway_iam_user.member_user";

fn of(arguments: &str) -> String {
    format!("{REQUIRED}resource \"scaleway_iam_user\" \"member_user\" {{\n  {arguments}\n}}\n")
}

fn foo(arguments: &str) -> String {
    of(&format!(
        "email = \"foo@example.com\"\n  username = \"foo\"\n  {arguments}"
    ))
}

fn only_user(stage: &Stage) -> User {
    let [user] = &stage.sandbox.scaleway_users().keys()[..] else {
        panic!("expected one user");
    };
    user.clone()
}

/// The state that is to be there of a user for whom no password and no emails are configured.
fn state_of(user: &User) -> Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({
        "account_root_user_id": "",
        "created_at": time(user.created_at),
        "deletable": true,
        "email": user.email,
        "first_name": user.first_name,
        "id": user.id,
        "last_login_at": user.last_login_at.map(time).unwrap_or_default(),
        "last_name": user.last_name,
        "locale": user.locale,
        "locked": user.locked,
        "mfa": user.mfa,
        "organization_id": credentials::SCW_ORGANIZATION_ID,
        "password": null,
        "phone_number": user.phone_number,
        "send_password_email": null,
        "send_welcome_email": null,
        "status": "activated",
        "tags": user.tags,
        "type": "member",
        "updated_at": time(user.updated_at),
        "username": user.username,
    })
}

fn a_member_is_made_changed_imported_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&of("email = \"testiamusermember@scaleway.com\"
  username = \"testiamusermember\"
  first_name = \"Foo\"
  last_name = \"Bar\"
  password = \"Firstaccesspsw123\"
  locale = \"en_US\""));
    assert_eq!(stage.planned(USER)["after_sensitive"]["password"], true);
    stage.workspace.apply().unwrap();
    // Created under a mark, and tagged as it is to be. The answer to that does not have the time of the change.
    assert_eq!(stage.calls(), ["CreateUser", "UpdateUser", "GetUser"]);
    let made = only_user(&stage);
    let mut expected = state_of(&made);
    expected["password"] = json!("Firstaccesspsw123");
    assert_eq!(stage.attributes(USER), expected);
    assert_eq!(made.password, "Firstaccesspsw123");
    assert_eq!((made.first_name.as_str(), made.last_name.as_str()), ("Foo", "Bar"));
    assert_eq!(made.tags, [""; 0]);
    stage.expect_no_change();

    let changed = of("email = \"foobar@scaleway.com\"
  username = \"foobar\"
  last_name = \"Baz\"
  phone_number = \"+33112345678\"
  locale = \"fr_FR\"
  tags = [\"tf_tests\"]");
    stage.configure(&changed);
    let planned = stage.planned(USER);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["after_unknown"], json!({"tags": [false], "updated_at": true}));
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(
        stage.calls(),
        ["GetUser", "UpdateUser", "UpdateUserUsername", "GetUser"]
    );
    let remote = only_user(&stage);
    assert_eq!(stage.attributes(USER), state_of(&remote));
    assert_eq!((&remote.id, remote.username.as_str()), (&made.id, "foobar"));
    // What is configured no more is emptied.
    assert_eq!((remote.first_name.as_str(), remote.last_name.as_str()), ("", "Baz"));
    assert_eq!(
        (remote.phone_number.as_str(), remote.locale.as_str()),
        ("+33112345678", "fr_FR")
    );
    assert_eq!(remote.tags, ["tf_tests"]);
    stage.expect_no_change();
    stage.expect_import(&changed, USER, &remote.id, &[]);
    stage.calls();

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls(), ["GetUser", "DeleteUser"]);
    assert_eq!(stage.sandbox.scaleway_users().keys(), []);
}

fn applying_the_same_again_calls_for_a_look_only(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&foo(""));
    let made = stage.attributes(USER);
    assert_eq!(made, state_of(&only_user(&stage)));
    stage.calls();
    stage.apply(&foo(""));
    assert_eq!(stage.calls(), ["GetUser"]);
    assert_eq!(stage.attributes(USER), made);
}

fn users_of_a_list_are_made(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&format!(
        r#"{REQUIRED}
locals {{
  users = [
    {{
      email    = "test@test.com"
      username = "test"
    }},
    {{
      email    = "test2@test.com"
      username = "test2"
    }}
  ]
}}

resource "scaleway_iam_user" "users" {{
  count    = length(local.users)
  email    = local.users[count.index].email
  username = local.users[count.index].username
}}
"#
    ));
    let users = stage.sandbox.scaleway_users().keys();
    let mut names: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["test", "test2"]);
    stage.expect_no_change();
}

fn without_a_username_the_address_is_one_and_stays(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&of(r#"email = "one@example.com""#));
    assert_eq!(stage.planned(USER)["after"]["username"], "one@example.com");
    stage.workspace.apply().unwrap();
    assert_eq!(only_user(&stage).username, "one@example.com");
    stage.expect_no_change();
    stage.apply(&of(r#"email = "two@example.com""#));
    let remote = only_user(&stage);
    assert_eq!(
        (remote.email.as_str(), remote.username.as_str()),
        ("two@example.com", "one@example.com")
    );
    assert_eq!(stage.attributes(USER), state_of(&remote));
    stage.expect_no_change();
}

fn an_address_that_is_known_only_after_apply_is_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&format!(
        "{}resource \"terraform_data\" \"address\" {{\n  input = \"late@example.com\"\n}}\n",
        of("email = terraform_data.address.output")
    ));
    assert_eq!(only_user(&stage).username, "late@example.com");
    assert_eq!(stage.attributes(USER), state_of(&only_user(&stage)));
    stage.expect_no_change();
}

fn emails_are_sent_as_asked(cli: &Cli) {
    for (arguments, emails) in [
        ("", [false, false]),
        (
            "send_password_email = true\n  password = \"Firstaccesspsw123\"",
            [true, false],
        ),
        ("send_welcome_email = true", [false, true]),
    ] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        stage.apply(&foo(arguments));
        assert_eq!(only_user(&stage).emails, emails, "{arguments}");
        stage.expect_no_change();
        // Whoever was created is sent nothing any more.
        stage.apply(&foo(""));
        stage.expect_no_change();
    }
}

fn a_user_deleted_outside_is_planned_and_made_again(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&foo(""));
    let lost = only_user(&stage).id;
    stage.sandbox.scaleway_users().remove(&lost).unwrap();
    assert_eq!(stage.planned(USER)["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    let found = only_user(&stage).id;
    assert_ne!(found, lost);
    stage.sandbox.scaleway_users().remove(&found).unwrap();
    stage.calls();
    let arguments = ["destroy", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), ["DeleteUser"]);
}

fn a_change_outside_is_seen_and_set_right(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&foo(r#"first_name = "Ours""#));
    stage.sandbox.scaleway_users().update(&only_user(&stage).id, |user| {
        user.first_name = "Theirs".to_owned();
        user.username = "theirs".to_owned();
        user.last_login_at = Some(Utc::now());
        user.locked = true;
    });
    let planned = stage.planned(USER);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before"]["username"], "theirs");
    assert_eq!(planned["before"]["locked"], true);
    stage.workspace.apply().unwrap();
    let remote = only_user(&stage);
    assert_eq!((remote.first_name.as_str(), remote.username.as_str()), ("Ours", "foo"));
    assert_eq!(stage.attributes(USER), state_of(&remote));
    stage.expect_no_change();
}

fn an_organization_that_is_not_configured_is_that_of_the_credentials(cli: &Cli) {
    let mut stage = Stage::new(cli, &[SCALEWAY]);
    stage.workspace = stage.workspace.without("SCW_DEFAULT_ORGANIZATION_ID");
    stage.apply(&foo(""));
    assert_eq!(stage.calls()[..3], ["GetAPIKey", "GetUser", "CreateUser"]);
    assert_eq!(stage.attributes(USER), state_of(&only_user(&stage)));
    stage.expect_no_change();
    stage.configure(&foo("organization_id = \"11111111-2222-3333-4444-555555555555\""));
    assert_eq!(stage.planned(USER)["replace_paths"], json!([["organization_id"]]));
}

fn a_password_is_of_use_at_creation_only_which_a_plan_says(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&foo(r#"password = "Firstaccesspsw123""#));
    stage.configure(&foo(r#"password = "Secondaccesspsw123""#));
    let (line, text) = warning(&stage);
    assert!(line.starts_with("password"), "{line}");
    assert_eq!(
        text,
        "Possibly invalid password: \"password\" is used only when a user is created: the password of this user stays as it is."
    );
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetUser"]);
    assert_eq!(only_user(&stage).password, "Firstaccesspsw123");
    assert_eq!(stage.attributes(USER)["password"], "Secondaccesspsw123");
    stage.expect_no_change();
    stage.apply(&foo(""));
    assert_eq!(stage.attributes(USER)["password"], Value::Null);
    stage.expect_no_change();
}

fn an_import_neither_sets_nor_asks_for_a_password(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let mut user = User::new("foo", "foo@example.com", Utc::now());
    user.password = "chosen since".to_owned();
    let id = stage.sandbox.scaleway_users().insert(user.clone());
    stage.configure(&foo(r#"password = "Firstaccesspsw123""#));
    stage.workspace.import(USER, &id).unwrap();
    assert_eq!(stage.attributes(USER), state_of(&user));
    stage.workspace.apply().unwrap();
    assert_eq!(stage.sandbox.scaleway_users().keys(), [user]);
    stage.expect_no_change();
}

/// What happens to an answer on its way back; the request has been carried out.
const LOSSES: [FaultKind; 4] = [
    FaultKind::DropAfter,
    FaultKind::TruncatedBody,
    FaultKind::HtmlAfter,
    FaultKind::StatusAfter(503),
];

fn a_user_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    for kind in LOSSES {
        let stage = Stage::new(cli, &[SCALEWAY]);
        fault(&stage, "CreateUser", kind.clone());
        let output = stage.apply(&foo(r#"tags = ["ours"]"#));
        assert!(
            output.stdout.contains("The answer to the creation of user"),
            "{kind:?}: {output}"
        );
        assert_eq!(
            stage.calls(),
            ["CreateUser", "ListUsers", "GetUser", "UpdateUser", "GetUser"],
            "{kind:?}"
        );
        let made = only_user(&stage);
        assert_eq!(stage.attributes(USER), state_of(&made));
        assert_eq!(made.tags, ["ours"]);
        stage.expect_no_change();
    }
}

fn users_whose_answers_were_lost_are_all_taken_over(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    for _ in 0..5 {
        fault(&stage, "CreateUser", FaultKind::DropAfter);
    }
    stage.apply(&of(
        "email = \"foo@example.com\"\n  username = \"foo${count.index}\"\n  count = 5",
    ));
    assert_eq!(stage.sandbox.scaleway_users().keys().len(), 5);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.scaleway_users().keys(), []);
}

fn a_request_that_never_arrived_is_sent_again(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    fault(&stage, "CreateUser", FaultKind::Status(503));
    stage.apply(&foo(""));
    only_user(&stage);
    stage.expect_no_change();
}

/// Of the same name and address, and with the same tags: a name that only one user can have proves nothing.
fn a_user_that_somebody_else_makes_is_not_taken_over(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let namesake = User {
        tags: vec!["ours".to_owned()],
        ..User::new("foo", "foo@example.com", Utc::now())
    };
    stage.sandbox.scaleway_users().insert(namesake.clone());
    fault(&stage, "CreateUser", FaultKind::DropAfter);
    stage.configure(&foo(r#"tags = ["ours"]"#));
    let said = stage.refused_apply();
    assert!(said.contains("username: constraint is used by another user"), "{said}");
    assert!(stage.workspace.attributes(USER).is_err());
    assert_eq!(stage.sandbox.scaleway_users().keys(), [namesake]);
}

fn a_user_left_behind_is_noticed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let configuration = foo("");
    fault(&stage, "CreateUser", FaultKind::Delay { milliseconds: 20_000 });
    stage.configure(&configuration);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateUser", PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    let id = only_user(&stage).id;
    let output = stage.workspace.run(&["plan"]).unwrap();
    assert!(
        output
            .stdout
            .contains(&format!("user {id} was left behind by an earlier run")),
        "{output}"
    );
    stage.configure(&format!(
        "{configuration}\nimport {{\n  to = {USER}\n  id = \"{id}\"\n}}\n"
    ));
    stage.workspace.apply().unwrap();
    assert_eq!((only_user(&stage).id, only_user(&stage).tags), (id, Vec::new()));
    stage.expect_no_change();
}

fn a_username_that_cannot_be_changed_leaves_what_was_changed_before(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&foo(""));
    let denied = FaultKind::Error {
        code: "permissions_denied".to_owned(),
    };
    fault(&stage, "UpdateUserUsername", denied);
    stage.configure(&of(
        "email = \"bar@example.com\"\n  username = \"bar\"\n  first_name = \"Bar\"",
    ));
    let said = stage.refused_apply();
    assert!(said.contains("UpdateUserUsername: permissions_denied"), "{said}");
    let state = stage.attributes(USER);
    assert_eq!(
        (&state["username"], &state["email"]),
        (&json!("foo"), &json!("bar@example.com"))
    );
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetUser", "UpdateUserUsername", "GetUser"]);
    assert_eq!(stage.attributes(USER), state_of(&only_user(&stage)));
    stage.expect_no_change();
}

fn changes_whose_answers_are_lost_are_made_once(cli: &Cli) {
    for operation in ["UpdateUser", "UpdateUserUsername", "DeleteUser"] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        stage.apply(&foo(""));
        fault(&stage, operation, FaultKind::DropAfter);
        stage.apply(&of(
            "email = \"bar@example.com\"\n  username = \"bar\"\n  tags = [\"ours\"]",
        ));
        assert_eq!(stage.attributes(USER), state_of(&only_user(&stage)), "{operation}");
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.scaleway_users().keys(), []);
    }
}

fn a_mistake_is_told_at_its_argument_before_anything_is_made(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    expect_refused(&stage, REQUIRED, "scaleway_iam_user", &MISTAKES);
    // A user who exists may have none.
    let locale = Mistake {
        name: "locale",
        arguments: "email = \"somebody@example.com\"\nlocale = \"\"",
        at: "locale",
        says: r#"Invalid locale: "locale" must not be empty; leave it out for the default."#,
    };
    expect_refused(&stage, REQUIRED, "scaleway_iam_user", &[locale]);
}

const MISTAKES: [Mistake<'_>; 5] = [
    Mistake {
        name: "address",
        arguments: "email = \"somebody\"",
        at: "email",
        says: r#"Invalid email: "email" must be an email address, such as "someone@example.com", but is "somebody"."#,
    },
    Mistake {
        name: "no_address",
        arguments: "email = null",
        at: "email",
        says: r#"Invalid email: "email" is required, but null."#,
    },
    Mistake {
        name: "username",
        arguments: "email = \"somebody@example.com\"\nusername = \"\"",
        at: "username",
        says: r#"Invalid username: "username" must not be empty; leave it out for the default."#,
    },
    Mistake {
        name: "organization",
        arguments: "email = \"somebody@example.com\"\norganization_id = \"default\"",
        at: "organization_id",
        says: "Invalid organization_id: \"organization_id\" must be a UUID, such as \
               \"11111111-2222-3333-4444-555555555555\".",
    },
    Mistake {
        name: "many_tags",
        arguments: "email = \"somebody@example.com\"\ntags = [for i in range(11) : \"tag ${i}\"]",
        at: "tags",
        says: r#"Invalid tags: "tags" must have at most 10 elements, but has 11."#,
    },
];

fn an_import_id_that_is_no_uuid_is_refused_and_one_of_nothing_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.configure(&foo(""));
    let said = refusal(stage.workspace.run(&["import", USER, "foo@example.com"]).unwrap());
    assert!(said.contains("The import id must be a UUID"), "{said}");
    assert_eq!(stage.calls(), [""; 0]);
    let id = "11111111-2222-3333-4444-555555555555";
    let said = refusal(stage.workspace.run(&["import", USER, id]).unwrap());
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

fn a_generated_configuration_of_any_user_is_applied_once_and_then_fulfilled(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let full = User {
        first_name: "Foo".to_owned(),
        last_login_at: Some(Utc::now()),
        phone_number: "+33112345678".to_owned(),
        tags: vec!["one".to_owned()],
        ..User::new("full", "full@example.com", Utc::now())
    };
    let without_locale = User {
        locale: String::new(),
        ..User::new("guest@example.com", "guest@example.com", Utc::now())
    };
    let users = [User::new("bare", "bare@example.com", Utc::now()), full, without_locale];
    let ids = users.map(|user| stage.sandbox.scaleway_users().insert(user));
    expect_adopted(&stage, REQUIRED, "scaleway_iam_user", "", &ids);
}

/// Its attributes for a password that is not stored are unknown here, and null in such a state.
fn an_official_state_of_a_user_opens_unchanged(cli: &Cli) {
    for (password, tags) in [
        (Value::Null, Value::Null),
        (json!("Firstaccesspsw123"), json!([])),
        (Value::Null, json!(["ours"])),
    ] {
        let stage = Stage::new(cli, &[SCALEWAY]);
        let mut user = User::new("foo", "foo@example.com", Utc::now());
        user.tags = tags
            .as_array()
            .into_iter()
            .flatten()
            .map(|_| "ours".to_owned())
            .collect();
        stage.sandbox.scaleway_users().insert(user.clone());
        let mut official = state_of(&user);
        official["password"] = password.clone();
        official["tags"] = tags;
        official["password_wo"] = Value::Null;
        official["password_wo_version"] = Value::Null;
        let state = state_file(stage.registry(), USER, &official);
        stage.workspace.write("terraform.tfstate", &state).unwrap();
        let password = password
            .as_str()
            .map_or_else(String::new, |text| format!("password = \"{text}\""));
        stage.configure(&foo(&format!("{password}\n  tags = {}", json!(user.tags))));
        stage.expect_no_change();
        let unrefreshed = stage
            .workspace
            .run(&["plan", "-detailed-exitcode", "-refresh=false"])
            .unwrap();
        assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.scaleway_users().keys(), []);
    }
}

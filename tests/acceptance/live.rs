//! The tests against the real clouds, run against the sandbox: what they make, what they remove, and what they tell.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::{env, fs};

use chrono::{DateTime, TimeDelta, Utc};
use cli::Cli;
use sandbox::scaleway::Bearer;
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox, aws, scaleway, tencentcloud};
use support::harness::{Test, cli_tests, plain_tests};

use self::suite::name::Name;
use self::suite::scaleway::HOLDERS;
use self::suite::{Variables, Verdict};
use super::scaleway::{APPLICATION, USER};
use super::stage;

#[path = "../live/suite/mod.rs"]
mod suite;

pub(crate) const TESTS: &[Test] = cli_tests![
    live_tests_make_change_and_remove_a_key_at_every_cloud,
    credentials_in_the_users_folder_count_and_settings_of_the_cli_do_not,
    leftovers_of_earlier_live_tests_are_removed_and_nothing_else_is,
    a_cloud_that_is_not_configured_is_skipped_with_the_reason,
    a_live_test_that_fails_is_told_and_leaves_no_key,
    a_key_that_outlives_its_destroy_fails_the_live_test_and_is_removed,
    a_key_that_cannot_be_removed_is_told_by_its_name,
    wrong_credentials_fail_the_live_test,
];
pub(crate) const PLAIN_TESTS: &[Test] = plain_tests![
    arguments_of_a_harness_select_live_tests,
    a_name_is_read_as_it_is_written,
];

const ALL_PASSED: &str = "\
test aws ... ok
test tencentcloud ... ok
test scaleway ... ok

live result: ok. 3 passed; 0 failed; 0 skipped

";

fn live_tests_make_change_and_remove_a_key_at_every_cloud(cli: &Cli) {
    let sandbox = sandbox();
    assert_eq!(
        run(&variables(cli, &sandbox), &[]),
        (Verdict::Passed, ALL_PASSED.to_owned())
    );
    let mut calls = BTreeMap::new();
    for entry in sandbox.journal() {
        *calls.entry(entry.operation).or_default() += 1;
    }
    let expected = [
        ("CreateAPIKey", 1),
        ("CreateApiKey", 2),
        ("DeleteAPIKey", 1),
        ("DeleteApiKey", 2),
        ("DescribeApiKey", 10),
        ("DescribeApiKeysStatus", 2),
        ("DisableApiKey", 1),
        ("GetAPIKey", 8),
        ("GetApiKey", 8),
        ("GetApiKeys", 2),
        ("ListAPIKeys", 2),
        ("TagResource", 1),
        ("UntagResource", 1),
        ("UpdateAPIKey", 2),
        ("UpdateApiKey", 1),
    ];
    assert_eq!(
        calls,
        expected.map(|(operation, times)| (operation.to_owned(), times)).into()
    );
    assert_eq!(names(&sandbox), [""; 0]);
}

fn credentials_in_the_users_folder_count_and_settings_of_the_cli_do_not(cli: &Cli) {
    let sandbox = sandbox();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/scw");
    fs::create_dir_all(&folder).unwrap();
    let mut variables = variables(cli, &sandbox);
    let mut moved = |name| variables.remove(OsStr::new(name)).unwrap().into_string().unwrap();
    let file = format!(
        "access_key: {}\nsecret_key: {}\napi_url: {}\n",
        moved("SCW_ACCESS_KEY"),
        moved("SCW_SECRET_KEY"),
        moved("SCW_API_URL")
    );
    fs::write(folder.join("config.yaml"), file).unwrap();
    for variable in [
        "TF_CLI_ARGS",
        "TF_CLI_ARGS_plan",
        "TF_DATA_DIR",
        "TF_REATTACH_PROVIDERS",
        "TF_WORKSPACE",
    ] {
        variables.insert(variable.into(), "-elsewhere".into());
    }
    variables.insert("HOME".into(), home.path().into());
    let told = "test scaleway ... ok\n\nlive result: ok. 1 passed; 0 failed; 0 skipped\n\n";
    assert_eq!(run(&variables, &["scaleway"]), (Verdict::Passed, told.to_owned()));
}

fn leftovers_of_earlier_live_tests_are_removed_and_nothing_else_is(cli: &Cli) {
    let sandbox = sandbox();
    let now = Utc::now();
    let old = Name::new(now - TimeDelta::hours(2));
    // Another run may be at work.
    let young = Name::new(now - TimeDelta::minutes(30));
    let foreign = [
        "production",
        "tf-apikeys-live-",
        "tf-apikeys-live-backend",
        "tf-apikeys-live-20200101T000000Z",
        "tf-apikeys-live-20200101T000000Z-backend",
        "not-tf-apikeys-live-20200101T000000Z-x7Kp2mQa",
    ];
    for name in foreign {
        insert(&sandbox, name, name, name, now - TimeDelta::days(9));
    }
    for name in [&old, &young] {
        let described = format!("{name} changed");
        insert(&sandbox, &name.to_string(), &name.underscored(), &described, name.began);
    }
    let told = format!(
        "\
test aws ... ok (left behind by earlier runs, and removed: {old})
test tencentcloud ... ok (left behind by earlier runs, and removed: {})
test scaleway ... ok (left behind by earlier runs, and removed: {old} changed)

live result: ok. 3 passed; 0 failed; 0 skipped

",
        old.underscored()
    );
    assert_eq!(run(&variables(cli, &sandbox), &[]), (Verdict::Passed, told));
    let kept = |young: String| foreign.map(str::to_owned).into_iter().chain([young]);
    let kept = kept(young.to_string())
        .chain(kept(young.underscored()))
        .chain(kept(format!("{young} changed")));
    assert_eq!(names(&sandbox), kept.collect::<Vec<_>>());
}

fn a_cloud_that_is_not_configured_is_skipped_with_the_reason(cli: &Cli) {
    let sandbox = sandbox();
    let [(_, application), _] = HOLDERS;
    let rows: [(&[&str], [&str; 3]); 4] = [
        (
            &["AWS_REGION", "AWS_DEFAULT_REGION", "SCW_SECRET_KEY", application],
            [
                "skipped (no region)",
                "ok",
                "skipped (there is SCW_ACCESS_KEY, but no secret key)",
            ],
        ),
        (
            &["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", application],
            [
                "ok",
                "skipped (no Tencent Cloud credentials)",
                "skipped (neither APIKEYS_LIVE_SCW_APPLICATION_ID nor APIKEYS_LIVE_SCW_USER_ID says who is to hold the key)",
            ],
        ),
        (
            &[
                "TENCENTCLOUD_SECRET_ID",
                "TENCENTCLOUD_SECRET_KEY",
                "SCW_ACCESS_KEY",
                "SCW_SECRET_KEY",
            ],
            [
                "ok",
                "skipped (no Tencent Cloud credentials)",
                "skipped (no Scaleway credentials)",
            ],
        ),
        (&["TF_ACC"], ["skipped (TF_ACC is not 1)"; 3]),
    ];
    for (lacking, [aws, tencentcloud, scaleway]) in rows {
        let mut variables = variables(cli, &sandbox);
        variables.retain(|name, _| !lacking.iter().any(|lacking| name == lacking));
        let (verdict, told) = run(&variables, &[]);
        let passed = [aws, tencentcloud, scaleway]
            .iter()
            .filter(|told| **told == "ok")
            .count();
        let expected = format!(
            "\
test aws ... {aws}
test tencentcloud ... {tencentcloud}
test scaleway ... {scaleway}

live result: ok. {passed} passed; 0 failed; {} skipped

",
            3 - passed
        );
        assert_eq!((verdict, told), (Verdict::Passed, expected), "without {lacking:?}");
    }
    let made = sandbox
        .journal()
        .iter()
        .filter(|entry| entry.operation.starts_with("Create"))
        .count();
    assert_eq!(
        made, 3,
        "keys are made where the test is told to have passed, and nowhere else"
    );
}

fn a_live_test_that_fails_is_told_and_leaves_no_key(cli: &Cli) {
    let sandbox = sandbox();
    let rows = [
        (Cloud::Aws, "UpdateApiKey", "BadRequestException"),
        (Cloud::Tencentcloud, "DisableApiKey", "InvalidParameter"),
        (Cloud::Scaleway, "UpdateAPIKey", "invalid_arguments"),
    ];
    for (cloud, operation, code) in rows {
        fault(&sandbox, cloud, operation, code);
    }
    let old = Name::new(Utc::now() - TimeDelta::hours(2));
    let key = aws::Key::new("us-east-1", &old.to_string(), old.began);
    sandbox.aws().insert(key);
    let (verdict, told) = run(&variables(cli, &sandbox), &[]);
    assert_eq!(verdict, Verdict::Failed, "{told}");
    let swept = format!("test aws ... FAILED (left behind by earlier runs, and removed: {old})\n");
    assert!(told.contains(&swept), "{told}");
    for (cloud, operation, code) in rows {
        assert!(told.contains(&format!("test {cloud} ... FAILED")), "{told}");
        assert!(told.contains(&format!("{operation}: {code}")), "{told}");
    }
    assert!(
        told.contains("live result: FAILED. 0 passed; 3 failed; 0 skipped\n"),
        "{told}"
    );
    assert_eq!(names(&sandbox), [""; 0]);
}

fn a_key_that_outlives_its_destroy_fails_the_live_test_and_is_removed(cli: &Cli) {
    let sandbox = sandbox();
    // To the provider, what is not found is gone.
    fault(&sandbox, Cloud::Aws, "DeleteApiKey", "NotFoundException");
    let (verdict, told) = run(&variables(cli, &sandbox), &["aws"]);
    assert_eq!(verdict, Verdict::Failed, "{told}");
    assert!(told.contains(" is still there after destroy\n"), "{told}");
    assert_eq!(names(&sandbox), [""; 0]);
}

fn a_key_that_cannot_be_removed_is_told_by_its_name(cli: &Cli) {
    let sandbox = sandbox();
    let mut variables = variables(cli, &sandbox);
    let [(_, application), (_, user)] = HOLDERS;
    variables.remove(OsStr::new(application));
    variables.insert(user.into(), USER.into());
    // Once for Terraform, once for the sweep.
    for _ in 0..2 {
        fault(&sandbox, Cloud::Scaleway, "DeleteAPIKey", "invalid_arguments");
    }
    let (verdict, told) = run(&variables, &["scaleway"]);
    assert_eq!(verdict, Verdict::Failed, "{told}");
    let [left] = sandbox.scaleway().keys().try_into().unwrap();
    assert_eq!(left.bearer, Bearer::User(USER.to_owned()));
    let name = Name::parse(&left.description).unwrap();
    let warning = format!("a key named {name} may be left behind: DeleteAPIKey: invalid_arguments");
    assert!(told.contains(&warning), "{told}");
    // Whatever else fails, it ends by itself.
    assert!(left.expires_at.unwrap() <= Utc::now() + TimeDelta::days(1));
}

fn wrong_credentials_fail_the_live_test(cli: &Cli) {
    let sandbox = sandbox();
    let mut variables = variables(cli, &sandbox);
    variables.insert("AWS_SECRET_ACCESS_KEY".into(), "wrong".into());
    let (verdict, told) = run(&variables, &["aws"]);
    assert_eq!(verdict, Verdict::Failed, "{told}");
    assert!(told.contains("test aws ... FAILED\n"), "{told}");
    assert!(told.contains("before anything was made: GetApiKeys: "), "{told}");
}

fn arguments_of_a_harness_select_live_tests() {
    let rows: [(&[&str], &str); 5] = [
        (&["--list"], "aws: test\ntencentcloud: test\nscaleway: test\n"),
        (&["--list", "aws", "way"], "aws: test\nscaleway: test\n"),
        (&["--list", "--skip", "aws", "--skip=way"], "tencentcloud: test\n"),
        (
            &["--list", "--nocapture", "--test-threads", "1", "--color=never", "scale"],
            "scaleway: test\n",
        ),
        (&["none"], "\nlive result: ok. 0 passed; 0 failed; 0 skipped\n\n"),
    ];
    for (arguments, told) in rows {
        assert_eq!(
            run(&Variables::default(), arguments),
            (Verdict::Passed, told.to_owned()),
            "{arguments:?}"
        );
    }
}

fn a_name_is_read_as_it_is_written() {
    let name = Name::new("2026-01-31T23:59:59Z".parse().unwrap());
    assert!(
        name.to_string().starts_with("tf-apikeys-live-20260131T235959Z-"),
        "{name}"
    );
    for text in [name.to_string(), name.underscored(), format!("{name} changed")] {
        assert_eq!(Name::parse(&text), Some(name.clone()), "{text}");
    }
}

/// Clouds for a run.
fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

/// The variables of a user who wants live tests on this CLI, and whose credentials lead to the sandbox.
fn variables(cli: &Cli, sandbox: &Sandbox) -> Variables {
    let path = env::var_os("PATH").unwrap_or_default();
    let of_this_machine = [
        ("PATH".into(), path),
        ("TF_ACC_TERRAFORM_PATH".into(), cli.program().into()),
    ];
    let [(_, application), _] = HOLDERS;
    let asked = [("TF_ACC", "1"), (application, APPLICATION)].map(|(name, value)| (name.into(), value.into()));
    let of_sandbox = sandbox.environment();
    let of_sandbox = of_sandbox.into_iter().map(|(name, value)| (name.into(), value.into()));
    of_this_machine.into_iter().chain(asked).chain(of_sandbox).collect()
}

fn run(variables: &Variables, arguments: &[&str]) -> (Verdict, String) {
    let mut out = Vec::new();
    let arguments = arguments.iter().map(|argument| (*argument).to_owned());
    let verdict = suite::run(variables, arguments, &mut out).unwrap();
    (verdict, String::from_utf8(out).unwrap())
}

fn fault(sandbox: &Sandbox, cloud: Cloud, operation: &str, code: &str) {
    sandbox.fault(Fault {
        cloud,
        operation: Some(operation.to_owned()),
        kind: FaultKind::Error { code: code.to_owned() },
        times: 1,
    });
}

/// Makes a key of these names at each cloud.
fn insert(sandbox: &Sandbox, aws: &str, tencentcloud: &str, scaleway: &str, made: DateTime<Utc>) {
    sandbox.aws().insert(aws::Key::new("us-east-1", aws, made));
    let key = tencentcloud::Key::new("ap-guangzhou", tencentcloud, made);
    sandbox.tencentcloud().insert(key);
    let holder = Bearer::Application(APPLICATION.to_owned());
    sandbox.scaleway().insert(scaleway::Key::new(holder, scaleway, made));
}

/// The names of all keys there are: of AWS, of Tencent Cloud and of Scaleway.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let clouds = [Cloud::Aws, Cloud::Tencentcloud, Cloud::Scaleway];
    clouds
        .into_iter()
        .flat_map(|cloud| stage::names(sandbox, cloud))
        .collect()
}

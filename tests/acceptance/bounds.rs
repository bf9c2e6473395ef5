//! Files without an end, commands that do not end, services that do not answer: each is told, soon, and by its name.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use cli::Cli;
use sandbox::Cloud;
use sandbox::credentials::{AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_SECRET_ACCESS_KEY, AWS_SSO_ROLE};
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{aws, scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    files_without_an_end_are_told,
    pipes_that_nobody_writes_to_are_told_in_the_place_of_shared_files,
    pipes_that_nobody_writes_to_are_told_in_the_place_of_tokens,
    pipes_that_nobody_writes_to_are_told_in_the_place_of_certificates,
    a_command_that_prints_for_ever_is_told_by_its_profile,
    a_command_whose_helper_keeps_its_output_open_does_not_hang_an_apply,
    an_interrupt_ends_the_wait_for_a_command_and_the_command,
    many_keys_wait_once_for_an_instance_that_does_not_answer,
];

const LONG: &str = "cannot be read (it is longer than 4 MiB)";
const LATE: &str = "cannot be read (it did not end within 5 seconds)";

/// A stage on which AWS's credentials have to be looked for, with these variables and a home of its own.
fn nobody(cli: &Cli, variables: &[(&str, &str)]) -> Stage {
    let mut stage = Stage::new(cli, &[AWS]);
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    let home = stage.workspace.folder();
    stage.workspace = stage
        .workspace
        .environment([("HOME", home)])
        .environment(variables.iter().copied());
    stage.configure(&aws::key(r#"name = "test""#));
    stage
}

/// A pipe that nobody writes to.
fn pipe(stage: &Stage, name: &str) -> String {
    let path = stage.workspace.folder().join(name);
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path.to_string_lossy().into_owned()
}

/// Applies, and expects to be told this soon.
fn expect_told(stage: &Stage, said: &[&str]) {
    let start = Instant::now();
    let told = stage.refused_apply();
    for words in said {
        assert!(told.contains(words), "{words}: {told}");
    }
    // Plan and apply are a process each, and each may wait.
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

fn files_without_an_end_are_told(cli: &Cli) {
    let aws = |variable| {
        let stage = nobody(cli, &[(variable, "/dev/zero")]);
        (stage, "the file /dev/zero")
    };
    let scaleway = || {
        let mut stage = Stage::new(cli, &[SCALEWAY]);
        stage.workspace = stage.workspace.environment([("SCW_CONFIG_PATH", "/dev/zero")]);
        stage.configure(&scaleway::key(""));
        (stage, "the config file /dev/zero cannot be used: it")
    };
    let tencentcloud = || {
        let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
        for variable in ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] {
            stage.workspace = stage.workspace.without(variable);
        }
        let variable = ("TENCENTCLOUD_CREDENTIALS_FILE", "/dev/zero");
        stage.workspace = stage.workspace.environment([variable]);
        stage.configure(&tencentcloud::key(r#"secret_name = "test""#));
        (stage, "the file /dev/zero cannot be used: it")
    };
    let single_sign_on = || {
        let stage = nobody(cli, &[("AWS_PROFILE", "sso")]);
        let cache = stage.workspace.folder().join(".aws/sso/cache");
        fs::create_dir_all(&cache).unwrap();
        // SHA-1 of the portal's URL.
        let file = cache.join("e009d2e714015aae0f6dc0696568e5d668596a14.json");
        std::os::unix::fs::symlink("/dev/zero", file).unwrap();
        let portal = "sso_start_url = https://sandbox.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 1\n";
        let config = format!("[profile sso]\n{portal}sso_role_name = {AWS_SSO_ROLE}\n");
        fs::write(stage.workspace.folder().join(".aws/config"), config).unwrap();
        (stage, "e009d2e714015aae0f6dc0696568e5d668596a14.json")
    };
    let stages = [
        aws("AWS_SHARED_CREDENTIALS_FILE"),
        aws("AWS_CONFIG_FILE"),
        scaleway(),
        tencentcloud(),
        single_sign_on(),
    ];
    for (stage, file) in stages {
        expect_told(&stage, &[file, LONG]);
    }
}

fn pipes_that_nobody_writes_to_are_told_in_the_place_of_shared_files(cli: &Cli) {
    for variable in ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"] {
        let mut stage = nobody(cli, &[]);
        let pipe = pipe(&stage, "pipe");
        stage.workspace = stage.workspace.environment([(variable, &pipe)]);
        expect_told(&stage, &["/pipe", LATE]);
    }
}

fn pipes_that_nobody_writes_to_are_told_in_the_place_of_tokens(cli: &Cli) {
    let mut stage = nobody(cli, &[("AWS_ROLE_ARN", AWS_ROLE_ARN)]);
    let token = pipe(&stage, "token");
    stage.workspace = stage.workspace.environment([("AWS_WEB_IDENTITY_TOKEN_FILE", &token)]);
    expect_told(&stage, &["the web identity token file ", "/token", LATE]);

    let url = format!("{}/credentials", stage.sandbox.url(Cloud::Aws));
    let mut stage = nobody(cli, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]);
    let token = pipe(&stage, "token");
    stage.workspace = stage
        .workspace
        .environment([("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)]);
    expect_told(
        &stage,
        &["the container: no AWS credentials: the file ", "/token", LATE],
    );
}

fn pipes_that_nobody_writes_to_are_told_in_the_place_of_certificates(cli: &Cli) {
    let rows = [
        ("AWS_CA_BUNDLE", "the CA certificates of AWS_CA_BUNDLE cannot be used: "),
        #[cfg(not(target_vendor = "apple"))]
        ("SSL_CERT_FILE", "the CA certificates of SSL_CERT_FILE cannot be used: "),
    ];
    for (variable, told) in rows {
        let mut stage = Stage::new(cli, &[AWS]);
        stage.configure(&aws::key(r#"name = "test""#));
        let bundle = pipe(&stage, "bundle");
        stage.workspace = stage.workspace.environment([(variable, &bundle)]);
        expect_told(&stage, &[told, "/bundle", LATE]);
    }
}

/// A stage whose credentials come from a command.
fn of_command(cli: &Cli, command: &str) -> Stage {
    let stage = nobody(cli, &[("AWS_PROFILE", "work")]);
    let folder = stage.workspace.folder().join(".aws");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("config"),
        format!("[profile work]\ncredential_process = {command}\n"),
    )
    .unwrap();
    stage
}

fn a_command_that_prints_for_ever_is_told_by_its_profile(cli: &Cli) {
    let stage = of_command(cli, "yes hunter2");
    let start = Instant::now();
    let told = stage.refused_apply();
    let expected = "credential_process: no AWS credentials: the command of the profile \"work\" printed something longer than \
                    1048576 bytes, and was killed";
    assert!(told.contains(expected), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

fn a_command_whose_helper_keeps_its_output_open_does_not_hang_an_apply(cli: &Cli) {
    let json = format!(
        r#"{{\"Version\": 1, \"AccessKeyId\": \"{AWS_ACCESS_KEY_ID}\", \"SecretAccessKey\": \"{AWS_SECRET_ACCESS_KEY}\"}}"#
    );
    let stage = of_command(cli, &format!("sleep 1000 & echo $! >> pids; echo \"{json}\""));
    let start = Instant::now();
    stage.workspace.apply().unwrap();
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
    // They may be agents that others need, and are left alone.
    for pid in fs::read_to_string(stage.workspace.folder().join("pids"))
        .unwrap()
        .lines()
    {
        let ended = std::process::Command::new("kill").arg(pid).status().unwrap();
        assert!(ended.success(), "{pid}");
    }
}

fn an_interrupt_ends_the_wait_for_a_command_and_the_command(cli: &Cli) {
    let stage = of_command(cli, "echo $$ > pid; sleep 1000; true");
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    let file = stage.workspace.folder().join("pid");
    let start = Instant::now();
    while !fs::read_to_string(&file).is_ok_and(|pid| pid.ends_with('\n')) {
        assert!(start.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    let interrupted = Instant::now();
    running.interrupt().unwrap();
    let told = refusal(running.wait().unwrap());
    // In a plan Terraform keeps what the provider says of it to itself.
    let ways = ["credentials: stopped while waiting for an answer", "execution halted"];
    assert!(ways.iter().any(|words| told.contains(words)), "{told}");
    assert!(
        interrupted.elapsed() < Duration::from_secs(45),
        "{:?}",
        interrupted.elapsed()
    );
    let pid = fs::read_to_string(&file).unwrap();
    // At most its entry is left, where nobody takes note of its end.
    let stat = fs::read_to_string(Path::new("/proc").join(pid.trim()).join("stat"));
    assert!(stat.as_ref().map_or(true, |stat| stat.contains(") Z ")), "{stat:?}");
}

fn many_keys_wait_once_for_an_instance_that_does_not_answer(cli: &Cli) {
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let took = |keys: usize| {
        let stage = nobody(cli, &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str())]);
        stage.configure(&format!(
            "resource \"aws_api_gateway_api_key\" \"test\" {{\n  count = {keys}\n  name = \"test-${{count.index}}\"\n}}\n"
        ));
        let start = Instant::now();
        let told = stage.refused_apply();
        let took = start.elapsed();
        assert_eq!(told.matches("was tried: ").count(), keys, "{told}");
        took
    };
    let (one, many) = (took(1), took(25));
    let _ = writeln!(std::io::stderr(), "one key failed within {one:?}, 25 within {many:?}");
    assert!(many < one * 2 + Duration::from_secs(20), "one: {one:?}, 25: {many:?}");
}

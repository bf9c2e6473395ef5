//! Files without an end, commands that do not end, services that do not answer: each is told, soon, and by its name.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use sandbox::Cloud;
use sandbox::credentials::{AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_SECRET_ACCESS_KEY, AWS_SSO_ROLE};

use super::aws_interrupt::PATIENCE;
use super::support::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{aws, scaleway, tencentcloud};

const LONG: &str = "cannot be read (it is longer than 4 MiB)";
const LATE: &str = "cannot be read (its end did not come within 5 seconds)";

/// A stage on which AWS's credentials have to be looked for, with these variables and a home of its own.
fn nobody(variables: &[(&str, &str)]) -> Option<Stage> {
    let mut stage = Stage::new(&[AWS])?;
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.workspace = stage.workspace.without(variable);
    }
    let home = stage.workspace.folder();
    stage.workspace = stage
        .workspace
        .environment([("HOME", home)])
        .environment(variables.iter().copied());
    stage.configure(&aws::key(r#"name = "test""#));
    Some(stage)
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

#[test]
fn files_without_an_end_are_told() {
    let aws = |variable| {
        let stage = nobody(&[(variable, "/dev/zero")])?;
        Some((stage, "the file /dev/zero"))
    };
    let scaleway = || {
        let mut stage = Stage::new(&[SCALEWAY])?;
        stage.workspace = stage.workspace.environment([("SCW_CONFIG_PATH", "/dev/zero")]);
        stage.configure(&scaleway::key(""));
        Some((stage, "the config file /dev/zero is of no use: it"))
    };
    let tencentcloud = || {
        let mut stage = Stage::new(&[TENCENTCLOUD])?;
        for variable in ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] {
            stage.workspace = stage.workspace.without(variable);
        }
        let variable = ("TENCENTCLOUD_CREDENTIALS_FILE", "/dev/zero");
        stage.workspace = stage.workspace.environment([variable]);
        stage.configure(&tencentcloud::key(r#"secret_name = "test""#));
        Some((stage, "the file /dev/zero is of no use: it"))
    };
    let single_sign_on = || {
        let stage = nobody(&[("AWS_PROFILE", "sso")])?;
        let cache = stage.workspace.folder().join(".aws/sso/cache");
        fs::create_dir_all(&cache).unwrap();
        // SHA-1 of the portal's URL.
        let file = cache.join("e009d2e714015aae0f6dc0696568e5d668596a14.json");
        std::os::unix::fs::symlink("/dev/zero", file).unwrap();
        let portal = "sso_start_url = https://sandbox.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 1\n";
        let config = format!("[profile sso]\n{portal}sso_role_name = {AWS_SSO_ROLE}\n");
        fs::write(stage.workspace.folder().join(".aws/config"), config).unwrap();
        Some((stage, "e009d2e714015aae0f6dc0696568e5d668596a14.json"))
    };
    let stages = [
        aws("AWS_SHARED_CREDENTIALS_FILE"),
        aws("AWS_CONFIG_FILE"),
        scaleway(),
        tencentcloud(),
        single_sign_on(),
    ];
    for stage in stages {
        let Some((stage, file)) = stage else { return };
        expect_told(&stage, &[file, LONG]);
    }
}

#[test]
fn pipes_that_nobody_writes_to_are_told_in_the_place_of_shared_files() {
    for variable in ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"] {
        let Some(mut stage) = nobody(&[]) else { return };
        let pipe = pipe(&stage, "pipe");
        stage.workspace = stage.workspace.environment([(variable, &pipe)]);
        expect_told(&stage, &["/pipe", LATE]);
    }
}

#[test]
fn pipes_that_nobody_writes_to_are_told_in_the_place_of_tokens() {
    let Some(mut stage) = nobody(&[("AWS_ROLE_ARN", AWS_ROLE_ARN)]) else {
        return;
    };
    let token = pipe(&stage, "token");
    stage.workspace = stage.workspace.environment([("AWS_WEB_IDENTITY_TOKEN_FILE", &token)]);
    expect_told(&stage, &["the web identity token in ", "/token", LATE]);

    let url = format!("{}/credentials", stage.sandbox.url(Cloud::Aws));
    let Some(mut stage) = nobody(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]) else {
        return;
    };
    let token = pipe(&stage, "token");
    stage.workspace = stage
        .workspace
        .environment([("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)]);
    expect_told(
        &stage,
        &["the container: no AWS credentials: the file ", "/token", LATE],
    );
}

#[test]
fn pipes_that_nobody_writes_to_are_told_in_the_place_of_certificates() {
    let rows = [
        ("AWS_CA_BUNDLE", "the certificates of AWS_CA_BUNDLE are of no use: "),
        #[cfg(not(target_vendor = "apple"))]
        ("SSL_CERT_FILE", "the certificates of SSL_CERT_FILE are of no use: "),
    ];
    for (variable, told) in rows {
        let Some(mut stage) = Stage::new(&[AWS]) else { return };
        stage.configure(&aws::key(r#"name = "test""#));
        let bundle = pipe(&stage, "bundle");
        stage.workspace = stage.workspace.environment([(variable, &bundle)]);
        expect_told(&stage, &[told, "/bundle", LATE]);
    }
}

/// A stage whose credentials come from a command.
fn of_command(command: &str) -> Option<Stage> {
    let stage = nobody(&[("AWS_PROFILE", "work")])?;
    let folder = stage.workspace.folder().join(".aws");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("config"),
        format!("[profile work]\ncredential_process = {command}\n"),
    )
    .unwrap();
    Some(stage)
}

#[test]
fn a_command_that_prints_for_ever_is_told_by_its_profile() {
    let Some(stage) = of_command("yes hunter2") else { return };
    let start = Instant::now();
    let told = stage.refused_apply();
    let expected = "credential_process: no AWS credentials: the command of the profile \"work\" printed something longer than \
                    1048576 bytes, and was ended";
    assert!(told.contains(expected), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_command_whose_helper_keeps_its_output_open_does_not_hang_an_apply() {
    let json = format!(
        r#"{{\"Version\": 1, \"AccessKeyId\": \"{AWS_ACCESS_KEY_ID}\", \"SecretAccessKey\": \"{AWS_SECRET_ACCESS_KEY}\"}}"#
    );
    let Some(stage) = of_command(&format!("sleep 1000 & echo $! >> pids; echo \"{json}\"")) else {
        return;
    };
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

#[test]
fn an_interrupt_ends_the_wait_for_a_command_and_the_command() {
    let Some(stage) = of_command("echo $$ > pid; sleep 1000; true") else {
        return;
    };
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

#[test]
fn many_keys_wait_once_for_an_instance_that_does_not_answer() {
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let took = |keys: usize| {
        let stage = nobody(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str())])?;
        stage.configure(&format!(
            "resource \"aws_api_gateway_api_key\" \"test\" {{\n  count = {keys}\n  name = \"test-${{count.index}}\"\n}}\n"
        ));
        let start = Instant::now();
        let told = stage.refused_apply();
        let took = start.elapsed();
        assert_eq!(
            told.matches("was asked. the instance's metadata: ").count(),
            keys,
            "{told}"
        );
        Some(took)
    };
    let Some((one, many)) = took(1).zip(took(25)) else {
        return;
    };
    let _ = writeln!(std::io::stderr(), "one key failed within {one:?}, 25 within {many:?}");
    assert!(many < one * 2 + Duration::from_secs(20), "one: {one:?}, 25: {many:?}");
}

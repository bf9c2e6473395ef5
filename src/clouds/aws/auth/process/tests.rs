#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use super::*;

const SHORT: Limits = Limits {
    time: Duration::from_secs(1),
    after: Duration::from_millis(300),
    bytes: 1 << 20,
};

const PRINTED: &str = r#"{"Version": 1, "AccessKeyId": "id", "SecretAccessKey": "key"}"#;

async fn run_within(command: &str, limits: Limits) -> Result<ExpiringCredentials, Error> {
    let process = Process {
        command: Secret::new(command),
        profile: "work".to_owned(),
    };
    process.credentials_within(limits).await
}

async fn refusal(command: &str) -> String {
    let error = run_within(command, SHORT).await.err().unwrap();
    assert_eq!(
        (error.operation, error.kind),
        ("credential_process", Kind::Unauthenticated)
    );
    let message = error
        .message
        .strip_prefix("no AWS credentials: the command of the profile \"work\" ");
    message.unwrap().to_owned()
}

#[tokio::test]
async fn what_a_command_prints_is_taken_in_capitals_or_not() {
    let rows = [
        (PRINTED.to_owned(), None, None),
        (
            r#"{"version":1,"ACCESSKEYID":"id","secretAccessKey":"k\u0065y","SessionToken":"token","Expiration":"2030-01-01T01:00:00+01:00","AccountId":"1","More":{"Version":2}}"#
                .to_owned(),
            Some("token"),
            Some("2030-01-01T00:00:00+00:00"),
        ),
        (
            PRINTED.replace('}', r#", "SessionToken": null, "Expiration": null}"#),
            None,
            None,
        ),
        // Go takes an hour of one digit and a comma, and of letters only `T` and `Z`.
        (
            PRINTED.replace('}', r#", "Expiration": "2030-01-01T1:00:00,5Z"}"#),
            None,
            Some("2030-01-01T01:00:00.500+00:00"),
        ),
    ];
    for (printed, token, expires) in rows {
        let held = run_within(&format!("echo chatter >&2; cat <<'END'\n{printed}\nEND"), LIMITS)
            .await
            .unwrap();
        let credentials = held.credentials;
        assert_eq!(credentials.access_key_id, "id", "{printed}");
        assert_eq!(credentials.secret_access_key.expose(), "key", "{printed}");
        let found = credentials.session_token.as_ref().map(Secret::expose);
        assert_eq!(found, token, "{printed}");
        assert_eq!(
            held.expires.map(|expires| expires.to_rfc3339()).as_deref(),
            expires,
            "{printed}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_without_the_command_or_what_it_printed() {
    let rows = [
        (
            "echo 'no\tway\n'>&2; echo hunter2; exit 3",
            "failed (exit status: 3): no way",
        ),
        ("kill -9 $$", "failed (signal: 9 (SIGKILL)): "),
        ("echo hunter2", "printed unexpected output (line 1, column 1)"),
        (
            r#"echo '{"Version": "hunter2"}'"#,
            "printed unexpected output (line 1, column 21)",
        ),
        ("true", "printed unexpected output (line 1, column 0)"),
        ("echo '{}'", "printed no `Version` of 1"),
        (r#"echo '{"Version": 1}'"#, "printed no `AccessKeyId`"),
        (
            r#"echo '{"Version": 1, "AccessKeyId": "hunter2"}'"#,
            "printed no `SecretAccessKey`",
        ),
        (
            r#"echo '{"Version": 1, "Expiration": "soon"}'"#,
            "printed an `Expiration` that is no time in RFC 3339",
        ),
        (
            r#"echo '{"Version": 1, "AccessKeyId": "i", "SecretAccessKey": "k", "Expiration": "2030-01-01t00:00:00z"}'"#,
            "printed an `Expiration` that is no time in RFC 3339",
        ),
        (
            r#"echo '{"Version": 1, "AccessKeyId": "i", "SecretAccessKey": "k", "Expiration": "2030-06-30T23:59:60Z"}'"#,
            "printed an `Expiration` that is no time in RFC 3339",
        ),
    ];
    for (command, expected) in rows {
        assert_eq!(refusal(command).await, expected, "{command}");
    }
    let long = refusal("yes a long story | head -c 100000 >&2; echo ' the end' >&2; exit 1").await;
    assert!(long.starts_with("failed (exit status: 1): …"), "{long}");
    assert!(long.ends_with(" the end") && long.chars().count() < 1100, "{long}");
}

#[tokio::test]
async fn a_command_that_prints_for_ever_or_does_not_end_is_ended_with_what_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let noted = |command: &str| format!("{command} & echo $! >> {pids}; wait", pids = pids.display());
    let long = "printed something longer than 1048576 bytes, and was killed";
    let late = "did not finish within 1 seconds, and was killed";
    let rows = [
        (noted("yes"), long),
        (noted("yes >&2"), long),
        (noted("sleep 1000"), late),
        // It has ended by itself, and what prints has not.
        (noted("yes").replace("; wait", ""), long),
    ];
    for (command, expected) in rows {
        assert_eq!(refusal(&command).await, expected, "{command}");
    }
    for pid in fs::read_to_string(&pids).unwrap().lines() {
        expect_gone(pid).await;
    }
}

#[tokio::test]
async fn a_command_is_ended_when_nobody_waits_for_it_any_longer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let command = format!("echo $$ > {}; sleep 1000; true", file.display());
    let run = run_within(&command, LIMITS);
    let started = async {
        loop {
            match fs::read_to_string(&file) {
                Ok(pid) if pid.ends_with('\n') => return pid,
                _ => tokio::task::yield_now().await,
            }
        }
    };
    let pid = tokio::select! {
        _ = run => panic!("it ended"),
        pid = started => pid,
    };
    expect_gone(pid.trim()).await;
}

#[tokio::test]
async fn a_helper_that_stays_and_keeps_the_output_open_does_not_keep_us() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let command = format!("sleep 1000 & echo $! > {}; echo '{PRINTED}'", file.display());
    let start = Instant::now();
    let held = run_within(&command, LIMITS).await.unwrap();
    assert_eq!(held.credentials.access_key_id, "id");
    assert!(start.elapsed() < Duration::from_secs(100));
    // It may be an agent that others need.
    let pid = fs::read_to_string(&file).unwrap();
    let pid = nix::unistd::Pid::from_raw(pid.trim().parse().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
}

/// Waits until a process is gone, or nothing but its entry is left.
async fn expect_gone(pid: &str) {
    let stat = Path::new("/proc").join(pid).join("stat");
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        match fs::read_to_string(&stat) {
            Ok(stat) if !stat.contains(") Z ") => assert!(Instant::now() < until, "{pid} lives on"),
            _ => return,
        }
        tokio::task::yield_now().await;
    }
}

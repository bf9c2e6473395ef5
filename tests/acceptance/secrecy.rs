//! What the CLI writes at its most talkative holds no secret.

use cli::{Output, Use};
use sandbox::{Cloud, Fault, FaultKind, credentials};

use super::support::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::{scaleway, tencentcloud};

#[test]
fn traces_of_aws_hold_no_secret() {
    let key = |arguments: &str| format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  {arguments}\n}}\n");
    expect_silence(
        AWS,
        Cloud::Aws,
        &[key(r#"name = "one""#), key(r#"name = "two""#)],
        |stage| stage.sandbox.aws().keys().into_iter().map(|key| key.value).collect(),
        credentials::AWS_SECRET_ACCESS_KEY,
    );
}

#[test]
fn traces_of_tencent_cloud_hold_no_secret() {
    // Random values are secrets that no configuration spells out.
    let auto = |status: &str| tencentcloud::key(&format!("secret_name = \"test\"\n  status = \"{status}\""));
    expect_silence(
        TENCENTCLOUD,
        Cloud::Tencentcloud,
        &[auto("on"), auto("off")],
        |stage| {
            let keys = stage.sandbox.tencentcloud().keys();
            keys.into_iter().map(|key| key.secret).collect()
        },
        credentials::TENCENTCLOUD_SECRET_KEY,
    );
}

#[test]
fn traces_of_scaleway_hold_no_secret() {
    expect_silence(
        SCALEWAY,
        Cloud::Scaleway,
        &[scaleway::key(""), scaleway::key(r#"description = "two""#)],
        |stage| {
            let keys = stage.sandbox.scaleway().keys();
            keys.into_iter().map(|key| key.secret_key).collect()
        },
        credentials::SCW_SECRET_KEY,
    );
}

/// Makes, changes, refreshes and destroys a key with everything traced and something going wrong now and then, and expects
/// neither the key's secret nor the caller's anywhere.
fn expect_silence(
    provider: Use,
    cloud: Cloud,
    configurations: &[String; 2],
    secrets: impl Fn(&Stage) -> Vec<String>,
    callers: &str,
) {
    let Some(mut stage) = Stage::new(&[provider]) else {
        return;
    };
    stage.workspace = stage.workspace.environment([("TF_LOG", "TRACE")]);
    let mut known = vec![callers.to_owned()];
    let mut outputs: Vec<Output> = Vec::new();
    // Both are repeated: a create that was throttled, and a look that was lost.
    let faults = [FaultKind::Throttle { retry_after: None }, FaultKind::DropBefore];
    for (configuration, kind) in configurations.iter().zip(faults) {
        fault(&stage, cloud, kind);
        stage.configure(configuration);
        for command in [&["plan"][..], &["apply", "-auto-approve"], &["show"]] {
            outputs.push(stage.workspace.run(command).unwrap().success().unwrap());
            known.extend(secrets(&stage));
        }
    }
    fault(&stage, cloud, FaultKind::HtmlAfter);
    outputs.push(stage.workspace.run(&["plan"]).unwrap());
    outputs.push(stage.workspace.destroy().unwrap());

    assert!(known.len() > configurations.len());
    // Terraform's own lines and the provider's are both there.
    for expected in ["[TRACE]", "answered: "] {
        assert!(
            outputs.iter().any(|output| output.stderr.contains(expected)),
            "{expected}"
        );
    }
    for output in outputs {
        for secret in &known {
            let found = [&output.stdout, &output.stderr]
                .into_iter()
                .flat_map(|text| text.lines())
                .find(|line| line.contains(secret.as_str()));
            assert_eq!(found, None, "`{}` wrote {secret}", output.command);
        }
    }
}

fn fault(stage: &Stage, cloud: Cloud, kind: FaultKind) {
    stage.sandbox.fault(Fault {
        cloud,
        operation: None,
        kind,
        times: 1,
    });
}

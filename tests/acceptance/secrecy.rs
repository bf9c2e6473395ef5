//! What the CLI writes at its most talkative holds no secret.

use cli::{Cli, Output, Use};
use sandbox::{Cloud, Fault, FaultKind, credentials};

use serde_json::Value;
use support::harness::{Test, cli_tests};

use super::queries::QUERIES;
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    traces_of_aws_hold_no_secret,
    traces_of_tencent_cloud_hold_no_secret,
    traces_of_scaleway_hold_no_secret,
    what_data_sources_read_is_written_into_the_state_only,
    in_a_whole_life_with_trouble_no_secret_is_written_but_into_its_own_attribute,
];

pub(crate) const QUERY_TESTS: &[Test] = cli_tests![
    since QUERIES;
    what_queries_find_is_written_without_secrets,
];

fn traces_of_aws_hold_no_secret(cli: &Cli) {
    let key = |arguments: &str| format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  {arguments}\n}}\n");
    expect_silence(
        cli,
        AWS,
        Cloud::Aws,
        &[key(r#"name = "one""#), key(r#"name = "two""#)],
        |stage| stage.sandbox.aws().keys().into_iter().map(|key| key.value).collect(),
        credentials::AWS_SECRET_ACCESS_KEY,
    );
}

fn traces_of_tencent_cloud_hold_no_secret(cli: &Cli) {
    // Random values are secrets that no configuration spells out.
    let auto = |status: &str| tencentcloud::key(&format!("secret_name = \"test\"\n  status = \"{status}\""));
    expect_silence(
        cli,
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

fn traces_of_scaleway_hold_no_secret(cli: &Cli) {
    expect_silence(
        cli,
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
    cli: &Cli,
    provider: Use,
    cloud: Cloud,
    configurations: &[String; 2],
    secrets: impl Fn(&Stage) -> Vec<String>,
    callers: &str,
) {
    let mut stage = Stage::new(cli, &[provider]);
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

/// Every kind of object, keys with secrets that are configured and such that are drawn; what is configured comes in sensitive variables.
fn everything(description: &str, aws_plan: &str, tencentcloud_plan: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    scaleway     = {{ source = "scaleway/scaleway" }}
    tencentcloud = {{ source = "tencentcloudstack/tencentcloud" }}
  }}
}}

variable "value" {{
  sensitive = true
}}

variable "secret" {{
  sensitive = true
}}

resource "aws_api_gateway_api_key" "drawn" {{
  name        = "drawn"
  description = "{description}"
  tags        = {{ description = "{description}" }}
}}

resource "aws_api_gateway_api_key" "chosen" {{
  name  = "chosen"
  value = var.value
}}

resource "aws_api_gateway_usage_plan_key" "chosen" {{
  key_id        = aws_api_gateway_api_key.chosen.id
  key_type      = "API_KEY"
  usage_plan_id = "{aws_plan}"
}}

resource "tencentcloud_api_gateway_api_key_attachment" "chosen" {{
  api_key_id    = tencentcloud_api_gateway_api_key.chosen.id
  usage_plan_id = "{tencentcloud_plan}"
}}

resource "tencentcloud_api_gateway_api_key" "drawn" {{
  secret_name = "drawn"
  status      = "off"
  # A lost answer is the other one's: what proves nothing is not taken over.
  depends_on = [tencentcloud_api_gateway_api_key.chosen]
}}

resource "tencentcloud_api_gateway_api_key" "chosen" {{
  secret_name       = "chosen"
  access_key_type   = "manual"
  access_key_id     = "an_id_of_ours"
  access_key_secret = var.secret
}}

resource "scaleway_iam_application" "holder" {{
  description = "{description}"
}}

resource "scaleway_iam_api_key" "drawn" {{
  application_id = scaleway_iam_application.holder.id
  description    = "{description}"
}}

resource "scaleway_iam_user" "member" {{
  email      = "member@example.com"
  first_name = "{description}"
  password   = var.secret
}}
"#
    )
}

const CHOSEN_VALUE: [&str; 2] = ["the-first-chosen-value-of-aws", "the-second-chosen-value-of-aws"];
const CHOSEN_SECRET: [&str; 2] = ["the_first_chosen_secret", "the_second_chosen_secret"];

/// The whole life of all kinds of key with everything traced, temporary credentials, and trouble on the way.
struct Scenario {
    stage: Stage,
    /// The usage plans of AWS and Tencent Cloud.
    plans: [String; 2],
    outputs: Vec<Output>,
    known: Vec<String>,
}

impl Scenario {
    fn start(cli: &Cli) -> Self {
        let mut stage = Stage::new(cli, &[AWS, TENCENTCLOUD, SCALEWAY]);
        stage.workspace = stage.workspace.environment([
            ("TF_LOG", "TRACE"),
            ("AWS_ACCESS_KEY_ID", credentials::AWS_TEMPORARY_ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", credentials::AWS_TEMPORARY_SECRET_ACCESS_KEY),
            ("AWS_SESSION_TOKEN", credentials::AWS_SESSION_TOKEN),
            ("TENCENTCLOUD_SECRET_ID", credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID),
            (
                "TENCENTCLOUD_SECRET_KEY",
                credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
            ),
            ("TENCENTCLOUD_SECURITY_TOKEN", credentials::TENCENTCLOUD_TOKEN),
        ]);
        let plans = [
            stage.sandbox.aws().create_plan("us-east-1", "plan"),
            stage.sandbox.tencentcloud().create_plan("ap-guangzhou", "plan"),
        ];
        let callers = [
            credentials::AWS_TEMPORARY_SECRET_ACCESS_KEY,
            credentials::AWS_SESSION_TOKEN,
            credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
            credentials::TENCENTCLOUD_TOKEN,
            credentials::SCW_SECRET_KEY,
        ];
        let secrets = callers.iter().chain(&CHOSEN_VALUE).chain(&CHOSEN_SECRET);
        Self {
            stage,
            plans,
            outputs: Vec::new(),
            known: secrets.map(|secret| (*secret).to_owned()).collect(),
        }
    }

    fn configure(&self, description: &str, value: &str, secret: &str) {
        let [aws, tencentcloud] = &self.plans;
        self.stage.configure(&everything(description, aws, tencentcloud));
        let variables = format!("value = \"{value}\"\nsecret = \"{secret}\"\n");
        self.stage.workspace.write("chosen.auto.tfvars", &variables).unwrap();
    }

    /// Runs a command, takes down what it wrote and which secrets there are now, and looks through the state.
    fn run(&mut self, arguments: &[&str]) -> Output {
        let output = self.stage.workspace.run(arguments).unwrap();
        let sandbox = &self.stage.sandbox;
        self.known.extend(sandbox.aws().keys().into_iter().map(|key| key.value));
        self.known
            .extend(sandbox.tencentcloud().keys().into_iter().map(|key| key.secret));
        self.known
            .extend(sandbox.scaleway().keys().into_iter().map(|key| key.secret_key));
        self.outputs.push(output.clone());
        if let Ok(mut state) = self.stage.workspace.state() {
            strip_secrets(&mut state);
            self.expect_none_in(&format!("the state after {}", output.command), &state.to_string());
        }
        output
    }

    fn expect_none_in(&self, place: &str, text: &str) {
        for secret in &self.known {
            let found = text.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(found, None, "{secret} in {place}");
        }
    }

    fn finish(self) {
        for output in &self.outputs {
            self.expect_none_in(&output.command, &output.stdout);
            self.expect_none_in(&output.command, &output.stderr);
        }
        let journal = serde_json::to_string_pretty(&self.stage.sandbox.journal()).unwrap();
        self.expect_none_in("the sandbox's journal", &journal);
    }
}

/// Takes the attributes out that are there to hold secrets.
fn strip_secrets(state: &mut Value) {
    match state {
        Value::Object(members) => {
            for secret in ["value", "access_key_secret", "secret_key", "password"] {
                members.remove(secret);
            }
            members.values_mut().for_each(strip_secrets);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip_secrets),
        _ => {}
    }
}

fn in_a_whole_life_with_trouble_no_secret_is_written_but_into_its_own_attribute(cli: &Cli) {
    let mut scenario = Scenario::start(cli);
    let apply = ["apply", "-auto-approve"];
    scenario.configure("one", CHOSEN_VALUE[0], CHOSEN_SECRET[0]);

    // Made, with answers that are lost, throttled and refused for ended credentials on the way.
    for cloud in [Cloud::Aws, Cloud::Tencentcloud] {
        create_fault(&scenario.stage, cloud, FaultKind::HtmlAfter);
    }
    create_fault(&scenario.stage, Cloud::Scaleway, FaultKind::TruncatedBody);
    for (cloud, operation) in [
        (Cloud::Aws, "CreateUsagePlanKey"),
        (Cloud::Aws, "GetUsagePlanKey"),
        (Cloud::Tencentcloud, "BindSecretIds"),
    ] {
        // The answers of AWS have the key's value.
        fault_of(&scenario.stage, cloud, operation, FaultKind::CutJson);
    }
    for operation in ["CreateApplication", "CreateUser"] {
        fault_of(&scenario.stage, Cloud::Scaleway, operation, FaultKind::HtmlAfter);
    }
    scenario.run(&["validate"]);
    scenario.run(&["plan", "-out=saved.tfplan"]);
    scenario.run(&["show", "saved.tfplan"]);
    let made = scenario.run(&apply);
    assert!(made.succeeded(), "{made}");
    scenario.run(&["show"]);

    // Changed, with secrets of which one replaces its key.
    scenario.configure("two", CHOSEN_VALUE[1], CHOSEN_SECRET[1]);
    for (cloud, kind) in [
        (Cloud::Aws, FaultKind::DropAfter),
        (Cloud::Tencentcloud, FaultKind::TruncatedBody),
        (Cloud::Scaleway, FaultKind::StatusAfter(500)),
    ] {
        fault(&scenario.stage, cloud, kind);
    }
    let changed = scenario.run(&apply);
    assert!(changed.succeeded(), "{changed}");

    // Refused, in every way that has words.
    for (cloud, code) in [
        (Cloud::Aws, "ExpiredTokenException"),
        (Cloud::Aws, "InvalidSignatureException"),
        (Cloud::Tencentcloud, "AuthFailure.TokenFailure"),
        (Cloud::Tencentcloud, "UnauthorizedOperation"),
        (Cloud::Scaleway, "denied_authentication/expired"),
        (Cloud::Scaleway, "permissions_denied"),
    ] {
        fault(&scenario.stage, cloud, FaultKind::Error { code: code.to_owned() });
        let refused = scenario.run(&["plan"]);
        assert!(!refused.succeeded(), "{code}: {refused}");
    }

    // A clash, a replacement, an import, and the end.
    let holder = scenario.stage.sandbox.aws().keys()[0].clone();
    scenario.run(&["state", "rm", "aws_api_gateway_api_key.chosen"]);
    let clash = scenario.run(&apply);
    assert!(clash.stderr.contains("holds this value already"), "{clash}");
    let chosen = scenario
        .stage
        .sandbox
        .aws()
        .keys()
        .into_iter()
        .find(|key| key.value == CHOSEN_VALUE[1]);
    let imported = scenario.run(&["import", "aws_api_gateway_api_key.chosen", &chosen.unwrap_or(holder).id]);
    assert!(imported.succeeded(), "{imported}");
    scenario.run(&["taint", "scaleway_iam_api_key.drawn"]);
    let replaced = scenario.run(&apply);
    assert!(replaced.succeeded(), "{replaced}");
    let destroyed = scenario.run(&["destroy", "-auto-approve"]);
    assert!(destroyed.succeeded(), "{destroyed}");
    assert!(scenario.known.len() > 20);
    scenario.finish();
}

/// Every data source, with all secrets that it can read.
fn lookups([aws_plan, tencentcloud_plan]: &[String; 2]) -> String {
    format!(
        r#"{}
data "aws_api_gateway_api_key" "one" {{
  id = aws_api_gateway_api_key.chosen.id
}}

data "aws_api_gateway_api_keys" "all" {{
  include_values = true
  depends_on     = [aws_api_gateway_api_key.drawn]
}}

data "tencentcloud_api_gateway_api_keys" "all" {{
  result_output_file = "keys.json"
  depends_on         = [tencentcloud_api_gateway_api_key.drawn]
}}

data "scaleway_iam_api_key" "one" {{
  access_key = scaleway_iam_api_key.drawn.id
}}

output "ids" {{
  value = concat(data.aws_api_gateway_api_keys.all.items[*].id, data.tencentcloud_api_gateway_api_keys.all.list[*].api_key_id)
}}
"#,
        everything("one", aws_plan, tencentcloud_plan)
    )
}

fn what_data_sources_read_is_written_into_the_state_only(cli: &Cli) {
    let mut scenario = Scenario::start(cli);
    scenario.stage.configure(&lookups(&scenario.plans));
    let variables = format!("value = \"{}\"\nsecret = \"{}\"\n", CHOSEN_VALUE[0], CHOSEN_SECRET[0]);
    scenario
        .stage
        .workspace
        .write("chosen.auto.tfvars", &variables)
        .unwrap();
    for command in [
        &["plan"][..],
        &["apply", "-auto-approve"],
        &["show"],
        &["plan", "-out=saved.tfplan"],
    ] {
        let output = scenario.run(command);
        assert!(output.succeeded(), "{output}");
    }
    scenario.run(&["show", "saved.tfplan"]);
    let file = scenario.stage.workspace.folder().join("keys.json");
    let written = std::fs::read_to_string(file).unwrap();
    assert!(written.contains("an_id_of_ours"), "{written}");
    scenario.expect_none_in("the output file", &written);

    for (cloud, operation, kind) in [
        (Cloud::Aws, "GetApiKeys", FaultKind::HtmlAfter),
        (Cloud::Aws, "GetApiKeys", FaultKind::TruncatedBody),
        (Cloud::Tencentcloud, "DescribeApiKeysStatus", FaultKind::CutJson),
        (Cloud::Scaleway, "GetAPIKey", FaultKind::DropAfter),
    ] {
        scenario.stage.sandbox.fault(Fault {
            cloud,
            operation: Some(operation.to_owned()),
            kind,
            times: 1,
        });
    }
    assert!(scenario.run(&["plan"]).succeeded());
    for (cloud, operation, code) in [
        (Cloud::Aws, "GetApiKeys", "AccessDeniedException"),
        (Cloud::Tencentcloud, "DescribeApiKeysStatus", "UnauthorizedOperation"),
        (Cloud::Scaleway, "GetAPIKey", "permissions_denied"),
    ] {
        scenario.stage.sandbox.fault(Fault {
            cloud,
            operation: Some(operation.to_owned()),
            kind: FaultKind::Error { code: code.to_owned() },
            times: 1,
        });
        let refused = scenario.run(&["plan"]);
        assert!(!refused.succeeded(), "{code}: {refused}");
    }
    let destroyed = scenario.run(&["destroy", "-auto-approve"]);
    assert!(destroyed.succeeded(), "{destroyed}");
    scenario.finish();
}

fn what_queries_find_is_written_without_secrets(cli: &Cli) {
    let mut scenario = Scenario::start(cli);
    scenario.configure("one", CHOSEN_VALUE[0], CHOSEN_SECRET[0]);
    let made = scenario.run(&["apply", "-auto-approve"]);
    assert!(made.succeeded(), "{made}");
    let list = |kind: &str, include: &str| {
        let provider = kind.split('_').next().unwrap_or_default();
        format!(
            "list \"{kind}\" \"all\" {{\n  provider = {provider}\n  include_resource = true\n  config {{\n    {include}\n  }}\n}}\n"
        )
    };
    let queries = |include: bool| {
        [
            list(
                "aws_api_gateway_api_key",
                if include { "include_values = true" } else { "" },
            ),
            list(
                "tencentcloud_api_gateway_api_key",
                if include { "include_secrets = true" } else { "" },
            ),
            list("scaleway_iam_api_key", ""),
        ]
    };
    let write = |scenario: &Scenario, queries: &[String]| {
        let workspace = &scenario.stage.workspace;
        workspace.write("main.tfquery.hcl", &queries.concat()).unwrap();
    };
    write(&scenario, &queries(false));
    for command in [
        &["query"][..],
        &["query", "-json"],
        &["query", "-json", "-generate-config-out=unasked.txt"],
    ] {
        let output = scenario.run(command);
        assert!(output.succeeded(), "{output}");
    }
    // Those that are asked for are printed by Terraform itself, in JSON alone.
    write(&scenario, &queries(true));
    for command in [&["query"][..], &["query", "-generate-config-out=asked.txt"]] {
        let output = scenario.run(command);
        assert!(output.succeeded(), "{output}");
    }
    for file in ["unasked.txt", "asked.txt"] {
        let written = std::fs::read_to_string(scenario.stage.workspace.folder().join(file)).unwrap();
        assert!(written.contains("an_id_of_ours"), "{written}");
        scenario.expect_none_in(file, &written);
    }

    for (cloud, operation, kind) in [
        (Cloud::Aws, "GetApiKeys", FaultKind::HtmlAfter),
        (Cloud::Tencentcloud, "DescribeApiKeysStatus", FaultKind::CutJson),
        (Cloud::Scaleway, "ListAPIKeys", FaultKind::TruncatedBody),
    ] {
        scenario.stage.sandbox.fault(Fault {
            cloud,
            operation: Some(operation.to_owned()),
            kind,
            times: 1,
        });
    }
    assert!(scenario.run(&["query"]).succeeded());
    for query in queries(true) {
        write(&scenario, &[query]);
        for cloud in [Cloud::Aws, Cloud::Tencentcloud, Cloud::Scaleway] {
            scenario.stage.sandbox.fault(Fault {
                cloud,
                operation: None,
                kind: FaultKind::Status(400),
                times: 1,
            });
        }
        let refused = scenario.run(&["query"]);
        assert!(!refused.succeeded(), "{refused}");
        scenario.stage.sandbox.clear_faults();
    }
    scenario.finish();
}

fn create_fault(stage: &Stage, cloud: Cloud, kind: FaultKind) {
    let operation = match cloud {
        Cloud::Scaleway => "CreateAPIKey",
        Cloud::Aws | Cloud::Tencentcloud => "CreateApiKey",
    };
    fault_of(stage, cloud, operation, kind);
}

fn fault_of(stage: &Stage, cloud: Cloud, operation: &str, kind: FaultKind) {
    stage.sandbox.fault(Fault {
        cloud,
        operation: Some(operation.to_owned()),
        kind,
        times: 1,
    });
}

//! The example modules, as a configuration calls them.

use std::fs;
use std::path::Path;

use cli::{Cli, Use};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::stage::Stage;

pub(crate) const TESTS: &[Test] = cli_tests![
    the_module_of_aws_gives_each_team_a_key_in_the_plan,
    the_module_of_tencent_cloud_gives_each_team_a_key_in_the_plan,
];

fn the_module_of_aws_gives_each_team_a_key_in_the_plan(cli: &Cli) {
    let used = Use {
        source: "apikeys/aws",
        name: "aws",
    };
    let stage = Stage::new(cli, &[used]);
    let plan = stage.sandbox.aws().create_plan("us-east-1", "plan");
    call(&stage, used, &plan);
    let keys = stage.sandbox.aws().keys();
    let mut ids: Vec<_> = keys.iter().map(|key| key.id.clone()).collect();
    let mut attached = stage.sandbox.aws().plan_keys("us-east-1", &plan);
    ids.sort();
    attached.sort();
    assert_eq!(attached, ids);
    let key = |team: &str| keys.iter().find(|key| key.name.as_deref() == Some(team)).unwrap();
    let expected = json!({ "billing": key("billing").value, "search": key("search").value });
    assert_eq!(stage.workspace.state().unwrap()["outputs"]["keys"]["value"], expected);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
}

fn the_module_of_tencent_cloud_gives_each_team_a_key_in_the_plan(cli: &Cli) {
    let used = Use {
        source: "apikeys/tencentcloud",
        name: "tencentcloud",
    };
    let stage = Stage::new(cli, &[used]);
    let plan = stage.sandbox.tencentcloud().create_plan("ap-guangzhou", "plan");
    call(&stage, used, &plan);
    let keys = stage.sandbox.tencentcloud().keys();
    let ids = keys.iter().map(|key| key.id.clone()).collect();
    assert_eq!(stage.sandbox.tencentcloud().bound("ap-guangzhou", &plan), ids);
    let key = |team: &str| {
        let key = keys.iter().find(|key| key.name == team).unwrap();
        json!({ "id": key.id, "secret": key.secret })
    };
    let expected = json!({ "billing": key("billing"), "search": key("search") });
    assert_eq!(stage.workspace.state().unwrap()["outputs"]["keys"]["value"], expected);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
}

/// Calls a cloud's module for two teams.
fn call(stage: &Stage, used: Use, plan: &str) {
    let module = format!("examples/modules/{}-team-key/main.tf", used.name);
    let module = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(module)).unwrap();
    fs::create_dir(stage.workspace.folder().join("team-key")).unwrap();
    stage.workspace.write("team-key/main.tf", &module).unwrap();
    stage.configure(&format!(
        r#"
        terraform {{
          required_providers {{
            {} = {{ source = "{}" }}
          }}
        }}
        module "keys" {{
          source        = "./team-key"
          for_each      = toset(["billing", "search"])
          team          = each.key
          usage_plan_id = "{plan}"
        }}
        output "keys" {{
          value     = {{ for team, key in module.keys : team => key.key }}
          sensitive = true
        }}
        "#,
        used.name, used.source
    ));
    stage.workspace.run(&["get"]).unwrap().success().unwrap();
    stage.workspace.apply().unwrap();
}

//! The vendors' documentation of the three resources: every example, argument, attribute and import line in it works.
//!
//! The configurations stand here as they stand there. Pages: the AWS provider's `aws_api_gateway_api_key` (for CDK for Terraform), the
//! Scaleway provider's `scaleway_iam_api_key`, `scaleway_iam_application` and `scaleway_iam_user`, the Tencent Cloud provider's
//! `tencentcloud_api_gateway_api_key`, and Tencent Cloud's `CreateApiKey` in its API of 2017 and of 2018.

use cli::Cli;
use sandbox::scaleway::Bearer;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD};

pub(crate) const TESTS: &[Test] = cli_tests![
    the_aws_example_works_as_its_tool_writes_it,
    every_argument_and_attribute_of_the_aws_page_works,
    the_import_line_of_the_aws_page_works,
    the_scaleway_example_with_an_application_works,
    the_scaleway_example_with_a_user_works,
    the_examples_and_import_lines_of_scaleway_applications_and_users_work,
    every_argument_and_attribute_of_the_scaleway_page_works,
    the_import_line_of_the_scaleway_page_works,
    the_tencent_cloud_examples_work_with_every_argument_and_attribute,
    the_import_line_of_the_tencent_cloud_page_works,
    the_samples_of_tencent_clouds_create_call_work_as_resources,
];

const REQUIRED_SCALEWAY: &str = r#"
terraform {
  required_providers {
    scaleway = {
      source = "scaleway/scaleway"
    }
  }
}
"#;
const REQUIRED_TENCENTCLOUD: &str = r#"
terraform {
  required_providers {
    tencentcloud = {
      source = "tencentcloudstack/tencentcloud"
    }
  }
}
"#;

/// Applies a configuration of one key, expects its state to have exactly these attributes, none of them null, and destroys it.
fn expect_documented(stage: &Stage, configuration: &str, address: &str, attributes: &[&str]) -> Value {
    stage.apply(configuration);
    let state = stage.attributes(address);
    for attribute in attributes {
        assert!(!state[attribute].is_null(), "{attribute} of {state}");
    }
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    state
}

fn the_aws_example_works_as_its_tool_writes_it(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    // CDK for Terraform turns the page's example into this, and adds a backend.
    let synthesized = json!({
        "//": {"metadata": {"stackName": "MyConvertedCode", "version": "0.19.0"}, "outputs": {}},
        "provider": {"aws": [{"region": "us-east-1"}]},
        "resource": {"aws_api_gateway_api_key": {"example": {
            "//": {"metadata": {"path": "MyConvertedCode/example", "uniqueId": "example"}},
            "name": "example",
        }}},
        "terraform": {"required_providers": {"aws": {"source": "aws"}}},
    });
    stage.workspace.write("cdk.tf.json", &synthesized.to_string()).unwrap();
    stage.workspace.apply().unwrap();
    let state = stage.attributes("aws_api_gateway_api_key.example");
    assert_eq!(state["name"], "example");
    assert_eq!(state["description"], "Managed by Terraform");
    assert_eq!(state["enabled"], true);
    stage.expect_no_change();
}

fn every_argument_and_attribute_of_the_aws_page_works(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let configuration = r#"
resource "aws_api_gateway_api_key" "example" {
  name        = "example"
  customer_id = "customer"
  description = "an example"
  enabled     = false
  value       = "abcdefghij0123456789"
  tags = {
    Environment = "test"
  }
}

output "exported" {
  sensitive = true
  value = [
    aws_api_gateway_api_key.example.id,
    aws_api_gateway_api_key.example.created_date,
    aws_api_gateway_api_key.example.last_updated_date,
    aws_api_gateway_api_key.example.arn,
    aws_api_gateway_api_key.example.tags_all,
  ]
}
"#;
    let state = expect_documented(
        &stage,
        configuration,
        "aws_api_gateway_api_key.example",
        &["id", "created_date", "last_updated_date", "arn", "tags_all"],
    );
    assert_eq!(state["customer_id"], "customer");
    assert_eq!(state["value"], "abcdefghij0123456789");
    assert_eq!(state["tags_all"], json!({"Environment": "test"}));
}

fn the_import_line_of_the_aws_page_works(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let mut key = sandbox::aws::Key::new("us-east-1", "example", chrono::Utc::now());
    key.id = "8bklk8bl1k3sB38D9B3l0enyWT8c09B30lkq0blk".to_owned();
    key.description = Some("Managed by Terraform".to_owned());
    stage.sandbox.aws().insert(key.clone());
    stage.configure(r#"resource "aws_api_gateway_api_key" "example" { name = "example" }"#);
    let address = "aws_api_gateway_api_key.example";
    stage
        .workspace
        .import(address, "8bklk8bl1k3sB38D9B3l0enyWT8c09B30lkq0blk")
        .unwrap();
    assert_eq!(stage.attributes(address)["value"], key.value);
    stage.expect_no_change();
}

/// The example names an application `main` that it does not declare. It stands in a file of its own.
fn the_scaleway_example_with_an_application_works(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let undeclared = format!("{REQUIRED_SCALEWAY}resource \"scaleway_iam_application\" \"main\" {{}}\n");
    stage.workspace.write("undeclared.tf", &undeclared).unwrap();
    let example = r#"
resource "scaleway_iam_application" "ci_cd" {
  name = "My application"
}

resource "scaleway_iam_api_key" "main" {
  application_id = scaleway_iam_application.main.id
  description    = "a description"
}
"#;
    let state = expect_documented(&stage, example, "scaleway_iam_api_key.main", &["application_id"]);
    assert_eq!(state["description"], "a description");
    assert_eq!(stage.sandbox.scaleway_applications().keys(), []);
}

fn the_scaleway_example_with_a_user_works(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.workspace.write("required.tf", REQUIRED_SCALEWAY).unwrap();
    let example = r#"
resource "scaleway_iam_user" "main" {
  email = "test@test.com"
}

resource "scaleway_iam_api_key" "main" {
  user_id = scaleway_iam_user.main.id
  description    = "a description"
}
"#;
    let state = expect_documented(&stage, example, "scaleway_iam_api_key.main", &["user_id"]);
    assert_eq!(state["description"], "a description");
    assert_eq!(stage.sandbox.scaleway_users().keys(), []);
}

fn the_examples_and_import_lines_of_scaleway_applications_and_users_work(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.workspace.write("required.tf", REQUIRED_SCALEWAY).unwrap();
    let application = r#"
resource "scaleway_iam_application" "main" {
  name        = "My application"
  description = "a description"
}
"#;
    let exported = ["id", "created_at", "updated_at", "editable", "organization_id"];
    expect_documented(&stage, application, "scaleway_iam_application.main", &exported);
    let user = r#"
### Basic IAM user creation

resource "scaleway_iam_user" "user" {
  email      = "foo@test.com"
  tags       = ["test-tag"]
  username   = "foo"
  first_name = "Foo"
  last_name  = "Bar"
}
"#;
    let exported = [
        "id",
        "created_at",
        "updated_at",
        "deletable",
        "last_login_at",
        "type",
        "status",
        "mfa",
        "account_root_user_id",
        "locked",
        "organization_id",
    ];
    expect_documented(&stage, user, "scaleway_iam_user.user", &exported);

    let id = "11111111-1111-1111-1111-111111111111".to_owned();
    let now = chrono::Utc::now();
    stage
        .sandbox
        .scaleway_applications()
        .insert(sandbox::scaleway::Application {
            id: id.clone(),
            description: "a description".to_owned(),
            ..sandbox::scaleway::Application::new("My application", now)
        });
    stage.sandbox.scaleway_users().insert(sandbox::scaleway::User {
        id: id.clone(),
        ..sandbox::scaleway::User::new("foo", "foo@test.com", now)
    });
    let basic = "resource \"scaleway_iam_user\" \"basic\" {\n  email = \"foo@test.com\"\n}\n";
    stage.configure(&format!("{application}{basic}"));
    for address in ["scaleway_iam_application.main", "scaleway_iam_user.basic"] {
        stage.workspace.import(address, &id).unwrap();
    }
    stage.expect_no_change();
}

/// Stands for the id of a holder.
const BEARER: &str = "11111111-2222-3333-4444-555555555555";

fn every_argument_and_attribute_of_the_scaleway_page_works(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let configuration = format!(
        r#"{REQUIRED_SCALEWAY}
resource "scaleway_iam_api_key" "main" {{
  application_id     = "{BEARER}"
  description        = "a description"
  expires_at         = "2099-06-01T12:00:00+02:00"
  default_project_id = "66666666-7777-8888-9999-000000000000"
}}

output "exported" {{
  sensitive = true
  value = [
    scaleway_iam_api_key.main.id,
    scaleway_iam_api_key.main.created_at,
    scaleway_iam_api_key.main.updated_at,
    scaleway_iam_api_key.main.editable,
    scaleway_iam_api_key.main.access_key,
    scaleway_iam_api_key.main.secret_key,
    scaleway_iam_api_key.main.creation_ip,
  ]
}}
"#
    );
    let exported = [
        "id",
        "created_at",
        "updated_at",
        "editable",
        "access_key",
        "secret_key",
        "creation_ip",
    ];
    let state = expect_documented(&stage, &configuration, "scaleway_iam_api_key.main", &exported);
    assert_eq!(state["expires_at"], "2099-06-01T12:00:00+02:00");
    assert_eq!(state["default_project_id"], "66666666-7777-8888-9999-000000000000");
    assert_eq!(state["id"], state["access_key"]);
}

fn the_import_line_of_the_scaleway_page_works(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(BEARER.to_owned());
    let mut key = sandbox::scaleway::Key::new(bearer, "a description", chrono::Utc::now());
    key.access_key = "11111111111111111111".to_owned();
    stage.sandbox.scaleway().insert(key);
    stage.configure(&format!(
        "{REQUIRED_SCALEWAY}resource \"scaleway_iam_api_key\" \"main\" {{\n  application_id = \"{BEARER}\"\n  \
         description = \"a description\"\n}}\n"
    ));
    let address = "scaleway_iam_api_key.main";
    stage.workspace.import(address, "11111111111111111111").unwrap();
    assert_eq!(stage.attributes(address)["access_key"], "11111111111111111111");
    stage.expect_no_change();
}

fn the_tencent_cloud_examples_work_with_every_argument_and_attribute(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let exported = ["id", "create_time", "modify_time"];
    let automatic = r#"
resource "tencentcloud_api_gateway_api_key" "example_auto" {
  secret_name = "tf_example_auto"
  status      = "on"
}
"#;
    let configuration = format!("{REQUIRED_TENCENTCLOUD}{automatic}");
    let address = "tencentcloud_api_gateway_api_key.example_auto";
    let state = expect_documented(&stage, &configuration, address, &exported);
    assert_eq!(state["access_key_type"], "auto");
    assert_eq!(state["access_key_id"], state["id"]);
    assert!(!state["access_key_secret"].is_null());

    let manual = r#"
resource "tencentcloud_api_gateway_api_key" "example_manual" {
  secret_name       = "tf_example_manual"
  status            = "on"
  access_key_type   = "manual"
  access_key_id     = "28e287e340507fa147b2c8284dab542f"
  access_key_secret = "0198a4b8c3105080f4acd9e507599eff"
}
"#;
    let configuration = format!("{REQUIRED_TENCENTCLOUD}{manual}");
    let address = "tencentcloud_api_gateway_api_key.example_manual";
    let state = expect_documented(&stage, &configuration, address, &exported);
    assert_eq!(state["id"], "28e287e340507fa147b2c8284dab542f");
    assert_eq!(state["access_key_secret"], "0198a4b8c3105080f4acd9e507599eff");
}

fn the_import_line_of_the_tencent_cloud_page_works(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let mut key = sandbox::tencentcloud::Key::new("ap-guangzhou", "test", chrono::Utc::now());
    key.id = "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B".to_owned();
    stage.sandbox.tencentcloud().insert(key.clone());
    stage.configure(&format!(
        "{REQUIRED_TENCENTCLOUD}resource \"tencentcloud_api_gateway_api_key\" \"test\" {{\n  secret_name = \"test\"\n}}\n"
    ));
    let address = "tencentcloud_api_gateway_api_key.test";
    stage
        .workspace
        .import(address, "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B")
        .unwrap();
    assert_eq!(stage.attributes(address)["access_key_secret"], key.secret);
    stage.expect_no_change();
}

fn the_samples_of_tencent_clouds_create_call_work_as_resources(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let configuration = format!(
        r#"{REQUIRED_TENCENTCLOUD}
resource "tencentcloud_api_gateway_api_key" "automatic" {{
  secret_name = "myTest"
}}

resource "tencentcloud_api_gateway_api_key" "manual" {{
  secret_name       = "myTest"
  access_key_type   = "manual"
  access_key_id     = "myTestsecretID"
  access_key_secret = "myTestSecretKey"
}}

resource "tencentcloud_api_gateway_api_key" "of_2018" {{
  secret_name     = "test"
  access_key_type = "auto"
}}
"#
    );
    stage.apply(&configuration);
    let manual = stage.attributes("tencentcloud_api_gateway_api_key.manual");
    assert_eq!(manual["id"], "myTestsecretID");
    assert_eq!(manual["access_key_secret"], "myTestSecretKey");
    for address in ["automatic", "of_2018"] {
        let state = stage.attributes(&format!("tencentcloud_api_gateway_api_key.{address}"));
        assert_eq!(state["access_key_type"], "auto");
        assert_eq!(state["status"], "on");
    }
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

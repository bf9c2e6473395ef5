//! `aws_api_gateway_api_key`: a key by its id.

use cli::Cli;
use sandbox::aws::Key;
use sandbox::{Cloud, Fault, FaultKind, credentials};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::expect_refused;
use crate::stage::{APIKEYS, AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_is_read_with_what_its_resource_has,
    a_key_that_is_not_known_yet_is_read_during_the_apply,
    with_a_region_that_is_not_known_yet_a_key_is_read_during_the_apply_if_it_depends_on_it,
    a_key_in_another_region_is_read_there,
    a_key_that_does_not_exist_is_an_error_that_says_where_and_as_whom_it_was_looked_for,
    bad_arguments_are_errors_at_their_line_before_any_call,
    a_read_is_repeated_after_a_throttle_and_a_lost_answer_and_fails_with_the_vendors_words,
    with_the_provider_of_all_clouds_a_data_source_names_its_provider,
];

const READ: &str = "aws_api_gateway_api_key.read";

fn read(id: &str) -> String {
    format!("data \"aws_api_gateway_api_key\" \"read\" {{\n  id = {id}\n}}\n")
}

fn a_key_is_read_with_what_its_resource_has(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    for (number, arguments) in ["", "description = \"\"\n customer_id = \"c\"\n enabled = false\n"]
        .into_iter()
        .enumerate()
    {
        let resource =
            format!("resource \"aws_api_gateway_api_key\" \"made\" {{\n name = \"key {number}\"\n {arguments} }}\n");
        let configuration = format!("{resource}{}", read("aws_api_gateway_api_key.made.id"));
        let applied = stage.apply(&configuration);
        let (found, made) = (stage.attributes(READ), stage.attributes("aws_api_gateway_api_key.made"));
        for attribute in [
            "arn",
            "created_date",
            "enabled",
            "id",
            "last_updated_date",
            "name",
            "region",
            "value",
        ] {
            assert_eq!(found[attribute], made[attribute], "{attribute}");
        }
        // Where the resource keeps what the configuration says, this is what the official provider reads.
        for attribute in ["customer_id", "description"] {
            assert_eq!(
                found[attribute].as_str(),
                Some(made[attribute].as_str().unwrap_or_default())
            );
        }
        assert_eq!(found["tags"], json!({}));
        let value = found["value"].as_str().unwrap();
        assert!(!applied.stdout.contains(value) && !applied.stderr.contains(value));
        assert!(!stage.workspace.run(&["show"]).unwrap().stdout.contains(value));
        stage.expect_no_change();
    }
    stage.calls();
    stage.workspace.plan().unwrap();
    assert_eq!(
        stage.calls(),
        ["GetApiKey", "GetApiKey"],
        "the resource's and the data source's"
    );
}

fn a_key_that_is_not_known_yet_is_read_during_the_apply(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let resource = "resource \"aws_api_gateway_api_key\" \"made\" {\n  name = \"made\"\n}\n";
    let of_id = read("aws_api_gateway_api_key.made.id");
    let depending = "data \"aws_api_gateway_api_keys\" \"all\" {\n  depends_on = [aws_api_gateway_api_key.made]\n}\n";
    stage.configure(&format!("{resource}{of_id}{depending}"));
    let plan = stage.workspace.plan().unwrap().stdout;
    for (address, reason) in [
        (
            "aws_api_gateway_api_key.read",
            "(config refers to values not yet known)",
        ),
        (
            "aws_api_gateway_api_keys.all",
            "(depends on a resource or a module with changes pending)",
        ),
    ] {
        let expected = format!("# data.{address} will be read during apply\n  # {reason}");
        assert!(plan.contains(&expected), "{expected}: {plan}");
    }
    assert_eq!(stage.calls(), [""; 0]);
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(READ)["name"], "made");
    assert_eq!(
        stage.attributes("aws_api_gateway_api_keys.all")["items"][0]["name"],
        "made"
    );
    stage.expect_no_change();
}

fn with_a_region_that_is_not_known_yet_a_key_is_read_during_the_apply_if_it_depends_on_it(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = Key::new("eu-west-1", "abroad", chrono::Utc::now());
    stage.sandbox.aws().insert(key.clone());
    let provider = "resource \"terraform_data\" \"region\" {\n  input = \"eu-west-1\"\n}\nprovider \"aws\" {\n  region = terraform_data.region.output\n}\n";
    let read = |rest: &str| read(&format!("\"{}\"\n  {rest}", key.id));
    stage.configure(&format!("{provider}{}", read("")));
    let said = stage.refused_plan();
    assert!(
        said.contains("the provider argument `region` is not known yet"),
        "{said}"
    );
    assert!(
        said.contains("or list them in the data source's `depends_on`"),
        "{said}"
    );
    stage.apply(&format!("{provider}{}", read("depends_on = [terraform_data.region]")));
    assert_eq!(stage.attributes(READ)["region"], "eu-west-1");
}

fn a_key_in_another_region_is_read_there(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = Key::new("eu-west-1", "abroad", chrono::Utc::now());
    stage.sandbox.aws().insert(key.clone());
    let abroad = format!("id = \"{}\"\n  region = \"eu-west-1\"", key.id);
    stage.apply(&format!(
        "data \"aws_api_gateway_api_key\" \"read\" {{\n  {abroad}\n}}\n"
    ));
    let found = stage.attributes(READ);
    assert_eq!(found["name"], "abroad");
    assert_eq!(found["region"], "eu-west-1");
    let arn = format!("arn:aws:apigateway:eu-west-1::/apikeys/{}", key.id);
    assert_eq!(found["arn"], arn.as_str());
}

fn a_key_that_does_not_exist_is_an_error_that_says_where_and_as_whom_it_was_looked_for(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = Key::new("eu-west-1", "abroad", chrono::Utc::now());
    stage.sandbox.aws().insert(key.clone());
    stage.configure(&read(&format!("\"{}\"", key.id)));
    let said = stage.refused_plan();
    let url = stage.sandbox.url(Cloud::Aws);
    for part in [
        "Error: Cannot read aws_api_gateway_api_key",
        "with data.aws_api_gateway_api_key.read",
        &format!("id = \"{}\"", key.id),
        &format!("GetApiKey: the region us-east-1 has no API key with the id {}", key.id),
        "The call was made with: credentials from AWS_ACCESS_KEY_ID",
        &format!("region us-east-1, endpoint {url}"),
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for secret in [credentials::AWS_SECRET_ACCESS_KEY, &key.value] {
        assert!(!said.contains(secret), "{said}");
    }
}

fn bad_arguments_are_errors_at_their_line_before_any_call(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    for (kind, arguments, line, said) in [
        ("key", r#"id = """#, r#"id = """#, "\"id\" must be the id of an API key"),
        (
            "key",
            r#"id = "../account""#,
            r#"id = "../account""#,
            "\"id\" must be the id of an API key",
        ),
        ("key", "id = null", "id = null", "\"id\" is required, but null"),
        (
            "key",
            "",
            "data \"aws_api_gateway_api_key\" \"read\"",
            "The argument \"id\" is required",
        ),
        (
            "key",
            "id = \"abcdefghij\"\n  region = \"Frankfurt\"",
            "region = \"Frankfurt\"",
            "\"region\" must be a region such as \"us-east-1\", but is \"Frankfurt\"",
        ),
        (
            "key",
            "id = \"abcdefghij\"\n  region = \"cn-north-1\"",
            "region = \"cn-north-1\"",
            "\"region\" must be in the partition of the provider's region, aws, but is in aws-cn",
        ),
        ("key", "id = \"abcdefghij\"\n  value = \"x\"", "value = \"x\"", "value"),
        (
            "keys",
            "region = \"cn-north-1\"",
            "region = \"cn-north-1\"",
            "is in aws-cn",
        ),
        (
            "keys",
            "include_values = \"some\"",
            "include_values = \"some\"",
            "a bool is required",
        ),
        ("keys", "items = []", "items = []", "items"),
    ] {
        let configuration = format!("data \"aws_api_gateway_api_{kind}\" \"read\" {{\n  {arguments}\n}}\n");
        expect_refused(&stage, &configuration, line, said);
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn a_read_is_repeated_after_a_throttle_and_a_lost_answer_and_fails_with_the_vendors_words(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = Key::new("us-east-1", "test", chrono::Utc::now());
    stage.sandbox.aws().insert(key.clone());
    stage.configure(&read(&format!("\"{}\"", key.id)));
    let fault = |kind, times| {
        stage.sandbox.fault(Fault {
            cloud: Cloud::Aws,
            operation: Some("GetApiKey".to_owned()),
            kind,
            times,
        });
    };
    for kind in [
        FaultKind::Throttle { retry_after: None },
        FaultKind::HtmlAfter,
        FaultKind::DropAfter,
    ] {
        fault(kind, 1);
        stage.workspace.plan().unwrap();
        assert_eq!(stage.calls(), ["GetApiKey"; 2]);
    }
    let code = "AccessDeniedException".to_owned();
    fault(FaultKind::Error { code }, 1);
    let said = stage.refused_plan();
    assert!(said.contains("GetApiKey: AccessDeniedException"), "{said}");
    assert!(said.contains("The call was made with: credentials from"), "{said}");
    assert!(!said.contains(&key.value), "{said}");
}

fn with_the_provider_of_all_clouds_a_data_source_names_its_provider(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let aws = Key::new("us-east-1", "of aws", chrono::Utc::now());
    stage.sandbox.aws().insert(aws.clone());
    let tencentcloud = sandbox::tencentcloud::Key::new("ap-guangzhou", "of_tencent", chrono::Utc::now());
    stage.sandbox.tencentcloud().insert(tencentcloud.clone());
    let bearer = sandbox::scaleway::Bearer::Application(crate::scaleway::APPLICATION.to_owned());
    let scaleway = sandbox::scaleway::Key::new(bearer, "of scaleway", chrono::Utc::now());
    stage.sandbox.scaleway().insert(scaleway.clone());
    let configuration = format!(
        r#"
terraform {{
  required_providers {{
    apikeys = {{ source = "apikeys/apikeys" }}
  }}
}}
data "aws_api_gateway_api_key" "one" {{
  provider = apikeys
  id       = "{}"
}}
data "aws_api_gateway_api_keys" "all" {{
  provider = apikeys
}}
data "tencentcloud_api_gateway_api_keys" "all" {{
  provider = apikeys
}}
data "scaleway_iam_api_key" "two" {{
  provider   = apikeys
  access_key = "{}"
}}
"#,
        aws.id, scaleway.access_key
    );
    stage.apply(&configuration);
    let attributes = |address| stage.attributes(address);
    assert_eq!(attributes("aws_api_gateway_api_key.one")["name"], "of aws");
    assert_eq!(
        attributes("aws_api_gateway_api_keys.all")["items"][0]["id"],
        aws.id.as_str()
    );
    let keys = attributes("tencentcloud_api_gateway_api_keys.all");
    assert_eq!(keys["list"][0]["api_key_id"], tencentcloud.id.as_str());
    assert_eq!(attributes("scaleway_iam_api_key.two")["description"], "of scaleway");
    stage.expect_no_change();
}

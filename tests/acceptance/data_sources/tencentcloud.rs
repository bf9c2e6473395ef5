//! `tencentcloud_api_gateway_api_keys`: the keys of a region, by name and by id.

use cli::Cli;
use sandbox::tencentcloud::{Key, Status};
use sandbox::{ListedSecrets, Options};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::{column, expect_refused};
use crate::json_server::JsonServer;
use crate::stage::{Stage, TENCENTCLOUD, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    keys_are_read_by_name_and_by_id_and_their_secrets_are_not_shown,
    many_keys_are_read_in_pages_of_100,
    what_matches_no_key_is_an_empty_list,
    secrets_that_the_list_leaves_out_are_read_one_by_one,
    the_api_of_2017_is_read_as_well,
    a_key_id_of_a_wrong_shape_is_an_error_at_its_line,
    a_list_that_leads_back_is_an_error_and_keys_that_nobody_asked_for_are_left_out,
    a_short_page_is_not_the_end_if_the_service_counts_more_keys,
];

const ALL: &str = "tencentcloud_api_gateway_api_keys.all";
pub(super) const REQUIRED: &str =
    "terraform {\n  required_providers {\n    tencentcloud = { source = \"tencentcloudstack/tencentcloud\" }\n  }\n}\n";

pub(super) fn all(arguments: &str) -> String {
    format!("{REQUIRED}data \"tencentcloud_api_gateway_api_keys\" \"all\" {{\n  {arguments}\n}}\n")
}

pub(super) fn insert(stage: &Stage, name: &str) -> Key {
    let key = Key::new("ap-guangzhou", name, chrono::Utc::now());
    stage.sandbox.tencentcloud().insert(key.clone());
    key
}

fn item(key: &Key) -> Value {
    let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    json!({
        "access_key_secret": key.secret,
        "api_key_id": key.id,
        "create_time": time(key.created),
        "modify_time": time(key.modified),
        "status": if key.status == Status::Enabled { "on" } else { "off" },
    })
}

fn keys_are_read_by_name_and_by_id_and_their_secrets_are_not_shown(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    insert(&stage, "another");
    let applied = stage.apply(&format!(
        r#"{REQUIRED}
resource "tencentcloud_api_gateway_api_key" "test" {{
  secret_name = "my_api_key"
  status      = "on"
}}

data "tencentcloud_api_gateway_api_keys" "name" {{
  secret_name = tencentcloud_api_gateway_api_key.test.secret_name
  depends_on  = [tencentcloud_api_gateway_api_key.test]
}}

data "tencentcloud_api_gateway_api_keys" "id" {{
  api_key_id = tencentcloud_api_gateway_api_key.test.id
}}

output "ids" {{
  value = data.tencentcloud_api_gateway_api_keys.id.list[*].api_key_id
}}
"#
    ));
    let keys = stage.sandbox.tencentcloud().keys();
    let key = keys.iter().find(|key| key.name == "my_api_key").unwrap();
    for (name, id) in [("name", "my_api_key#".to_owned()), ("id", format!("#{}", key.id))] {
        let found = stage.attributes(&format!("tencentcloud_api_gateway_api_keys.{name}"));
        assert_eq!(found["list"], json!([item(key)]), "{name}");
        assert_eq!(found["id"], id.as_str());
        assert_eq!(found["result_output_file"], Value::Null);
    }
    let shown = stage.workspace.run(&["show"]).unwrap();
    assert!(applied.stdout.contains(&format!("\"{}\",", key.id)), "{applied}");
    for output in [applied, shown] {
        assert!(!output.stdout.contains(&key.secret), "{output}");
    }
    stage.expect_no_change();
}

fn many_keys_are_read_in_pages_of_100(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let ids: Vec<_> = (0..250)
        .map(|number| insert(&stage, &format!("key_{number}")).id)
        .collect();
    stage.apply(&all(""));
    assert_eq!(stage.calls(), ["DescribeApiKeysStatus"; 3]);
    let found = stage.attributes(ALL);
    let newest_first: Vec<_> = ids.iter().rev().collect();
    assert_eq!(column(&found["list"], "api_key_id"), newest_first);
    assert_eq!(found["id"], "#");
}

fn what_matches_no_key_is_an_empty_list(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let abroad = Key::new("ap-singapore", "abroad", chrono::Utc::now());
    stage.sandbox.tencentcloud().insert(abroad.clone());
    let key = insert(&stage, "here");
    for arguments in [
        "secret_name = \"there\"".to_owned(),
        format!("api_key_id = \"{}\"", abroad.id),
        format!("api_key_id = \"{}\"\n  secret_name = \"there\"", key.id),
    ] {
        stage.apply(&all(&arguments));
        assert_eq!(stage.attributes(ALL)["list"], json!([]), "{arguments}");
    }
    stage.apply(&all("secret_name = \"\"\n  api_key_id = \"\""));
    assert_eq!(stage.attributes(ALL)["list"], json!([item(&key)]));
}

fn secrets_that_the_list_leaves_out_are_read_one_by_one(cli: &Cli) {
    let options = Options {
        listed_secrets: ListedSecrets::Hidden,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[TENCENTCLOUD], options);
    let keys = ["one", "two"].map(|name| insert(&stage, name));
    stage.apply(&all(""));
    assert_eq!(
        stage.calls(),
        ["DescribeApiKeysStatus", "DescribeApiKey", "DescribeApiKey"]
    );
    assert_eq!(stage.attributes(ALL)["list"], json!([item(&keys[1]), item(&keys[0])]));
}

fn the_api_of_2017_is_read_as_well(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let keys = ["one", "two"].map(|name| insert(&stage, name));
    let of_2017 = "provider \"tencentcloud\" {\n  api_version = \"2017\"\n}\n";
    for (arguments, found) in [
        ("secret_name = \"two\"".to_owned(), json!([item(&keys[1])])),
        (format!("api_key_id = \"{}\"", keys[0].id), json!([item(&keys[0])])),
        (String::new(), json!([item(&keys[1]), item(&keys[0])])),
    ] {
        stage.apply(&format!("{of_2017}{}", all(&arguments)));
        assert_eq!(stage.attributes(ALL)["list"], found, "{arguments}");
    }
}

fn a_key_id_of_a_wrong_shape_is_an_error_at_its_line(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    for id in ["a key", "abcd"] {
        let line = format!("api_key_id = \"{id}\"");
        expect_refused(
            &stage,
            &all(&line),
            &line,
            "\"api_key_id\" must be the id of a key, 5 to 50 letters",
        );
    }
    assert_eq!(stage.calls(), [""; 0]);
}

/// Serves the page of keys that this makes of an offset.
fn served(stage: &mut Stage, page: impl Fn(u64) -> Value + Send + 'static) -> JsonServer {
    let server = JsonServer::start(move |request| {
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let page = page(asked["Offset"].as_u64().unwrap());
        json!({"Response": {"Result": page, "RequestId": "r-1"}}).to_string()
    });
    stage.workspace = Stage::another_workspace(stage).environment([("TENCENTCLOUD_DOMAIN", server.authority())]);
    server
}

fn keys(numbers: std::ops::Range<u64>) -> Vec<Value> {
    let key = |number| json!({"AccessKeyId": format!("id_{number}"), "AccessKeySecret": "secret", "SecretName": format!("Name {number}")});
    numbers.map(key).collect()
}

fn a_list_that_leads_back_is_an_error_and_keys_that_nobody_asked_for_are_left_out(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    let _server = served(&mut stage, |_| json!({"TotalCount": 300, "ApiKeySet": keys(0..100)}));
    stage.configure(&all(""));
    let said = refusal(stage.workspace.run(&["plan"]).unwrap());
    let circle = "DescribeApiKeysStatus: the list of keys leads back to a page that was read before";
    assert!(said.contains(circle), "{said}");

    // Keys that were created in between have moved others onto the next page.
    let _server = served(&mut stage, |offset| match offset {
        0 => json!({"TotalCount": 104, "ApiKeySet": keys(0..100)}),
        _ => json!({"TotalCount": 104, "ApiKeySet": keys(98..104)}),
    });
    stage.apply(&all("secret_name = \"name 9\""));
    let found = stage.attributes(ALL);
    let expected: Vec<_> = [9]
        .into_iter()
        .chain(90..100)
        .map(|number| format!("id_{number}"))
        .collect();
    assert_eq!(column(&found["list"], "api_key_id"), expected);
    assert_eq!(found["list"][0]["status"], Value::Null);
}

fn a_short_page_is_not_the_end_if_the_service_counts_more_keys(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    let _server = served(
        &mut stage,
        |offset| json!({"TotalCount": 50, "ApiKeySet": keys(offset..(offset + 20).min(50))}),
    );
    stage.apply(&all(""));
    assert_eq!(stage.attributes(ALL)["list"].as_array().unwrap().len(), 50);

    // Nor is a count that is too high a reason to go on for ever.
    let _server = served(
        &mut stage,
        |offset| json!({"TotalCount": 999, "ApiKeySet": keys(offset..50.max(offset))}),
    );
    stage.apply(&all(""));
    assert_eq!(stage.attributes(ALL)["list"].as_array().unwrap().len(), 50);
}

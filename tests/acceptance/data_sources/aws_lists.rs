//! `aws_api_gateway_api_keys`: the keys of a region.

use cli::{Cli, Output};
use sandbox::aws::Key;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::column;
use crate::json_server::JsonServer;
use crate::stage::{AWS, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    keys_are_listed_without_their_values,
    keys_are_listed_with_their_values_which_are_not_shown,
    many_keys_are_listed_in_pages_of_500,
    keys_are_found_by_the_beginning_of_their_names_and_by_their_customer,
    a_region_without_keys_has_an_empty_list,
    a_list_that_does_not_end_or_makes_no_sense_is_an_error,
    keys_that_a_page_repeats_and_such_that_nobody_asked_for_are_left_out,
];

const ALL: &str = "aws_api_gateway_api_keys.all";

fn all(arguments: &str) -> String {
    format!("data \"aws_api_gateway_api_keys\" \"all\" {{\n  {arguments}\n}}\n")
}

fn insert(stage: &Stage, name: &str) -> Key {
    let key = Key::new("us-east-1", name, chrono::Utc::now());
    stage.sandbox.aws().insert(key.clone());
    key
}

fn keys_are_listed_without_their_values(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let made = "resource \"aws_api_gateway_api_key\" \"made\" {\n count = 2\n name = \"key ${count.index}\"\n}\n";
    stage.apply(&format!("{made}{}", all("depends_on = [aws_api_gateway_api_key.made]")));
    let found = stage.attributes(ALL);
    assert_eq!(found["id"], "us-east-1");
    assert_eq!(found["region"], "us-east-1");
    assert_eq!(found["include_values"], Value::Null);
    let keys = stage.sandbox.aws().keys();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for key in keys {
        let item = items.iter().find(|item| item["id"] == key.id.as_str()).unwrap();
        let created = key.created.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let expected = json!({
            "created_date": created,
            "customer_id": null,
            "description": "Managed by Terraform",
            "enabled": true,
            "id": key.id,
            "last_updated_date": created,
            "name": key.name,
            "stage_keys": [],
            "tags": {},
            "value": null,
        });
        assert_eq!(*item, expected);
    }
    stage.expect_no_change();
}

fn keys_are_listed_with_their_values_which_are_not_shown(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = insert(&stage, "test");
    let names = "output \"names\" {\n  value = data.aws_api_gateway_api_keys.all.items[*].name\n}\n";
    let applied = stage.apply(&format!("{}{names}", all("include_values = true")));
    assert_eq!(stage.attributes(ALL)["items"][0]["value"], key.value.as_str());
    // What is no secret can be shown.
    assert!(applied.stdout.contains("\"test\","), "{applied}");
    let shown = stage.workspace.run(&["show"]).unwrap();
    assert!(shown.stdout.contains("= (sensitive value)"), "{shown}");
    for output in [applied, shown] {
        assert!(!output.stdout.contains(&key.value), "{output}");
    }

    let values = names.replace("name\n", "value\n");
    stage.configure(&format!("{}{values}", all("include_values = true")));
    let said = stage.refused_plan();
    assert!(said.contains("Output refers to sensitive values"), "{said}");
}

fn many_keys_are_listed_in_pages_of_500(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let ids: Vec<_> = (0..1001)
        .map(|number| insert(&stage, &format!("key {number}")).id)
        .collect();
    stage.apply(&all(""));
    assert_eq!(stage.calls(), ["GetApiKeys"; 3]);
    let found = stage.attributes(ALL);
    let newest_first: Vec<_> = ids.iter().rev().collect();
    assert_eq!(column(&found["items"], "id"), newest_first);
}

fn keys_are_found_by_the_beginning_of_their_names_and_by_their_customer(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    for name in ["billing-a", "Billing-b", "old-billing-c", "billing-d"] {
        insert(&stage, name);
    }
    let of_customer = insert(&stage, "billing-e");
    stage
        .sandbox
        .aws()
        .update(&of_customer.id, |key| key.customer_id = Some("a customer".to_owned()));
    let named = "name_prefix = \"billing-\"";
    let customers = "customer_id = \"a customer\"";
    for (arguments, names) in [
        (named.to_owned(), &["billing-e", "billing-d", "billing-a"][..]),
        (customers.to_owned(), &["billing-e"]),
        (format!("{named}\n  {customers}"), &["billing-e"]),
        (
            "name_prefix = \"\"\n  customer_id = \"\"".to_owned(),
            &["billing-e", "billing-d", "old-billing-c", "Billing-b", "billing-a"],
        ),
        ("name_prefix = \"b i&l=\"".to_owned(), &[]),
    ] {
        stage.apply(&all(&arguments));
        assert_eq!(column(&stage.attributes(ALL)["items"], "name"), names, "{arguments}");
    }
    let journal = stage.sandbox.journal();
    assert!(
        journal
            .iter()
            .any(|entry| entry.path.contains("&name=billing-&customerId=a%20customer"))
    );
}

fn a_region_without_keys_has_an_empty_list(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    insert(&stage, "at home");
    stage.apply(&all("region = \"eu-west-1\""));
    let found = stage.attributes(ALL);
    assert_eq!(found["items"], json!([]));
    assert_eq!(found["id"], "eu-west-1");
}

/// Applies to a server that gives these pages one after the other, and the last one for ever.
fn served(stage: &Stage, arguments: &str, pages: &[Value]) -> Output {
    let mut pages: Vec<_> = pages.iter().map(Value::to_string).rev().collect();
    let server = JsonServer::start(move |_| match pages.len() {
        1 => pages[0].clone(),
        _ => pages.pop().unwrap(),
    });
    stage.configure(&format!(
        "provider \"aws\" {{\n  endpoints {{\n    apigateway = \"http://{}\"\n  }}\n}}\n{}",
        server.authority(),
        all(arguments)
    ));
    stage.workspace.run(&["apply", "-auto-approve"]).unwrap()
}

fn a_list_that_does_not_end_or_makes_no_sense_is_an_error(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let page = |id: &str, position: &str| json!({"item": [{"id": id, "name": id}], "position": position});
    let circle = "GetApiKeys: the list of keys leads back to a page that was read before";
    let rows: [(&str, Vec<Value>, &str); 5] = [
        ("", vec![page("a", "1")], circle),
        ("", vec![page("a", "1"), page("b", "2"), page("c", "1")], circle),
        (
            "",
            vec![json!({"item": [{"name": "nameless"}]})],
            "GetApiKeys: the list holds a key without an id",
        ),
        (
            "",
            vec![json!({"items": []})],
            "GetApiKeys: the response cannot be read",
        ),
        (
            "include_values = true",
            vec![json!({"item": [{"id": "a", "value": ""}]})],
            "GetApiKeys: the list has no value of the key a",
        ),
    ];
    for (arguments, pages, expected) in rows {
        let said = refusal(served(&stage, arguments, &pages));
        assert!(said.contains(expected), "{pages:?}: {said}");
    }
}

fn keys_that_a_page_repeats_and_such_that_nobody_asked_for_are_left_out(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key =
        |id: &str, name: &str| json!({"id": id, "name": name, "value": "a-secret-nobody-asked-for", "enabled": true});
    let pages = [
        json!({"item": [key("a", "one"), key("b", "one and a half"), key("x", "two")], "position": "1"}),
        json!({"item": [], "position": "2"}),
        json!({"item": [key("b", "one and a half"), key("c", "one")], "position": ""}),
    ];
    served(&stage, "name_prefix = \"one\"", &pages).success().unwrap();
    let found = stage.attributes(ALL);
    assert_eq!(column(&found["items"], "id"), ["a", "b", "c"]);
    assert_eq!(column(&found["items"], "value"), [""; 3]);
}

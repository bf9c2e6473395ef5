//! An endpoint whose answers leave out whatever they can, as some stand-ins for AWS do.
//!
//! Its one key has the value that was asked for, as the vendor's keys do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use cli::Cli;
use serde_json::Value;
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![answers_without_dates_texts_and_tags_are_taken,];

const KEY: &str = "aws_api_gateway_api_key.test";

fn answers_without_dates_texts_and_tags_are_taken(cli: &Cli) {
    for rest in [
        "",
        r#","createdDate":null,"lastUpdatedDate":null,"customerId":null,"tags":null,"stageKeys":null"#,
        r#","customerId":"","tags":{},"stageKeys":[],"surprise":{"a":[1]}"#,
    ] {
        let stage = Stage::new(cli, &[AWS]);
        let key = format!(
            r#"{{"id":"abcde12345","value":"@","name":"test","description":"Managed by Terraform","enabled":true{rest}}}"#
        );
        let endpoint = serve(key);
        let configuration = format!(
            "provider \"aws\" {{\n  endpoints {{\n    apigateway = \"{endpoint}\"\n  }}\n}}\n\n\
             resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n}}\n"
        );
        stage.apply(&configuration);
        let state = stage.attributes(KEY);
        assert_eq!(state["id"], "abcde12345");
        assert_eq!(state["value"].as_str().map(str::len), Some(40));
        assert_eq!(state["created_date"], Value::Null);
        assert_eq!(state["customer_id"], Value::Null);
        assert_eq!(state["tags"], Value::Null);
        stage.expect_no_change();
        stage.expect_import(&configuration, KEY, "abcde12345", &[]);
        stage.workspace.destroy().unwrap();
    }
}

/// Serves the same key to whoever asks, until the test program ends; gives the URL. The `@` in it stands for the value.
fn serve(key: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut value = String::new();
        for stream in listener.incoming() {
            // A client that has gone away needs no answer.
            let _ = stream.and_then(|stream| answer(stream, &key, &mut value));
        }
    });
    url
}

fn answer(mut stream: TcpStream, key: &str, value: &mut String) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut body = 0;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body = length.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut asked = Vec::new();
    reader.take(body).read_to_end(&mut asked)?;
    if let Ok(asked) = serde_json::from_slice::<Value>(&asked) {
        *value = asked["value"].as_str().unwrap_or_default().to_owned();
    }
    let key = key.replace('@', value);
    let length = key.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{key}"
    )
}

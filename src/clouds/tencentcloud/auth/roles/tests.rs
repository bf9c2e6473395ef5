use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::*;

#[test]
fn a_policy_is_percent_encoded_once() {
    assert_eq!(encoded_policy("{\"a\": 1}"), "%7B%22a%22%3A%201%7D");
    assert_eq!(encoded_policy("%7B%22a%22%3A%201%7D"), "%7B%22a%22%3A%201%7D");
}

#[test]
fn a_text_is_given_or_an_entry_or_a_whole_file() {
    fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match path.to_str().unwrap_or_default() {
            "/json" => Ok(br#"{"web_identity_token": "a"}"#.to_vec().into()),
            "/raw" => Ok(b" b\n".to_vec().into()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
    let entry = |file: &str, entry| Text::Entry {
        file: file.into(),
        entry,
    };
    let rows = [
        (Text::Given(Secret::new("c")), Ok("c")),
        (entry("/json", "web_identity_token"), Ok("a")),
        (Text::File("/raw".into()), Ok("b")),
        (
            entry("/json", "role_arn"),
            Err("the file /json cannot be used: it has no entry \"role_arn\""),
        ),
        (
            entry("/raw", "role_arn"),
            Err("the file /raw cannot be used: it is not a JSON object of strings"),
        ),
        (
            Text::File("/gone".into()),
            Err("the file /gone cannot be used: it cannot be read (entity not found)"),
        ),
    ];
    for (text, expected) in rows {
        let found = text.read(read).map(|text| text.expose().to_owned());
        assert_eq!(
            found.map_err(|error| error.message),
            expected.map(str::to_owned).map_err(str::to_owned)
        );
    }
}

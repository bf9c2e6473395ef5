//! Responses that do not come from the vendor's API or are truncated.

use ::http::StatusCode;
use ::http::header::CONTENT_TYPE;
use serde::de::IgnoredAny;

use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};

/// Whether a call without an error of the vendor is done. A success that should be JSON and is not was truncated, or comes from a proxy: it is
/// retried.
pub(in crate::clouds) fn verdict_of_success(answer: &Response) -> Verdict {
    let is_due = matches!(answer.status, StatusCode::OK | StatusCode::CREATED) || !answer.body.is_empty();
    if answer.status.is_success() && is_due && json(&answer.body).is_err() {
        Verdict::Transient { after: None }
    } else {
        Verdict::Done
    }
}

/// The error that a response is not from the vendor's API. It has no code: the response proves nothing.
pub(in crate::clouds) fn unreadable(operation: &'static str, answer: &Response) -> Error {
    let content = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let message = format!(
        "the response cannot be read: status {}, content type {}, {} bytes{}",
        answer.status.as_u16(),
        content.unwrap_or("not given"),
        answer.body.len(),
        what_is_wrong(&answer.body)
    );
    let kind = match answer.status.as_u16() {
        429 => Kind::Throttled,
        500.. => Kind::Server,
        _ => Kind::Malformed,
    };
    Error::new(operation, kind, message)
}

fn json(body: &[u8]) -> serde_json::Result<IgnoredAny> {
    serde_json::from_slice(body)
}

/// JSON is never shown, valid or not: it can hold a secret.
fn what_is_wrong(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match json(body) {
        _ if text.is_empty() => String::new(),
        Ok(_) => ", unexpected JSON".to_owned(),
        Err(error) if text.starts_with(['{', '[', '"']) => {
            let what = if error.is_eof() { "breaks off" } else { "is broken" };
            format!(", JSON that {what} at line {} column {}", error.line(), error.column())
        }
        Err(_) => format!(", not JSON: \"{}\"", excerpt(text)),
    }
}

/// The beginning of a page on one line, without what could be a secret: the page may repeat the request.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 120;
    let start: String = text.chars().take_while(|c| *c != '{').take(4 * LONGEST).collect();
    let line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = line.split_inclusive(|c: char| " <>\"'=:;,&()?/".contains(c));
    let shown: String = words.map(without_secret).collect();
    let mut characters = shown.chars().filter(|c| !c.is_control() && *c != '\u{fffd}');
    let mut excerpt: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() || start.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

/// A word with its delimiter, or dots if it could be a secret: the shortest have ten characters.
fn without_secret(word: &str) -> &str {
    let could_be = word.len() >= 24 || word.contains(|c: char| c.is_ascii_digit() || c == '_');
    if word.len() >= 10 && could_be { "…" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::shared::calls::tests::answer;

    #[test]
    fn a_page_shows_its_beginning_and_json_only_where_it_is_broken() {
        let long = format!("<html><title>Sign in</title>{}", "<p>Welcome to the net</p>".repeat(40));
        let cut = format!(
            "<html><title>Sign in</title>{}…",
            &"<p>Welcome to the net</p>".repeat(9)[..92]
        );
        let rows = [
            ("", String::new()),
            (
                "<html>\n  <b>Go\taway</b>",
                r#", not JSON: "<html> <b>Go away</b>""#.to_owned(),
            ),
            (
                "upstream connect error",
                r#", not JSON: "upstream connect error""#.to_owned(),
            ),
            (long.as_str(), format!(", not JSON: \"{cut}\"")),
            ("\u{1b}[31mno", r#", not JSON: "[31mno""#.to_owned()),
            (
                r#"{"secret":"hunter2hunter2"#,
                ", JSON that breaks off at line 1 column 25".to_owned(),
            ),
            (
                "{\"secret\":\n hunter2}",
                ", JSON that is broken at line 2 column 2".to_owned(),
            ),
            (r#"{"secret":"hunter2"}"#, ", unexpected JSON".to_owned()),
            ("null", ", unexpected JSON".to_owned()),
        ];
        for (body, expected) in rows {
            assert_eq!(what_is_wrong(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn what_could_be_a_secret_is_not_shown() {
        let rows = [
            (
                "You sent X-Auth-Token: 11111111-2222-3333-4444-555555555555",
                "You sent X-Auth-Token: …",
            ),
            ("You sent secretKey=a_secret_of_ours&a=b", "You sent secretKey=…a=b"),
            ("key wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "key …"),
            (r#"You sent {"value": "hunter2"}"#, "You sent…"),
        ];
        for (page, expected) in rows {
            assert_eq!(excerpt(page), expected);
        }
    }

    #[test]
    fn only_a_success_that_should_be_json_is_called_again() {
        let again = Verdict::Transient { after: None };
        let rows = [
            (200, "{}", Verdict::Done),
            (200, " [1]\n", Verdict::Done),
            (202, "", Verdict::Done),
            (204, "", Verdict::Done),
            (200, "", again),
            (201, "", again),
            (200, "<html>", again),
            (202, "<html>", again),
            (200, r#"{"id":"a"#, again),
            (200, "{} {}", again),
            (404, "<html>", Verdict::Done),
            (302, "", Verdict::Done),
        ];
        for (status, body, expected) in rows {
            assert_eq!(
                verdict_of_success(&answer(status, &[], body)),
                expected,
                "{status} {body}"
            );
        }
    }
}

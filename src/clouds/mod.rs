//! The clouds. Each folder holds the same files: `mod` the connection, `settings` the provider block, `credentials`, `api` the
//! vendor's calls, `refusal` what its errors mean, and one file per resource.

pub mod aws;
mod lately;
pub mod scaleway;
pub mod tencentcloud;

use std::error::Error as StdError;
use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::http::{self as calls, Answer, Call, Patience, Repeat, Service};
use crate::lifecycle::{Cloud, Configuration, Error, Kind};
use crate::tf::Attr;
use crate::tf::check::{Check, Complaint};
use crate::world::Clock;

/// Every cloud there is.
pub fn all(clock: Clock) -> Vec<Cloud> {
    vec![aws::cloud(clock), tencentcloud::cloud(clock), scaleway::cloud(clock)]
}

/// A URL to call.
const URL: Check = Check::Rule {
    sentence: "A URL that begins with `http://` or `https://`.",
    complaints: |value| match value.as_str() {
        Some(text) if !is_base_url(text) => {
            vec![Complaint::error(
                "must be a URL that begins with http:// or https:// and ends with a host or a path",
            )]
        }
        _ => Vec::new(),
    },
};

/// The client of one cloud's connection. `words` go into the user agent, `attempts` says how often a call is sent at most.
fn http_client(configuration: &Configuration, words: &[String], attempts: u32) -> calls::Client {
    let world = &configuration.world;
    let mut user_agent = format!(
        "terraform-provider-apikeys/{} Terraform/{}",
        world.version, configuration.terraform_version
    );
    for word in words
        .iter()
        .map(String::as_str)
        .chain(world.environment.get("TF_APPEND_USER_AGENT"))
    {
        user_agent.push(' ');
        user_agent.push_str(word);
    }
    // What a header cannot carry is left out; it is no reason to fail.
    user_agent.retain(|character| matches!(character, ' '..='~'));
    let settings = calls::Settings {
        user_agent: HeaderValue::from_str(&user_agent)
            .unwrap_or(HeaderValue::from_static("terraform-provider-apikeys")),
        retries: calls::Policy {
            attempts,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            longest_asked_wait: Duration::from_secs(60),
        },
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        clock: world.clock,
        random: world.chance,
    };
    calls::Client::new(settings, configuration.stop.clone())
}

/// The error that the provider's configuration lacks something a call needs.
fn not_configured(what: impl Into<String>, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}

/// The error that a call needs an argument of the provider block that is known only after apply.
fn not_known_yet(argument: &str) -> Error {
    not_configured(
        format!("the provider argument `{argument}` is not known yet, and this needs the API"),
        "Apply what it depends on first, for example with -target.",
    )
}

/// The error that an argument asks for an identity, or a check of it, that this version cannot take on.
fn not_supported_yet(argument: &str) -> Error {
    not_configured(
        format!("the provider argument `{argument}` is set, but this version cannot act on it yet"),
        "Nothing was done under another identity. Use static credentials, in the provider block or the environment.",
    )
}

/// Refuses the first argument that is there, of those this version cannot act on.
fn refuse<const N: usize>(arguments: [(&str, Presence); N]) -> Result<(), Error> {
    let given = arguments.into_iter().find(|(_, presence)| *presence == Presence::Given);
    given.map_or(Ok(()), |(argument, _)| Err(not_supported_yet(argument)))
}

/// Whether an argument or a block stands in the provider block. What is unknown may turn out to, so it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Absent,
    Given,
}

impl Presence {
    fn of_argument<T>(argument: &Attr<T>) -> Self {
        if argument.is_null() { Self::Absent } else { Self::Given }
    }

    fn of_blocks<T>(blocks: &Attr<Vec<T>>) -> Self {
        match blocks.known() {
            Some(blocks) if blocks.is_empty() => Self::Absent,
            _ => Self::Given,
        }
    }
}

/// A body in JSON, wiped after use: it may hold a secret.
fn json_body(operation: &'static str, body: &impl Serialize) -> Result<Bytes, Error> {
    // Large enough that a body with a secret is not moved while it grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    match serde_json::to_writer(&mut *bytes, body) {
        Ok(()) => Ok(Bytes::from_owner(bytes)),
        Err(error) => Err(unsendable(operation, &error)),
    }
}

/// Carries out a call, and hands over its answer whatever that says.
async fn exchange(
    client: &calls::Client,
    service: &impl Service,
    operation: &'static str,
    request: http::request::Builder,
    body: Bytes,
    repeat: Repeat,
    patience: Patience,
) -> Result<Answer, Error> {
    let request = request.body(body).map_err(|error| unsendable(operation, &error))?;
    let call = Call {
        operation,
        request,
        repeat,
        patience,
    };
    let answer = client.send(service, call).await;
    answer.map_err(|error| unanswered(operation, &error))
}

/// The error of a call that makes something: where the answer cannot be read, or the service failed, it may have been made.
fn uncertain(error: Error) -> Error {
    match error.kind {
        Kind::Malformed | Kind::Server => Error {
            kind: Kind::Uncertain,
            ..error
        },
        _ => error,
    }
}

/// What an answer says.
fn parse<T: for<'de> Deserialize<'de>>(operation: &'static str, answer: &Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|_| unreadable(operation, answer))
}

/// The error that a request could not even be put together.
fn unsendable(operation: &'static str, error: &dyn StdError) -> Error {
    Error::new(operation, Kind::Invalid, format!("the request cannot be made: {error}"))
}

/// The error that a call has no answer.
fn unanswered(operation: &'static str, error: &calls::Error) -> Error {
    let kind = match error {
        calls::Error::Lost { .. } => Kind::Uncertain,
        calls::Error::Late { .. } => Kind::TimedOut,
        calls::Error::NotSent { .. } => Kind::Unreachable,
        calls::Error::Stopped { .. } => Kind::Stopped,
        calls::Error::Unsigned { .. } => Kind::Unauthenticated,
        calls::Error::Url { .. } => Kind::NotConfigured,
    };
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    // The call's name leads both texts; once is enough.
    let message = message
        .strip_prefix(operation)
        .map_or(message.as_str(), |rest| rest.trim_start_matches(": "));
    Error::new(operation, kind, message)
}

/// The error that an answer is not what the vendor's API gives.
fn unreadable(operation: &'static str, answer: &Answer) -> Error {
    let content = answer
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let message = format!(
        "the answer cannot be read: status {}, content type {}, {} bytes",
        answer.status.as_u16(),
        content.unwrap_or("not given"),
        answer.body.len()
    );
    let kind = match answer.status.as_u16() {
        429 => Kind::Throttled,
        500.. => Kind::Server,
        _ => Kind::Malformed,
    };
    Error::new(operation, kind, message)
}

/// A header of an answer as text.
fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

/// A text as a segment of a path, or a value of a query.
fn encoded(text: &str) -> impl Display {
    // The unreserved set of RFC 3986 stays as it is.
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}

fn is_base_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use http::{HeaderMap, HeaderName, StatusCode};

    use super::*;

    /// An answer as a cloud might give it. A header without a value is left out.
    pub(super) fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers = headers.iter().filter(|(_, value)| !value.is_empty());
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect::<HeaderMap>(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[test]
    fn a_url_to_call_has_a_scheme_a_host_and_no_query() {
        for url in [
            "https://api.example.com",
            "http://127.0.0.1:8080",
            "https://proxy.example.com/base/",
        ] {
            assert!(is_base_url(url), "{url}");
        }
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https://example.com?x=y",
            "http://a/#f",
        ] {
            assert!(!is_base_url(url), "{url}");
        }
    }

    #[test]
    fn after_a_create_that_may_have_run_nothing_is_claimed() {
        let rows = [
            (Kind::Malformed, Kind::Uncertain),
            (Kind::Server, Kind::Uncertain),
            (Kind::Uncertain, Kind::Uncertain),
            (Kind::Unreachable, Kind::Unreachable),
            (Kind::Throttled, Kind::Throttled),
            (Kind::Conflict, Kind::Conflict),
        ];
        for (found, told) in rows {
            assert_eq!(uncertain(Error::new("CreateApiKey", found, "")).kind, told, "{found:?}");
        }
    }

    #[test]
    fn an_id_is_encoded_whole() {
        let arn = "arn:aws:apigateway:us-east-1::/apikeys/a1";
        assert_eq!(
            encoded(arn).to_string(),
            "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fa1"
        );
        assert_eq!(encoded("a b-c_d.e~f").to_string(), "a%20b-c_d.e~f");
    }
}

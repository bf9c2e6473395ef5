use chrono::{DateTime, SecondsFormat, Utc};
use http::{StatusCode, Uri, header};
use serde::{Serialize, Serializer};
use url::form_urlencoded;

use crate::caller::Caller;
use crate::faults::FaultKind;
use crate::reply::{Received, Reply};
use crate::world::Cloud;

/// What the journal says of one request. Headers and bodies are not kept, and query values that may be secret are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The cloud that was asked.
    pub cloud: Cloud,
    /// The access key id of the caller, as far as the request says it: Scaleway's do where the secret key is one of the sandbox's.
    pub access_key_id: Option<String>,
    /// The region the request is for, where it names one.
    pub region: Option<String>,
    /// The vendor's name of the operation, or `Unknown`.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query as sent, sensitive values masked.
    pub path: String,
    /// The HTTP status that was sent; none when the connection was closed without an answer.
    pub status: Option<u16>,
    /// The vendor's error code, when the answer is an error that has one.
    pub code: Option<String>,
    /// The fault that befell the request.
    pub fault: Option<FaultKind>,
    /// When the request was complete, by the cloud's clock; RFC 3339 in JSON.
    #[serde(serialize_with = "rfc3339")]
    pub time: DateTime<Utc>,
    /// The client's `User-Agent` header.
    pub user_agent: Option<String>,
}

/// Whether the client is sent an answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Nothing,
    Status(StatusCode),
}

impl Entry {
    pub(crate) fn new(
        cloud: Cloud,
        caller: Caller,
        operation: String,
        request: &Received,
        reply: &Reply,
        time: DateTime<Utc>,
    ) -> Self {
        let user_agent = request.headers().get(header::USER_AGENT);
        Self {
            cloud,
            access_key_id: caller.access_key_id,
            region: caller.region,
            operation,
            method: request.method().to_string(),
            path: masked(request.uri()),
            status: Some(reply.status.as_u16()),
            code: reply.code.clone(),
            fault: None,
            time,
            user_agent: user_agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        }
    }

    pub(crate) fn befallen(mut self, fault: Option<FaultKind>, sent: Sent) -> Self {
        self.fault = fault;
        match sent {
            Sent::Nothing => (self.status, self.code) = (None, None),
            Sent::Status(status) => self.status = Some(status.as_u16()),
        }
        self
    }
}

fn rfc3339<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Path and query of `uri`; the query is as sent unless a value in it has to be masked.
fn masked(uri: &Uri) -> String {
    let path = uri.path();
    let Some(query) = uri.query() else {
        return path.to_owned();
    };
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    if !pairs.iter().any(|(name, _)| is_sensitive(name)) {
        return format!("{path}?{query}");
    }
    let mut rewritten = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &pairs {
        rewritten.append_pair(name, if is_sensitive(name) { "***" } else { value });
    }
    format!("{path}?{}", rewritten.finish())
}

/// Whether a query parameter may carry a secret. A filter's values may be of any kind, hence also of that one.
fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = [
        "accesskeysecret",
        "credential",
        "password",
        "secret_key",
        "secretkey",
        "signature",
        "token",
        ".values.",
    ];
    words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn sensitive_query_values_are_masked_and_others_stay_as_sent() {
        let rows = [
            ("/apikeys?limit=500&name=a%20b", "/apikeys?limit=500&name=a%20b"),
            ("/apikeys", "/apikeys"),
            (
                "/?AccessKeyId=a&AccessKeySecret=s",
                "/?AccessKeyId=a&AccessKeySecret=***",
            ),
            (
                "/v2/index.php?secretID=a&secretKey=s",
                "/v2/index.php?secretID=a&secretKey=***",
            ),
            ("/?X-Amz-Security-Token=s&a=b", "/?X-Amz-Security-Token=***&a=b"),
            (
                "/?Filters.0.Name=n&Filters.0.Values.0=s",
                "/?Filters.0.Name=n&Filters.0.Values.0=***",
            ),
        ];
        for (sent, written) in rows {
            assert_eq!(masked(&sent.parse().unwrap()), written, "{sent}");
        }
    }
}

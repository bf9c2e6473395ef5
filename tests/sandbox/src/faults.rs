use serde::{Deserialize, Serialize};

use crate::world::Cloud;

/// Something that goes wrong with requests to come.
///
/// In JSON, for `POST /_sandbox/faults`: `{"cloud":"aws","operation":"CreateApiKey","kind":"drop_after","times":1}`;
/// kinds with values are written `{"status":503}`, `{"delay":{"milliseconds":200}}`, `{"throttle":{"retry_after":2}}`,
/// `{"error":{"code":"ActionOffline"}}`, and so on with the others. `operation` and `times` can be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The cloud it befalls.
    pub cloud: Cloud,
    /// The vendor's name of the operation it befalls, such as `CreateApiKey`; any operation when absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many requests it befalls.
    #[serde(default = "once")]
    pub times: u32,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The request is executed, then the first half of the answer's body sent as if it were the whole: `Content-Length` fits it,
    /// and the connection stays.
    CutJson,
    /// The request is executed and answered, the answer after a while.
    Delay {
        /// How long the answer is held back.
        milliseconds: u64,
    },
    /// The request is executed, then the connection closed without an answer.
    DropAfter,
    /// The connection is closed; nothing is executed.
    DropBefore,
    /// The connection is closed at once without an answer, and the request executed a while later, as when a gateway gives up
    /// on a slow service.
    ///
    /// The journal has the request from its execution on, and the same moment shows what it did. A reset in between lets it never
    /// happen.
    DropThenRun {
        /// How long after the drop the request is executed.
        milliseconds: u64,
    },
    /// The vendor's error of that code is answered; nothing is executed.
    Error {
        /// The code as the vendor writes it, such as `ActionOffline` or `permissions_denied`. Scaleway's
        /// `denied_authentication` can be given a reason, as in `denied_authentication/expired`; else it is `not_found`. AWS's
        /// `ConflictException/concurrent` is the one that goes away by itself.
        code: String,
    },
    /// The connection is closed after a while without an answer; nothing is executed.
    Hold {
        /// How long the client waits.
        milliseconds: u64,
    },
    /// A gateway's HTML page with status 502 is answered; nothing is executed.
    Html,
    /// The request is executed, then an HTML page answered with the status of the real answer.
    HtmlAfter,
    /// The request is executed and answered as usual, but for `Content-Type: text/plain; charset=utf-8`.
    PlainText,
    /// The request is executed, then another body answered.
    Replace {
        /// The HTTP status; that of the real answer when absent.
        #[serde(default)]
        status: Option<u16>,
        /// The body, sent as JSON unless it is empty.
        body: String,
    },
    /// A server error of that HTTP status is answered; nothing is executed.
    Status(u16),
    /// The request is executed, then a server error of that HTTP status answered, worded as with `Status`.
    StatusAfter(u16),
    /// The vendor's throttling answer; nothing is executed.
    Throttle {
        /// The seconds in the `Retry-After` header; no such header when absent, and never with Tencent Cloud.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The request is executed, and the connection closed in the middle of the answer's body.
    TruncatedBody,
    /// A server error of HTTP status 503 with a `Retry-After` header is answered, worded as with `Status`; nothing is executed.
    Unavailable {
        /// The seconds in the `Retry-After` header.
        retry_after: u32,
    },
}

fn once() -> u32 {
    1
}

/// The faults that still wait for their request.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    queued: Vec<Fault>,
}

impl Faults {
    pub(crate) fn queue(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.queued.push(fault);
        }
    }

    /// The oldest fault for this request, counted down.
    pub(crate) fn take(&mut self, cloud: Cloud, operation: &str) -> Option<FaultKind> {
        let matches =
            |fault: &Fault| fault.cloud == cloud && fault.operation.as_deref().is_none_or(|wanted| wanted == operation);
        let index = self.queued.iter().position(matches)?;
        let fault = self.queued.get_mut(index)?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        if fault.times == 0 {
            self.queued.remove(index);
        }
        Some(kind)
    }

    pub(crate) fn clear(&mut self) {
        self.queued.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_fault_befalls_its_operation_as_often_as_it_says() {
        let mut faults = Faults::default();
        let fault = |json: &str| serde_json::from_str::<Fault>(json).unwrap();
        faults.queue(fault(
            r#"{"cloud":"aws","operation":"CreateApiKey","kind":"drop_after","times":2}"#,
        ));
        faults.queue(fault(r#"{"cloud":"aws","kind":{"status":503}}"#));
        assert_eq!(faults.take(Cloud::Scaleway, "CreateApiKey"), None);
        assert_eq!(faults.take(Cloud::Aws, "CreateApiKey"), Some(FaultKind::DropAfter));
        assert_eq!(faults.take(Cloud::Aws, "GetApiKey"), Some(FaultKind::Status(503)));
        assert_eq!(faults.take(Cloud::Aws, "CreateApiKey"), Some(FaultKind::DropAfter));
        assert_eq!(faults.take(Cloud::Aws, "CreateApiKey"), None);
    }

    #[test]
    fn every_kind_has_a_json_form() {
        let rows = [
            (r#""drop_before""#, FaultKind::DropBefore),
            (r#""truncated_body""#, FaultKind::TruncatedBody),
            (r#""cut_json""#, FaultKind::CutJson),
            (r#""plain_text""#, FaultKind::PlainText),
            (r#""html""#, FaultKind::Html),
            (r#""html_after""#, FaultKind::HtmlAfter),
            (r#"{"delay":{"milliseconds":5}}"#, FaultKind::Delay { milliseconds: 5 }),
            (
                r#"{"drop_then_run":{"milliseconds":5}}"#,
                FaultKind::DropThenRun { milliseconds: 5 },
            ),
            (r#"{"hold":{"milliseconds":5}}"#, FaultKind::Hold { milliseconds: 5 }),
            (
                r#"{"replace":{"body":"{}"}}"#,
                FaultKind::Replace {
                    status: None,
                    body: "{}".to_owned(),
                },
            ),
            (
                r#"{"replace":{"status":429,"body":""}}"#,
                FaultKind::Replace {
                    status: Some(429),
                    body: String::new(),
                },
            ),
            (r#"{"status_after":500}"#, FaultKind::StatusAfter(500)),
            (
                r#"{"unavailable":{"retry_after":2}}"#,
                FaultKind::Unavailable { retry_after: 2 },
            ),
            (r#"{"throttle":{}}"#, FaultKind::Throttle { retry_after: None }),
            (
                r#"{"throttle":{"retry_after":2}}"#,
                FaultKind::Throttle { retry_after: Some(2) },
            ),
            (
                r#"{"error":{"code":"ActionOffline"}}"#,
                FaultKind::Error {
                    code: "ActionOffline".to_owned(),
                },
            ),
        ];
        for (json, kind) in rows {
            assert_eq!(serde_json::from_str::<FaultKind>(json).unwrap(), kind, "{json}");
        }
    }
}

use serde::{Deserialize, Serialize};

use crate::world::Cloud;

/// Something that goes wrong with requests to come.
///
/// In JSON, for `POST /_sandbox/faults`: `{"cloud":"aws","operation":"CreateApiKey","kind":"drop_after","times":1}`;
/// kinds with values are written `{"status":503}`, `{"delay":{"milliseconds":200}}`, `{"throttle":{"retry_after":2}}`,
/// `{"error":{"code":"ActionOffline"}}`. `operation` and `times` can be left out.
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
    /// The request is executed and answered, the answer after a while.
    Delay {
        /// How long the answer is held back.
        milliseconds: u64,
    },
    /// The request is executed, then the connection closed without an answer.
    DropAfter,
    /// The connection is closed; nothing is executed.
    DropBefore,
    /// The vendor's error of that code is answered; nothing is executed.
    Error {
        /// The code as the vendor writes it, such as `ActionOffline` or `permissions_denied`.
        code: String,
    },
    /// A gateway's HTML page with status 502 is answered; nothing is executed.
    Html,
    /// The request is executed, then an HTML page answered with the status of the real answer.
    HtmlAfter,
    /// A server error of that HTTP status is answered; nothing is executed.
    Status(u16),
    /// The vendor's throttling answer; nothing is executed.
    Throttle {
        /// The seconds in the `Retry-After` header; no such header when absent, and never with Tencent Cloud.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The request is executed, and the connection closed in the middle of the answer's body.
    TruncatedBody,
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
            (r#""html""#, FaultKind::Html),
            (r#""html_after""#, FaultKind::HtmlAfter),
            (r#"{"delay":{"milliseconds":5}}"#, FaultKind::Delay { milliseconds: 5 }),
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

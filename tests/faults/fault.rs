//! The faults.

use chrono::TimeDelta;
use sandbox::{Cloud, Fault, FaultKind, Sandbox};

use super::clouds::{self, Kind};
use super::operation::{Operation, Persistence};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    Refused,
    DropBefore,
    DropAfter,
    Status500,
    Status503,
    Throttle,
    ThrottleForEver,
    Slow,
    Truncated,
    Html,
    EmptyObject,
    Sibling,
    BareThrottle,
    PlainText,
    Expired,
    Clock,
    Interrupt,
    Stop,
}

/// Every one, in the order of the page.
pub const ALL: [Wrong; 18] = [
    Wrong::Refused,
    Wrong::DropBefore,
    Wrong::DropAfter,
    Wrong::Status500,
    Wrong::Status503,
    Wrong::Throttle,
    Wrong::ThrottleForEver,
    Wrong::Slow,
    Wrong::Truncated,
    Wrong::Html,
    Wrong::EmptyObject,
    Wrong::Sibling,
    Wrong::BareThrottle,
    Wrong::PlainText,
    Wrong::Expired,
    Wrong::Clock,
    Wrong::Interrupt,
    Wrong::Stop,
];

/// Often enough for "every time".
const ALWAYS: u32 = 1_000_000;

impl Wrong {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::DropBefore => "connection dropped, not carried out",
            Self::DropAfter => "connection dropped, carried out",
            Self::Status500 => "500, carried out",
            Self::Status503 => "503 with `Retry-After`, not carried out",
            Self::Throttle => "throttled",
            Self::ThrottleForEver => "every call of the cloud throttled for ever",
            Self::Slow => "carried out, answer later than the `timeouts` allow",
            Self::Truncated => "answer cut off, carried out",
            Self::Html => "HTML page for an answer, carried out",
            Self::EmptyObject => "`{}` for an answer, carried out",
            Self::Sibling => "answer about another key of the same state, carried out",
            Self::BareThrottle => "429 without a body, carried out",
            Self::PlainText => "wrong content type",
            Self::Expired => "credentials expired",
            Self::Clock => "clock ten minutes off",
            Self::Interrupt => "SIGINT in flight",
            Self::Stop => "`StopProvider` in flight",
        }
    }

    /// The longest an operation may take, for its `timeouts`.
    pub fn timeout(self, persistence: Persistence) -> Option<&'static str> {
        match (self, persistence) {
            (Self::Slow, _) => Some("1s"),
            (Self::Interrupt | Self::Stop | Self::PlainText, _) => None,
            (Self::ThrottleForEver, _) | (_, Persistence::EveryTime) => Some("2s"),
            (_, Persistence::FirstTime) => None,
        }
    }

    /// Whether it is a case of its own: it can befall the calls of this operation without befalling those before.
    pub fn befalls(self, kind: &Kind, operation: Operation, persistence: Persistence) -> bool {
        match (self, operation) {
            (Self::Refused | Self::Clock, Operation::CreateSecondCall) => false,
            (Self::ThrottleForEver, Operation::CreateSecondCall) => persistence == Persistence::FirstTime,
            // Only where answers are about keys.
            (Self::Sibling, Operation::Delete) => false,
            (Self::Sibling, _) if kind.is_attachment() => kind.cloud == Cloud::Aws,
            (Self::Sibling, Operation::CreateSecondCall) => kind.cloud == Cloud::Scaleway,
            _ => true,
        }
    }

    /// Lets it befall the actions of an operation, or all of its cloud. `sibling` is the id of another key.
    pub fn arm(self, sandbox: &Sandbox, kind: &Kind, actions: &[&str], persistence: Persistence, sibling: &str) {
        let cloud = kind.cloud;
        let times = match persistence {
            Persistence::FirstTime => 1,
            Persistence::EveryTime => ALWAYS,
        };
        if self == Self::Clock && (persistence == Persistence::FirstTime || cloud == Cloud::Scaleway) {
            return sandbox.set_clock_offset(TimeDelta::minutes(10));
        }
        let kind = match self {
            Self::Sibling => Some(replaced(None, clouds::answer_about(sandbox, kind, sibling))),
            _ => self.kind(cloud, persistence),
        };
        let Some(kind) = kind else { return };
        let (operations, times) = match (self, persistence) {
            (Self::ThrottleForEver, Persistence::EveryTime) => (vec![None], ALWAYS),
            (Self::ThrottleForEver, Persistence::FirstTime) => (of(actions), ALWAYS),
            _ => (of(actions), times),
        };
        for operation in operations {
            sandbox.fault(Fault {
                cloud,
                operation,
                kind: kind.clone(),
                times,
            });
        }
    }

    /// Puts right what [`arm`](Self::arm) has put wrong.
    pub fn disarm(sandbox: &Sandbox) {
        sandbox.clear_faults();
        sandbox.set_clock_offset(TimeDelta::zero());
    }

    fn kind(self, cloud: Cloud, persistence: Persistence) -> Option<FaultKind> {
        Some(match self {
            Self::Refused | Self::Sibling => return None,
            Self::DropBefore => FaultKind::DropBefore,
            Self::DropAfter => FaultKind::DropAfter,
            Self::Status500 => FaultKind::StatusAfter(500),
            Self::Status503 => FaultKind::Unavailable { retry_after: 1 },
            Self::Throttle => FaultKind::Throttle { retry_after: Some(1) },
            Self::ThrottleForEver => FaultKind::Throttle { retry_after: None },
            Self::Slow => FaultKind::Delay { milliseconds: 2500 },
            Self::Truncated if persistence == Persistence::FirstTime => FaultKind::TruncatedBody,
            Self::Truncated => FaultKind::CutJson,
            Self::Html => FaultKind::HtmlAfter,
            Self::EmptyObject => replaced(None, "{}".to_owned()),
            Self::BareThrottle => replaced(Some(429), String::new()),
            Self::PlainText => FaultKind::PlainText,
            Self::Expired => error(match cloud {
                Cloud::Aws => "ExpiredTokenException",
                Cloud::Tencentcloud => "AuthFailure.TokenFailure",
                Cloud::Scaleway => "denied_authentication/expired",
            }),
            Self::Clock => error(match cloud {
                Cloud::Tencentcloud => "AuthFailure.SignatureExpire",
                Cloud::Aws | Cloud::Scaleway => "RequestTimeTooSkewed",
            }),
            Self::Interrupt | Self::Stop => FaultKind::Delay { milliseconds: 300 },
        })
    }
}

fn replaced(status: Option<u16>, body: String) -> FaultKind {
    FaultKind::Replace { status, body }
}

fn of(actions: &[&str]) -> Vec<Option<String>> {
    actions.iter().map(|action| Some((*action).to_owned())).collect()
}

fn error(code: &str) -> FaultKind {
    FaultKind::Error { code: code.to_owned() }
}

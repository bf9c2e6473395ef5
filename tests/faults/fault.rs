//! The faults.

use chrono::TimeDelta;
use sandbox::{Cloud, Fault, FaultKind, Sandbox};

use super::case::Persistence;

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
    PlainText,
    Expired,
    Clock,
    Interrupt,
    Stop,
}

/// Every one, in the order of the page.
pub const ALL: [Wrong; 15] = [
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

    /// Lets it befall the actions of an operation, or all of its cloud.
    pub fn arm(self, sandbox: &Sandbox, cloud: Cloud, actions: &[&str], persistence: Persistence) {
        let times = match persistence {
            Persistence::FirstTime => 1,
            Persistence::EveryTime => ALWAYS,
        };
        if self == Self::Clock && (persistence == Persistence::FirstTime || cloud == Cloud::Scaleway) {
            return sandbox.set_clock_offset(TimeDelta::minutes(10));
        }
        let Some(kind) = self.kind(cloud, persistence) else {
            return;
        };
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
            Self::Refused => return None,
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

fn of(actions: &[&str]) -> Vec<Option<String>> {
    actions.iter().map(|action| Some((*action).to_owned())).collect()
}

fn error(code: &str) -> FaultKind {
    FaultKind::Error { code: code.to_owned() }
}

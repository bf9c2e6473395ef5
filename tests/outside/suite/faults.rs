//! What a proxy does to the requests and answers that pass through it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::draw::Draw;
use super::kind::{Kind, Operation};
use super::wire::Response;

/// What goes wrong from now on.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What the draws are made from.
    pub seed: u64,
    /// What befalls which operation.
    pub lapses: BTreeMap<Operation, Lapses>,
    /// How young keys are that no list shows.
    pub lag: Duration,
    pub date: Option<WrongDate>,
    /// The longest that a create takes to reach the cloud, and its answer to come back.
    pub slow: Duration,
}

/// What befalls requests of an operation, each with a probability in percent.
#[derive(Clone, Debug)]
pub struct Lapses {
    /// How many requests, from the first one on.
    pub among: usize,
    pub chances: Vec<(u8, Lapse)>,
}

/// What befalls a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// The connection is dropped after a while; nothing is carried out.
    Dropped { after: Duration },
    /// The request is carried out and answered with something else.
    Garbled(Garble),
    /// The request reaches the cloud after a while.
    Held(Duration),
    /// The connection is dropped at once and the request carried out after a while.
    Late(Duration),
    /// The request is carried out, and the connection dropped.
    Lost,
}

/// What comes instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garble {
    /// Nothing at all.
    Empty,
    /// `{}`.
    EmptyObject,
    EmptySecret,
    /// Every key of a list has what proves whose it is: the value or description of the latest create. No cloud answers so; it is
    /// there to see that a wrong proof is noticed.
    Forged,
    /// The first half, as if it were the whole.
    Half,
    /// A gateway's page, with this status.
    Html(u16),
    NoId,
    NoList,
    NoSecret,
    NullList,
    /// The answer to an earlier request of the same operation that was about another key.
    Sibling,
    /// The first half, and then the connection is closed.
    Truncated,
}

/// What the `Date` header of answers says.
#[derive(Clone, Copy, Debug)]
pub struct WrongDate {
    pub of: Dated,
    pub date: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    All,
    Lists,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// That far ahead in one answer, and that far behind in the next.
    Alternating(i64),
    Missing,
    /// That many seconds ahead.
    Shifted(i64),
}

impl Plan {
    /// Nothing goes wrong.
    pub fn is_clean(&self) -> bool {
        self.lapses.is_empty() && self.lag.is_zero() && self.date.is_none() && self.slow.is_zero()
    }

    /// What befalls the request of that number, counted from 0.
    pub fn lapse(&self, operation: Operation, number: usize) -> Option<Lapse> {
        let lapses = self.lapses.get(&operation).filter(|lapses| number < lapses.among)?;
        let drawn = self.draw(operation, number, 0).between(0, 99);
        let mut sum = 0;
        let mut within = |percent: u8| {
            sum += u64::from(percent);
            drawn < sum
        };
        lapses
            .chances
            .iter()
            .find(|(percent, _)| within(*percent))
            .map(|(_, lapse)| *lapse)
    }

    /// How long a request is on its way, and its answer on the way back.
    pub fn pauses(&self, operation: Operation, number: usize) -> (Duration, Duration) {
        let most = u64::try_from(self.slow.as_millis()).unwrap();
        if operation != Operation::Create || most == 0 {
            return Default::default();
        }
        let mut draw = self.draw(operation, number, 1);
        let mut pause = || Duration::from_millis(draw.between(0, most));
        (pause(), pause())
    }

    /// Gives an answer the date that it is to have.
    pub fn date(&self, operation: Operation, number: usize, response: &mut Response) {
        let Some(WrongDate { of, date }) = self.date else {
            return;
        };
        if of == Dated::Lists && operation != Operation::List {
            return;
        }
        let seconds = match date {
            Date::Missing => return response.remove("date"),
            Date::Shifted(seconds) => seconds,
            Date::Alternating(seconds) if number.is_multiple_of(2) => seconds,
            Date::Alternating(seconds) => -seconds,
        };
        let time = Utc::now() + TimeDelta::seconds(seconds);
        response.set("date", &time.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }

    fn draw(&self, operation: Operation, number: usize, question: u64) -> Draw {
        Draw::of(&[self.seed, operation as u64, number as u64, question])
    }
}

impl Lapses {
    /// The first `among` requests, all alike.
    pub fn first(among: usize, lapse: Lapse) -> Self {
        Self {
            among,
            chances: vec![(100, lapse)],
        }
    }

    /// Every request, with these probabilities.
    pub fn some(chances: &[(u8, Lapse)]) -> Self {
        Self {
            among: usize::MAX,
            chances: chances.to_vec(),
        }
    }
}

impl Garble {
    /// What can come instead of an answer to a create.
    pub const CREATES: [Self; 11] = [
        Self::Empty,
        Self::EmptyObject,
        Self::EmptySecret,
        Self::Half,
        Self::Html(200),
        Self::Html(403),
        Self::Html(429),
        Self::NoId,
        Self::NoSecret,
        Self::Sibling,
        Self::Truncated,
    ];
    /// What can come instead of a list.
    pub const LISTS: [Self; 7] = [
        Self::Empty,
        Self::EmptyObject,
        Self::Half,
        Self::Html(200),
        Self::NoList,
        Self::NullList,
        Self::Truncated,
    ];
    /// What can come instead of an answer about one key.
    pub const READS: [Self; 6] = [
        Self::Empty,
        Self::EmptyObject,
        Self::Half,
        Self::Html(200),
        Self::NoId,
        Self::Sibling,
    ];

    /// Makes this of an answer. `siblings` are answers to the same operation about other keys, `asked` is the latest create's body.
    pub fn apply(self, kind: Kind, response: &mut Response, siblings: &[Vec<u8>], asked: &[u8]) {
        let answers = kind.answers();
        match self {
            Self::Empty => response.body.clear(),
            Self::EmptyObject => response.body = b"{}".to_vec(),
            Self::EmptySecret => {
                if let Some(secret) = answers.secret {
                    edit(response, secret, |member| *member = json!(""));
                }
            }
            Self::Forged => {
                edit(response, answers.list, |list| {
                    let keys = list.as_array_mut().into_iter().flatten();
                    keys.for_each(|key| forge(key, asked));
                });
                edit(response, "", |key| forge(key, asked));
            }
            Self::Half | Self::Truncated => response.body.truncate(response.body.len() / 2),
            Self::Html(status) => {
                response.status = status;
                response.body = b"<html><body>gateway</body></html>".to_vec();
                response.set("content-type", "text/html");
            }
            Self::NoId => remove(response, answers.id),
            Self::NoList => remove(response, answers.list),
            Self::NoSecret => answers.secret.into_iter().for_each(|secret| remove(response, secret)),
            Self::NullList => edit(response, answers.list, |member| *member = Value::Null),
            Self::Sibling => {
                if let Some(sibling) = siblings.first() {
                    response.body.clone_from(sibling);
                }
            }
        }
    }
}

/// The text at a place of an answer.
pub fn text_at(body: &[u8], pointer: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.pointer(pointer)?.as_str().map(str::to_owned)
}

/// Changes the member at a place of an answer, where there is one.
pub fn edit(response: &mut Response, pointer: &str, change: impl FnOnce(&mut Value)) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else {
        return;
    };
    if let Some(member) = body.pointer_mut(pointer) {
        change(member);
        response.body = body.to_string().into_bytes();
    }
}

/// Gives a key the value and the description of a create.
fn forge(key: &mut Value, asked: &[u8]) {
    let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
    for member in ["value", "description"] {
        if let Some(value) = asked.get(member) {
            key[member] = value.clone();
        }
    }
}

fn remove(response: &mut Response, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    edit(response, parent, |parent| {
        parent.as_object_mut().and_then(|members| members.remove(name));
    });
}

//! The API of 2017, on the same keys as API 3.0: a form in, JSON out, signed with signature v1.
//!
//! What can be done to a key, and when, is as in API 3.0; other words are used for it. The documents of this API know no state rules
//! of their own.

mod auth;
mod words;

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::actions::Action;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::{Call, PER_ACTION, REGIONS, keys};
use crate::limits::Rate;
use crate::reply::{Received, Reply};
use crate::world::World;

pub(super) const PATH: &str = "/v2/index.php";

/// The parameters of a request, by name, in the order that is signed.
pub(super) type Form = BTreeMap<String, String>;

pub(super) fn operation(request: &Received) -> String {
    let mut form = form(request);
    form.remove("Action").unwrap_or_else(|| "Unknown".to_owned())
}

/// Who asks, and for which region.
pub(super) fn caller(request: &Received) -> (Option<String>, Option<String>) {
    let mut form = form(request);
    (form.remove("SecretId"), form.remove("Region"))
}

pub(super) fn answer(world: &mut World, request: &Received) -> Reply {
    if ![Method::GET, Method::POST].contains(request.method()) {
        return Reply::html(StatusCode::NOT_FOUND);
    }
    let answered = respond(world, request, &form(request));
    reply(world, answered)
}

/// An error that a fault asks for by its code, of this API or of API 3.0.
pub(super) fn error(world: &World, code: &str) -> Reply {
    reply(world, Err(Refusal::named(code)))
}

fn reply(world: &World, answered: Result<Map<String, Value>, Refusal>) -> Reply {
    let (code, desc, message, mut members) = match answered {
        Ok(members) => (0, "Success".to_owned(), String::new(), members),
        Err(refusal) => (
            words::code(refusal.code()),
            refusal.code().to_owned(),
            refusal.message().to_owned(),
            Map::new(),
        ),
    };
    members.insert("code".to_owned(), json!(code));
    members.insert("codeDesc".to_owned(), json!(desc));
    members.insert("message".to_owned(), json!(message));
    let body = words::spelled(members.into(), world.options.spelling);
    let reply = Reply::json(StatusCode::OK, &body);
    if code == 0 {
        reply
    } else {
        reply.coded(&code.to_string())
    }
}

fn respond(world: &mut World, request: &Received, form: &Form) -> Result<Map<String, Value>, Refusal> {
    let now = world.clock.now();
    auth::verify(world, request, form, now)?;
    let name = required(form, "Action")?;
    let action = Action::named(name).ok_or_else(|| Refusal::no_such_action(name))?;
    let region = required(form, "Region")?;
    if !REGIONS.contains(&region) {
        return Err(Refusal::unsupported_region(region));
    }
    let bucket = format!("tencentcloud 2017 {region} {name}");
    let limit = Rate::per_second(PER_ACTION);
    world
        .limits
        .spend(bucket, limit, now)
        .map_err(|_| Refusal::throttled())?;
    let call = Call {
        region,
        parameters: Parameters::given(words::asked(action, form)),
        now,
    };
    let result = match action {
        // The one action whose rules differ: a name is not required.
        Action::CreateApiKey => keys::create_named(world, &call, form.get("secretName").map_or("", String::as_str)),
        _ => action.perform(world, &call),
    };
    Ok(words::told(action, &result?, world.options.described_secrets))
}

/// What a request says: in the query of a GET, else in the body.
fn form(request: &Received) -> Form {
    let encoded = match *request.method() {
        Method::GET => request.uri().query().unwrap_or_default().as_bytes(),
        _ => request.body(),
    };
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn required<'a>(form: &'a Form, name: &str) -> Result<&'a str, Refusal> {
    let value = form.get(name).filter(|value| !value.is_empty());
    value.map(String::as_str).ok_or_else(|| Refusal::missing(name))
}

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::keys::{body, check_description, check_name, find_mut, set};
use super::refusal::Refusal;
use super::shapes::{self, Values};
use super::{Call, Key};
use crate::reply::Reply;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    #[serde(default)]
    patch_operations: Vec<Operation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    op: String,
    path: String,
    #[serde(default)]
    value: Option<String>,
    /// Belongs to `move` and `copy`, which no path of a key allows.
    #[serde(rename = "from")]
    _from: Option<String>,
}

/// `UpdateApiKey`: all operations or none. The answer has no value and always has tags.
pub(super) fn update(world: &mut World, call: &Call<'_>, id: &str) -> Result<Reply, Refusal> {
    let key = find_mut(world, call, id)?;
    let update: Update = body(call.request)?;
    let mut patched = key.clone();
    for operation in update.patch_operations {
        operation.apply(&mut patched)?;
    }
    patched.updated = call.now;
    *key = patched;
    let mut answer = shapes::key(key, Values::Hidden, call.flavour);
    answer.insert("tags".to_owned(), json!(key.tags));
    Ok(Reply::json(StatusCode::OK, &answer.into()))
}

impl Operation {
    fn apply(self, key: &mut Key) -> Result<(), Refusal> {
        let value = self.value.unwrap_or_default();
        match (self.op.as_str(), self.path.as_str()) {
            ("replace", "/customerId") => key.customer_id = set(Some(value)),
            ("replace", "/description") => {
                check_description(&value)?;
                key.description = set(Some(value));
            }
            ("replace", "/enabled") => key.enabled = value.eq_ignore_ascii_case("true"),
            ("replace", "/name") => {
                check_name(&value)?;
                key.name = set(Some(value));
            }
            ("replace", path) => {
                return Err(invalid_path(
                    path,
                    "replace",
                    "/description, /enabled, /name, /customerId",
                ));
            }
            // The sandbox has no REST API, hence no stage that a key could be added to.
            ("add" | "remove", "/stages") => return Err(Refusal::no_such_stage()),
            ("add" | "remove", "/labels") => {}
            (op @ ("add" | "remove"), path) => return Err(invalid_path(path, op, "/labels, /stages")),
            (op, _) => {
                let message =
                    format!("Invalid patch operation '{op}' specified. Must be one of: [add, remove, replace]");
                return Err(Refusal::bad_request(message));
            }
        }
        Ok(())
    }
}

/// The two blanks are the service's own.
fn invalid_path(path: &str, op: &str, allowed: &str) -> Refusal {
    let message = format!("Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{allowed}]");
    Refusal::bad_request(message)
}

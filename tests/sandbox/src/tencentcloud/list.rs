use serde_json::{Map, Value, json};

use super::parameters::texts;
use super::refusal::Refusal;
use super::{Call, Key, shapes};
use crate::world::World;

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

/// `DescribeApiKeysStatus`: the keys of the region, newest first.
pub(super) fn describe(world: &World, call: &Call<'_>) -> Result<Value, Refusal> {
    let page = Page::of(call)?;
    let filters = call.parameters.objects("Filters")?;
    let filters = filters.into_iter().map(Filter::parse).collect::<Result<Vec<_>, _>>()?;
    let matches = |key: &&Key| key.region == call.region && filters.iter().all(|filter| filter.matches(world, key));
    let found: Vec<&Key> = world.tencentcloud.iter().rev().filter(matches).collect();
    let shown = page
        .cut(&found)
        .map(|key| shapes::key(key, world.options.listed_secrets));
    Ok(json!({ "TotalCount": found.len(), "ApiKeySet": shown.collect::<Vec<_>>() }))
}

/// `Limit` and `Offset`.
pub(super) struct Page {
    limit: usize,
    offset: usize,
}

impl Page {
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let limit = call.parameters.number("Limit")?.unwrap_or(DEFAULT_LIMIT);
        let offset = call.parameters.number("Offset")?.unwrap_or(0);
        if limit > MAX_LIMIT {
            let message = format!("Limit must be at most {MAX_LIMIT}.");
            return Err(Refusal::new("InvalidParameterValue.LimitExceeded", message));
        }
        let natural = |name: &str, number: i64| {
            let message = format!("{name} must not be negative.");
            usize::try_from(number).map_err(|_| Refusal::new("InvalidParameterValue.RangeExceeded", message))
        };
        Ok(Self {
            limit: natural("Limit", limit)?,
            offset: natural("Offset", offset)?,
        })
    }

    pub(super) fn cut<'a, T>(&self, found: &[&'a T]) -> impl Iterator<Item = &'a T> {
        found.iter().skip(self.offset).take(self.limit).copied()
    }
}

/// One filter; its values are alternatives.
struct Filter {
    field: Field,
    values: Vec<String>,
}

enum Field {
    AccessKeyId,
    AccessKeySecret,
    KeyWord,
    NotUsagePlanId,
    SecretName,
    Status,
}

impl Filter {
    fn parse(members: &Map<String, Value>) -> Result<Self, Refusal> {
        let name = members
            .get("Name")
            .and_then(Value::as_str)
            .ok_or_else(|| Refusal::missing("Filters.N.Name"))?;
        let values = members
            .get("Values")
            .ok_or_else(|| Refusal::missing("Filters.N.Values"))?;
        let values = texts(values).ok_or_else(|| Refusal::wrong_type("Filters.N.Values"))?;
        let field = match name {
            "AccessKeyId" => Field::AccessKeyId,
            "AccessKeySecret" => Field::AccessKeySecret,
            "KeyWord" => Field::KeyWord,
            "NotUsagePlanId" => Field::NotUsagePlanId,
            "SecretName" => Field::SecretName,
            "Status" => Field::Status,
            _ => {
                let message = format!("The filter `{name}` is not supported.");
                return Err(Refusal::new(
                    "InvalidParameterValue.InvalidFilterNotSupportedName",
                    message,
                ));
            }
        };
        Ok(Self { field, values })
    }

    fn matches(&self, world: &World, key: &Key) -> bool {
        self.values.iter().any(|value| match self.field {
            Field::AccessKeyId => key.id == *value,
            Field::AccessKeySecret => key.secret == *value,
            Field::KeyWord => key.id.contains(value) || key.name.contains(value),
            Field::NotUsagePlanId => {
                let plan = (key.region.clone(), value.clone());
                !world
                    .usage_plans
                    .get(&plan)
                    .is_some_and(|plan| plan.keys.contains(&key.id))
            }
            // Fuzzy, as the search by name of the older API is documented to be.
            Field::SecretName => key.name.contains(value),
            Field::Status => shapes::status(key.status).to_string() == *value,
        })
    }
}

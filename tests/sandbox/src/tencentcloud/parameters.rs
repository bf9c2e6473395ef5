use http::Method;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::refusal::Refusal;
use crate::reply::Received;

/// The business parameters of a call, from a JSON body or a flattened query.
#[derive(Debug)]
pub(super) struct Parameters(Map<String, Value>);

impl Parameters {
    pub(super) fn of(request: &Received) -> Result<Self, Refusal> {
        if request.method() == Method::GET {
            return unflattened(request.uri().query().unwrap_or_default()).map(Self);
        }
        if request.body().is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(Refusal::new(
                "InvalidParameter",
                "The request body is not a JSON object.",
            )),
        }
    }

    /// These parameters.
    pub(super) fn given(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The parameters, if every one of them is known.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, Refusal> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Refusal::new(
                "UnknownParameter",
                format!("The parameter `{name}` is not recognized."),
            )),
            None => Ok(self),
        }
    }

    /// A text that may be absent or null.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.value(name)
            .map(|value| value.as_str().ok_or_else(|| Refusal::wrong_type(name)))
            .transpose()
    }

    /// A text that has to be there and not empty.
    pub(super) fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Refusal::missing(name))
    }

    /// A whole number; a query can only write it as text.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
        self.value(name)
            .map(|value| number(value).ok_or_else(|| Refusal::wrong_type(name)))
            .transpose()
    }

    /// A list of texts that has to be there.
    pub(super) fn required_texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let items = self.value(name).ok_or_else(|| Refusal::missing(name))?;
        texts(items).ok_or_else(|| Refusal::wrong_type(name))
    }

    /// A list of objects; none if absent or null.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<&Map<String, Value>>, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(Vec::new());
        };
        let objects = value
            .as_array()
            .and_then(|items| items.iter().map(Value::as_object).collect());
        objects.ok_or_else(|| Refusal::wrong_type(name))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

/// A JSON list of texts.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    value
        .as_array()?
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// How many levels a query may nest; the actions here need four, `Filters.0.Values.0`.
const MAX_DEPTH: usize = 8;

/// Folds a query such as `Filters.0.Name=Status` back into the JSON it stands for, with every leaf a text.
fn unflattened(query: &str) -> Result<Map<String, Value>, Refusal> {
    let mut root = Value::Object(Map::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let steps: Vec<&str> = name.split('.').collect();
        let placed = steps.len() <= MAX_DEPTH && place(&mut root, &steps, &value);
        if !placed {
            return Err(Refusal::wrong_type(&name));
        }
    }
    let Value::Object(members) = root else {
        return Ok(Map::new());
    };
    Ok(members)
}

/// Puts a text at the end of the steps; false if the steps contradict earlier ones.
fn place(at: &mut Value, steps: &[&str], text: &str) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        *at = Value::String(text.to_owned());
        return true;
    };
    match step.parse::<usize>() {
        Ok(index) => {
            if at.is_null() {
                *at = Value::Array(Vec::new());
            }
            let Some(items) = at.as_array_mut().filter(|items| index <= items.len()) else {
                return false;
            };
            if index == items.len() {
                items.push(Value::Null);
            }
            items.get_mut(index).is_some_and(|item| place(item, rest, text))
        }
        Err(_) => {
            if at.is_null() {
                *at = Value::Object(Map::new());
            }
            let Some(members) = at.as_object_mut() else {
                return false;
            };
            place(members.entry(*step).or_insert(Value::Null), rest, text)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_flattened_query_becomes_the_json_it_stands_for() {
        let query = "Limit=20&Filters.0.Name=Status&Filters.0.Values.0=1&Filters.0.Values.1=0&Filters.1.Name=a%20b";
        let expected = json!({
            "Limit": "20",
            "Filters": [{ "Name": "Status", "Values": ["1", "0"] }, { "Name": "a b" }],
        });
        assert_eq!(Value::Object(unflattened(query).unwrap()), expected);
    }

    #[test]
    fn a_contradicting_query_is_refused() {
        for query in ["A.1=x", "A=x&A.B=y", "A.B=x&A.0=y", "A.0.0.0.0.0.0.0.0=x"] {
            assert!(unflattened(query).is_err(), "{query}");
        }
    }
}

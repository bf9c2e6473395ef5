//! Operations on the keys of usage plans.

use bytes::Bytes;
use http::Method;
use serde_json::json;

use super::client::Api;
use super::model::UsagePlanKey;
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::{Response, RetrySafety};

impl Api {
    /// Adds a key to a usage plan. The response must have the key's value, which the state holds.
    pub async fn create_usage_plan_key(
        &self,
        plan_id: &str,
        key_id: &str,
        key_type: &str,
    ) -> Result<UsagePlanKey, Error> {
        let operation = "CreateUsagePlanKey";
        let path = format!("/usageplans/{}/keys", calls::encoded(plan_id));
        let body = calls::json_body(operation, &json!({"keyId": key_id, "keyType": key_type}))?;
        let answer = self
            .send(operation, Method::POST, &path, body, RetrySafety::NonIdempotent)
            .await;
        let created = answer
            .and_then(|answer| about(operation, &answer, key_id))
            .and_then(|added| match &added.value {
                Some(value) if !value.expose().is_empty() => Ok(added),
                _ => Err(Error::new(
                    operation,
                    Kind::Malformed,
                    "the response has no value of the key",
                )),
            });
        created.map_err(calls::uncertain)
    }

    /// Reads a key of a usage plan; `None` if the plan does not have it, or does not exist.
    pub async fn get_usage_plan_key(&self, plan_id: &str, key_id: &str) -> Result<Option<UsagePlanKey>, Error> {
        let operation = "GetUsagePlanKey";
        let answer = self
            .send(
                operation,
                Method::GET,
                &path(plan_id, key_id),
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await;
        match answer {
            Ok(answer) => about(operation, &answer, key_id).map(Some),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes a key from a usage plan. One that the plan does not have is not an error.
    pub async fn delete_usage_plan_key(&self, plan_id: &str, key_id: &str) -> Result<(), Error> {
        let answer = self
            .send(
                "DeleteUsagePlanKey",
                Method::DELETE,
                &path(plan_id, key_id),
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await;
        match answer {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn path(plan_id: &str, key_id: &str) -> String {
    format!(
        "/usageplans/{}/keys/{}",
        calls::encoded(plan_id),
        calls::encoded(key_id)
    )
}

/// Parses a response about a key.
fn about(operation: &'static str, answer: &Response, key_id: &str) -> Result<UsagePlanKey, Error> {
    match calls::parse::<UsagePlanKey>(operation, answer)? {
        key if key.id == key_id => Ok(key),
        _ => Err(calls::not_about(operation, &format!("the key {key_id}"))),
    }
}

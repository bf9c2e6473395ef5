use super::*;
use crate::clouds::scaleway::iam::errors;
use crate::clouds::scaleway::iam::model::{self, ApiKeys};
use crate::clouds::shared::calls;
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};

const BODIES: &[&str] = &[
    r#"{"access_key":"SCW0EXAMPLE0EXAMPLE0","secret_key":null,"description":"ci","created_at":"2030-01-02T03:04:05.678901Z",
        "updated_at":"2030-01-02T03:04:05.678901Z","expires_at":null,"default_project_id":"p","editable":true,"deletable":true,
        "managed":false,"creation_ip":"192.0.2.7","application_id":"a"}"#,
    r#"{"api_keys":[{"access_key":"SCW0EXAMPLE0EXAMPLE0","expires_at":"2035-07-06T11:00:00+02:00"}],"total_count":1}"#,
    r#"{"type":"quotas_exceeded","message":"m","reason":"expired","resource":"access_key",
        "details":[{"argument_name":"a","reason":"r","help_message":"h","action":"read","resource":"x","quota":1}]}"#,
];
const HEADERS: &[(&str, &str)] = &[("x-request-id", "r-1"), ("x-envoy-ratelimited", "true")];

#[test]
fn scaleway_answer() {
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let answer = answer(input, HEADERS);
        let _ = errors::verdict(&answer);
        let _ = errors::error("GetAPIKey", "access_key", &answer).to_string();
        let mut made = Made::Nothing;
        if let Ok(key) = calls::parse::<Seen>("GetAPIKey", &answer) {
            let _ = model::instant(key.created_at.as_deref());
            expect_of_schema(&state_of(key, State::default()));
            made = Made::Something;
        }
        let _ = calls::parse::<ApiKeys>("ListAPIKeys", &answer).is_ok();
        made
    });
}

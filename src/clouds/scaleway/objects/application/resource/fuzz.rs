use super::*;
use crate::clouds::shared::calls;
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};

const BODIES: &[&str] = &[
    r#"{"id":"11111111-2222-3333-4444-555555555555","name":"n","description":"d","created_at":"2030-01-02T03:04:05.678901Z",
        "updated_at":"2030-01-02T03:04:05.678901Z","organization_id":"o","editable":true,"deletable":true,"managed":false,
        "nb_api_keys":0,"tags":["one","two"]}"#,
];

const HEADERS: &[(&str, &str)] = &[("x-request-id", "r-1")];

#[test]
fn scaleway_application() {
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let Ok(seen) = calls::parse::<Seen>("GetApplication", &answer(input, HEADERS)) else {
            return Made::Nothing;
        };
        expect_of_schema(&state_of(seen, State::default()));
        Made::Something
    });
}

use super::*;
use crate::clouds::shared::calls;
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};

const BODIES: &[&str] = &[
    r#"{"id":"11111111-2222-3333-4444-555555555555","email":"e@example.com","username":"u","first_name":"","last_name":"l",
        "phone_number":"","locale":"en_US","created_at":"2030-01-02T03:04:05.678901Z","updated_at":"2030-01-02T03:04:05.678901Z",
        "organization_id":"o","deletable":true,"last_login_at":null,"type":"member","two_factor_enabled":false,
        "status":"activated","mfa":false,"account_root_user_id":"","tags":["one"],"locked":false}"#,
];

const HEADERS: &[(&str, &str)] = &[("x-request-id", "r-1")];

#[test]
fn scaleway_user() {
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let Ok(seen) = calls::parse::<Seen>("GetUser", &answer(input, HEADERS)) else {
            return Made::Nothing;
        };
        expect_of_schema(&state_of(seen, State::default()));
        Made::Something
    });
}

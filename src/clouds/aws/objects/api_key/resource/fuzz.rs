use super::*;
use crate::clouds::aws::api_gateway::errors::Refusal;
use crate::clouds::aws::api_gateway::model::ApiKeys;
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::shared::calls;
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};
use crate::host::environment::Environment;

const BODIES: &[&str] = &[
    r#"{"id":"abcde12345","value":"a-value-of-twenty-or-more","name":"n","customerId":"c","description":"d","enabled":true,
        "createdDate":1700000000,"lastUpdatedDate":1700000000.5,"stageKeys":[],"tags":{"k":"v","aws:k":"v"}}"#,
    r#"{"item":[{"id":"abcde12345","createdDate":"2023-11-14T23:13:20+01:00"}],"position":"next"}"#,
    r#"{"message":"m","retryAfterSeconds":7,"__type":"com.amazonaws#TooManyRequestsException:http://x"}"#,
];
const HEADERS: &[(&str, &str)] = &[
    ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("x-amzn-errortype", "NotFoundException"),
    ("x-amzn-errortype", "LimitExceededException:"),
    ("retry-after", "99999999999999999999"),
];

#[test]
fn aws_answer() {
    let rules = TagRules::resolve(&Settings::default(), &Environment::default()).unwrap_or_default();
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let answer = answer(input, HEADERS);
        if let Some(refusal) = Refusal::from_response(&answer) {
            let _ = refusal.verdict();
            let _ = refusal.into_error("GetApiKey", &answer).to_string();
            return Made::Nothing;
        }
        let mut made = Made::Nothing;
        if let Ok(key) = calls::parse::<Seen>("GetApiKey", &answer) {
            expect_of_schema(&state_of(key, State::default(), "eu-west-1".to_owned(), &rules));
            made = Made::Something;
        }
        if let Ok(page) = calls::parse::<ApiKeys>("GetApiKeys", &answer) {
            let _: Vec<_> = page.item.iter().map(Seen::created_at).collect();
        }
        made
    });
}

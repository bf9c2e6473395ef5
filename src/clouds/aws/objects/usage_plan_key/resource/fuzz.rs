use super::*;
use crate::clouds::shared::calls;
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};

const BODIES: &[&str] = &[
    r#"{"id":"abcde12345","type":"API_KEY","value":"a-value-of-twenty-or-more","name":"n"}"#,
    r#"{"id":"abcde12345","type":null,"value":null,"name":null}"#,
];
const HEADERS: &[(&str, &str)] = &[("x-amzn-errortype", "NotFoundException")];

#[test]
fn aws_usage_plan_key_answer() {
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let answer = answer(input, HEADERS);
        match calls::parse::<Seen>("GetUsagePlanKey", &answer) {
            Ok(seen) => {
                expect_of_schema(&state_of(seen, State::default(), "eu-west-1".to_owned()));
                Made::Something
            }
            Err(_) => Made::Nothing,
        }
    });
}

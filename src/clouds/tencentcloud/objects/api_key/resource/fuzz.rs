use super::*;
use crate::clouds::shared::calls;
use crate::clouds::tencentcloud::apigateway::model::{BoundKeys, Envelope, Keys};
use crate::fuzz::{JSON_TOKENS, Made, answer, answers, expect_of_schema, fuzz};

const BODIES: &[&str] = &[
    r#"{"Response":{"Result":{"AccessKeyId":"an_id","AccessKeySecret":"a_secret","AccessKeyType":"auto","SecretName":"n","Status":1,
        "CreatedTime":"2019-02-25T16:44:25Z","ModifiedTime":"2019-02-25T16:44:25Z","Tags":null},"RequestId":"r-1"}}"#,
    r#"{"Response":{"Result":{"TotalCount":1,"ApiKeySet":[{"AccessKeyId":"an_id","Status":0}]},"RequestId":"r-1"}}"#,
    r#"{"Response":{"Result":{"TotalCount":1,"AccessKeyList":[{"AccessKeyId":"an_id","SecretName":"n","Status":0}]},"RequestId":"r-1"}}"#,
    r#"{"Response":{"Error":{"Code":"ResourceNotFound.InvalidAccessKeyId","Message":"m"},"RequestId":"r-1"}}"#,
    r#"{"Response":{"Result":true,"RequestId":"r-1"}}"#,
];
const HEADERS: &[(&str, &str)] = &[("content-type", "application/json"), ("content-type", "text/html")];

#[test]
fn tencentcloud_answer() {
    fuzz!(answers(BODIES), JSON_TOKENS, |input: &[u8]| {
        let answer = answer(input, HEADERS);
        let mut made = Made::Nothing;
        if let Ok(Envelope { response }) = calls::parse::<Envelope<Seen>>("DescribeApiKey", &answer) {
            if let Some(refusal) = response.error {
                let _ = refusal.verdict();
                let _ = refusal.into_error("DescribeApiKey").to_string();
            }
            if let Some(key) = response.result {
                let _ = key.created_at();
                expect_of_schema(&state_of(key, State::default()));
                made = Made::Something;
            }
        }
        let _ = calls::parse::<Envelope<Keys>>("DescribeApiKeysStatus", &answer).is_ok();
        if let Ok(Envelope { response }) = calls::parse::<Envelope<BoundKeys>>("DescribeUsagePlanSecretIds", &answer) {
            let _ = response.result.and_then(BoundKeys::page).is_some();
        }
        let _ = calls::parse::<Envelope<bool>>("EnableApiKey", &answer).is_ok();
        made
    });
}

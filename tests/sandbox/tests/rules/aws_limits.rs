use sandbox::{Options, RateLimits, Sandbox};
use serde_json::{Value, json};

use crate::aws_client::{Caller, refusal};

#[test]
fn a_full_quota_is_refused_with_the_code_of_a_throttle() {
    let sandbox = Sandbox::start(Options {
        aws_key_quota: 2,
        ..Options::default()
    })
    .unwrap();
    let here = Caller::new(&sandbox);
    let there = here.with(|caller| caller.region = "eu-west-1".to_owned());
    let create = |caller: &Caller| caller.call("POST", "/apikeys", json!({}));
    assert_eq!(
        [create(&here).status, create(&here).status, create(&there).status],
        [201, 201, 201]
    );
    let answer = create(&here);
    let (status, code, _) = refusal(&answer);
    assert_eq!((status, code.as_str()), (429, "LimitExceededException"));
    assert_eq!(
        (answer.header("retry-after"), &answer.json()["retryAfterSeconds"]),
        (None, &Value::Null)
    );
}

#[test]
fn five_creations_fit_into_a_second() {
    let sandbox = Sandbox::start(Options {
        rate_limits: RateLimits::On,
        ..Options::default()
    })
    .unwrap();
    let caller = Caller::new(&sandbox);
    let create = || caller.call("POST", "/apikeys", json!({}));
    assert!((0..5).all(|_| create().status == 201));
    // However slow the machine, it is faster than five calls in a second.
    let throttled = (0..200).map(|_| create()).find(|answer| answer.status == 429).unwrap();
    let (_, code, message) = refusal(&throttled);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("TooManyRequestsException", "Too Many Requests")
    );
    assert_eq!(
        (throttled.header("retry-after"), &throttled.json()["retryAfterSeconds"]),
        (Some("1"), &Value::Null)
    );
    assert_eq!(caller.call("GET", "/account", Value::Null).status, 200);
}

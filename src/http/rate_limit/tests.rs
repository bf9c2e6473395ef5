use super::*;

fn waits(bucket: &Bucket, now: Instant, calls: usize) -> Vec<u128> {
    (0..calls).map(|_| bucket.take(now).as_millis()).collect()
}

#[test]
fn configurations_of_one_account_share_its_pace_and_those_of_another_do_not() {
    let rate_limiters = RateLimiters::default();
    let of = |account: &str| rate_limiters.for_account(account.to_owned(), RateLimiter::default);
    let now = Instant::now();
    of("one").throttled("create", Duration::from_secs(1), now);
    assert_eq!(of("one").throttle_delay("create", now), Duration::from_secs(1));
    assert_eq!(of("two").throttle_delay("create", now), Duration::ZERO);
}

#[test]
fn after_the_burst_calls_are_spread_out() {
    let bucket = Bucket::new(Rate {
        interval: Duration::from_millis(200),
        burst: 3,
    });
    assert_eq!(waits(&bucket, Instant::now(), 6), [0, 0, 0, 200, 400, 600]);
}

#[test]
fn a_rest_refills_up_to_the_burst() {
    let bucket = Bucket::new(Rate {
        interval: Duration::from_millis(200),
        burst: 3,
    });
    let start = Instant::now();
    assert_eq!(waits(&bucket, start, 3), [0, 0, 0]);
    assert_eq!(waits(&bucket, start + Duration::from_millis(200), 2), [0, 200]);
    assert_eq!(waits(&bucket, start + Duration::from_secs(3600), 4), [0, 0, 0, 200]);
}

#[test]
fn a_burst_of_none_still_lets_one_through() {
    let bucket = Bucket::new(Rate {
        interval: Duration::from_secs(20),
        burst: 0,
    });
    assert_eq!(waits(&bucket, Instant::now(), 2), [0, 20_000]);
}

#[test]
fn an_operation_is_under_its_own_limit_first_and_then_under_that_of_all() {
    let rate = |burst| Rate {
        interval: Duration::from_secs(1),
        burst,
    };
    let rate_limiter = RateLimiter::new([("CreateApiKey", rate(5)), ("DeleteApiKey", rate(6))], Some(rate(40)));
    let bursts = |operation| {
        rate_limiter
            .buckets(operation)
            .map(|bucket| bucket.rate.burst)
            .collect::<Vec<_>>()
    };
    assert_eq!(bursts("CreateApiKey"), [5, 40]);
    assert_eq!(bursts("GetApiKey"), [40]);
    assert_eq!(RateLimiter::default().buckets("GetApiKey").count(), 0);
}

proptest::proptest! {
    #[test]
    fn no_window_ever_sees_more_calls_than_burst_and_rate_allow(
        burst in 1..10_u32,
        pauses in proptest::collection::vec(0..500_u64, 1..60),
    ) {
        let interval = Duration::from_millis(100);
        let bucket = Bucket::new(Rate { interval, burst });
        let mut now = Instant::now();
        let mut sent: Vec<Instant> = Vec::new();
        for pause in pauses {
            now += Duration::from_millis(pause);
            sent.push(now + bucket.take(now));
        }
        for (first, start) in sent.iter().enumerate() {
            for (count, end) in sent[first..].iter().enumerate().skip(burst as usize) {
                let earned = *end - *start;
                proptest::prop_assert!(interval * (count as u32 + 1 - burst) <= earned);
            }
        }
    }
}

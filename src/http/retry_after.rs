//! The `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date in one of three forms.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::header::{DATE, HeaderMap, RETRY_AFTER};

use super::date;

/// The wait that a response received at `now` asks for. A date in the past asks for none.
///
/// A date is compared with the `Date` header of the response, if there is one, so that local clock skew does not lengthen the wait.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = date::text(headers, &RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date::parse(text)?;
    let now = date::text(headers, &DATE).and_then(date::parse).unwrap_or(now);
    Some((until - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn seconds_and_all_three_forms_of_a_date_are_understood() {
        let now = "1994-11-06T08:49:30Z".parse().unwrap();
        let rows = [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(7)),
            ("Sun Nov  6 08:49:37 1994", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, seconds) in rows {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn a_date_counts_from_the_servers_clock() {
        let headers = HeaderMap::from_iter([
            (RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap()),
            (DATE, "Sun, 06 Nov 1994 08:49:35 GMT".parse().unwrap()),
        ]);
        let hours_behind = "1994-11-06T04:00:00Z".parse().unwrap();
        assert_eq!(retry_after(&headers, hours_behind), Some(Duration::from_secs(2)));
    }
}

//! HTTP dates (RFC 9110 §5.6.7).

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{AGE, DATE, HeaderMap, HeaderName};

/// The offset of the responder's clock from the local one, by the `Date` header (§6.6.1), which has whole seconds. `sent` and `received`
/// are times of the local clock.
pub(super) fn clock_offset(headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) -> Option<TimeDelta> {
    // A response with an `Age` comes from a cache, and its date is the time it was stored.
    if headers.contains_key(AGE) {
        return None;
    }
    let there = parse(text(headers, &DATE)?)?;
    Some(there - (sent + (received - sent) / 2))
}

/// A header's text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A moment in one of the three forms.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_clock_is_measured_against_the_middle_of_the_exchange() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (sent, received) = (at("1994-11-06T08:49:30Z"), at("1994-11-06T08:49:34Z"));
        let rows = [
            (vec![(DATE, "Sun, 06 Nov 1994 08:49:32 GMT")], Some(0)),
            (vec![(DATE, "Sun, 06 Nov 1994 08:59:32 GMT")], Some(600)),
            (vec![(DATE, "Sun Nov  6 08:39:32 1994")], Some(-600)),
            (vec![(DATE, "Sun, 06 Nov 1994 08:59:32 GMT"), (AGE, "600")], None),
            (vec![(DATE, "now")], None),
            (vec![], None),
        ];
        for (headers, seconds) in rows {
            let headers = headers.into_iter().map(|(name, value)| (name, value.parse().unwrap()));
            let headers = headers.collect::<HeaderMap>();
            let expected = seconds.map(TimeDelta::seconds);
            assert_eq!(clock_offset(&headers, sent, received), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_moment_is_read_in_all_three_forms_and_in_no_other() {
        let rows = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Tuesday, 01-Jan-30 00:00:00 GMT", Some("2030-01-01T00:00:00Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("Thu, 29 Feb 2024 23:59:59 GMT", Some("2024-02-29T23:59:59Z")),
            ("", None),
            ("784111777", None),
            ("1994-11-06T08:49:37Z", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 08:49:37 +0000", None),
            ("Sun, 06 Nov 1994 24:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:60:37 GMT", None),
            ("Sun, 00 Nov 1994 08:49:37 GMT", None),
            ("Thu, 31 Feb 2024 08:49:37 GMT", None),
            ("Mon, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Foo 1994 08:49:37 GMT", None),
            ("Son, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:38 GMT", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text), expected.map(|time| time.parse().unwrap()), "{text}");
        }
    }
}

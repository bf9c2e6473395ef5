//! Moments as HTTP writes them (RFC 9110 §5.6.7).

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use http::header::{AGE, DATE, HeaderMap, HeaderName};

/// How far the clock of whoever answered runs ahead of ours, as far as the `Date` header (§6.6.1) tells: that has whole seconds.
/// `sent` and `received` are by our clock.
pub(super) fn clock_offset(headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) -> Option<TimeDelta> {
    // An answer with an age comes from a cache, with the date it was put there.
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
    FORMS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|date| date.and_utc())
}

/// The current form and the two obsolete ones.
const FORMS: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

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
}

//! RFC 3339 times, as Go's `time.Parse(time.RFC3339, …)` parses them, which the official providers use.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Parses a time. `None` if it is invalid.
///
/// As in Go, `T` and `Z` must be upper-case, and second 60 and hour 24 are invalid; an hour may have one digit, a fraction may begin with a
/// comma, its digits beyond the ninth are ignored, and an offset may be as large as `24:60`.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (year, rest) = number(text, 4..=4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2..=2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2..=2)?;
    let (hour, rest) = number(rest.strip_prefix('T')?, 1..=2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2..=2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2..=2)?;
    let (nanosecond, rest) = fraction(rest)?;
    let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond)?;
    date.and_time(time).and_utc().checked_sub_signed(offset(rest)?)
}

/// The leading digits of a string, as many as `width` allows, and the rest.
fn number(text: &str, width: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    let digits = text.bytes().take(*width.end()).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    width.contains(&digits).then_some((number.parse().ok()?, rest))
}

/// The nanoseconds of a leading fraction of a second, and the rest.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(fraction) = text.strip_prefix(['.', ',']) else {
        return Some((0, text));
    };
    let (digits, rest) = fraction.split_at(fraction.bytes().take_while(u8::is_ascii_digit).count());
    let nanoseconds = format!("{:0<9}", digits.get(..9).unwrap_or(digits));
    (!digits.is_empty()).then_some((nanoseconds.parse().ok()?, rest))
}

/// The offset of a zone from UTC.
fn offset(zone: &str) -> Option<TimeDelta> {
    if zone == "Z" {
        return Some(TimeDelta::zero());
    }
    let (sign, zone) = match zone.strip_prefix('+') {
        Some(zone) => (1, zone),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (hours, zone) = number(zone, 2..=2)?;
    let (minutes, rest) = number(zone.strip_prefix(':')?, 2..=2)?;
    let is_offset = hours <= 24 && minutes <= 60 && rest.is_empty();
    is_offset.then(|| TimeDelta::minutes(sign * i64::from(hours * 60 + minutes)))
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    /// The results of Go 1.26.
    #[test]
    fn a_time_is_read_as_go_reads_it() {
        let rows = [
            ("2035-01-01T00:00:00Z", Some("2035-01-01T00:00:00Z")),
            ("2036-02-29T00:00:00Z", Some("2036-02-29T00:00:00Z")),
            ("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z")),
            ("2035-07-06T11:00:00+02:00", Some("2035-07-06T09:00:00Z")),
            ("2035-01-01T00:00:00-00:00", Some("2035-01-01T00:00:00Z")),
            ("2035-01-01T00:00:00.5Z", Some("2035-01-01T00:00:00.500Z")),
            ("2035-01-01T00:00:00,5Z", Some("2035-01-01T00:00:00.500Z")),
            (
                "2035-01-01T00:00:00.123456789123456789+01:00",
                Some("2034-12-31T23:00:00.123456789Z"),
            ),
            ("2035-01-01T1:00:00Z", Some("2035-01-01T01:00:00Z")),
            ("2035-01-01T00:00:00+24:00", Some("2034-12-31T00:00:00Z")),
            ("2035-01-01T00:00:00+23:60", Some("2034-12-31T00:00:00Z")),
            ("2035-01-01T00:00:00+24:60", Some("2034-12-30T23:00:00Z")),
            ("", None),
            ("2035-07-06", None),
            ("2035-01-01 00:00:00Z", None),
            ("2035-01-01_00:00:00Z", None),
            ("2035-01-01t00:00:00Z", None),
            ("2035-01-01T00:00:00z", None),
            ("2035-01-01T00:00:00.Z", None),
            ("2035-06-30T23:59:60Z", None),
            ("2035-01-01T24:00:00Z", None),
            ("2035-01-01T23:60:00Z", None),
            ("2035-1-01T01:00:00Z", None),
            ("2035-01-1T01:00:00Z", None),
            ("2035-01-01T01:0:00Z", None),
            ("2035-01-01T00:00Z", None),
            ("2035-00-01T00:00:00Z", None),
            ("2035-13-01T00:00:00Z", None),
            ("2035-01-00T00:00:00Z", None),
            ("2035-02-29T00:00:00Z", None),
            ("12035-01-01T00:00:00Z", None),
            ("+035-01-01T00:00:00Z", None),
            ("20350101T000000Z", None),
            ("2035-01-01T00:00:00", None),
            ("2035-01-01T00:00:00+0200", None),
            ("2035-01-01T00:00:00+02", None),
            ("2035-01-01T00:00:00+2:00", None),
            ("2035-01-01T00:00:00+25:00", None),
            ("2035-01-01T00:00:00+00:61", None),
            ("2035-01-01T00:00:00\u{2212}02:00", None),
            ("2035-01-01T00:00:00 Z", None),
            ("2035-01-01T00:00:00Z ", None),
            (" 2035-01-01T00:00:00Z", None),
            ("2035-01-01T00:00:00Z0", None),
            ("２０３５-01-01T00:00:00Z", None),
        ];
        for (text, expected) in rows {
            let found = instant(text).map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}

//! Durations in Go's format, as in Terraform's `timeouts`.

use std::time::Duration;

/// Parses a duration such as `90s`, `1h30m` or `1.5h`. `None` if it is invalid or negative.
pub fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut seconds = 0.0;
    loop {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, behind) = rest.split_at(digits);
        let letters = behind.find(|character: char| character.is_ascii_digit() || character == '.');
        let (unit, next) = behind.split_at(letters.unwrap_or(behind.len()));
        seconds += number.parse::<f64>().ok()? * seconds_in(unit)?;
        if next.is_empty() {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        rest = next;
    }
}

fn seconds_in(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_writes_them() {
        let rows = [
            ("0", Some(0)),
            ("0s", Some(0)),
            ("90s", Some(90_000)),
            ("10m", Some(600_000)),
            ("1h30m", Some(5_400_000)),
            ("1h30m5s", Some(5_405_000)),
            ("1.5h", Some(5_400_000)),
            (".5s", Some(500)),
            ("250ms", Some(250)),
            ("2000us", Some(2)),
            ("2000µs", Some(2)),
            ("3000000ns", Some(3)),
            ("", None),
            ("5", None),
            ("-5s", None),
            ("5 s", None),
            ("s", None),
            (".s", None),
            ("1.2.3s", None),
            ("5d", None),
            ("5s5", None),
            ("99999999999999999999h", None),
        ];
        for (text, milliseconds) in rows {
            assert_eq!(parse(text), milliseconds.map(Duration::from_millis), "{text:?}");
        }
    }
}

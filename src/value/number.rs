//! Numbers of any precision.

use std::fmt;
use std::num::IntErrorKind;
use std::str::FromStr;

/// A decimal number of any size and precision, held as text.
///
/// Numbers are equal when they have the same value, whatever their spelling: `1`, `1.0` and `10e-1` are one number.
/// Terraform computes with 512 bits, and what neither an `i64` nor an `f64` holds exactly it sends as text; rounding
/// that to an `f64` would answer with another number than the one that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    sign: Sign,
    /// An integer without zeros at either end, so that each value has one form. Zero is `"0"`.
    digits: String,
    /// The power of ten to multiply the digits with. It is never expanded into zeros, so it may be large.
    exponent: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Minus,
    Plus,
}

/// Why something is no [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The power of ten does not fit an `i32`; Terraform's own numbers end before that.
    #[error("exponent of a number out of range")]
    ExponentOutOfRange,
    /// Not digits with an optional sign, point and exponent.
    #[error("not a decimal number")]
    NotDecimal,
    /// Infinity or NaN: Terraform cannot store the one and stops dead at the other.
    #[error("not a finite number")]
    NotFinite,
}

impl Number {
    /// The value as an integer, if an `i64` holds it.
    pub fn as_i64(&self) -> Option<i64> {
        // Such a value is displayed without point and exponent, and nothing else parses.
        self.to_string().parse().ok()
    }

    /// The value in binary, if an `f64` holds it exactly: it holds 0.5, and only comes near 0.1.
    pub fn as_f64(&self) -> Option<f64> {
        let nearest: f64 = self.to_string().parse().ok()?;
        (Self::try_from(nearest).as_ref() == Ok(self)).then_some(nearest)
    }

    /// Whether the value has no fraction.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The one form of `digits` × 10^`exponent`, where `digits` are ASCII digits.
    fn normalised(sign: Sign, digits: &str, exponent: i64) -> Self {
        let trimmed = digits.trim_end_matches('0');
        let trailing_zeros = digits.len() - trimmed.len();
        match trimmed.trim_start_matches('0') {
            "" => Self {
                sign: Sign::Plus,
                digits: "0".to_owned(),
                exponent: 0,
            },
            digits => Self {
                sign,
                digits: digits.to_owned(),
                exponent: exponent.saturating_add(trailing_zeros as i64),
            },
        }
    }
}

impl FromStr for Number {
    type Err = Error;

    /// Reads what `f64` reads, such as `-12`, `0.1` or `1.5e300`, except the words for infinity and NaN.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (Sign::Minus, unsigned),
            None => (Sign::Plus, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::NotDecimal);
        }
        let number = Self::normalised(sign, &digits, exponent.saturating_sub(fraction.len() as i64));
        // The limit is for the normal form, so that what is displayed can be read again.
        i32::try_from(number.exponent).map_err(|_| Error::ExponentOutOfRange)?;
        Ok(number)
    }
}

fn parse_exponent(text: &str) -> Result<i64, Error> {
    text.parse::<i64>().map_err(|error| match error.kind() {
        IntErrorKind::NegOverflow | IntErrorKind::PosOverflow => Error::ExponentOutOfRange,
        _ => Error::NotDecimal,
    })
}

impl TryFrom<f64> for Number {
    type Error = Error;

    /// The exact value of a binary number. That of the `f64` nearest to 0.1 has 55 decimal places.
    fn try_from(value: f64) -> Result<Self, Error> {
        if !value.is_finite() {
            return Err(Error::NotFinite);
        }
        // No f64 has more than 767 significant decimal digits.
        format!("{value:.766e}").parse()
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        let sign = if value < 0 { Sign::Minus } else { Sign::Plus };
        Self::normalised(sign, &value.unsigned_abs().to_string(), 0)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::normalised(Sign::Plus, &value.to_string(), 0)
    }
}

/// The most zeros that are written out before an exponent takes their place. An `i64` needs 18.
const ZEROS_WRITTEN_OUT: i64 = 32;

impl fmt::Display for Number {
    /// Digits with a point where needed; with an exponent instead of long rows of zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign, digits, exponent } = self;
        if *sign == Sign::Minus {
            f.write_str("-")?;
        }
        // Where the decimal point stands, counted from the first digit.
        let point = exponent.saturating_add(digits.len() as i64);
        match (exponent, usize::try_from(point)) {
            (0..=ZEROS_WRITTEN_OUT, Ok(width)) => write!(f, "{digits:0<width$}"),
            (..0, Ok(point @ 1..)) => write!(f, "{}.{}", &digits[..point], &digits[point..]),
            (..0, _) if point >= -ZEROS_WRITTEN_OUT => {
                write!(f, "0.{digits:0>width$}", width = exponent.unsigned_abs() as usize)
            }
            _ => write!(f, "{digits}e{exponent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_value_has_one_form_however_it_is_written() {
        for (shown, spellings) in [
            (
                "0",
                &["0", "-0", "+0", "000", "0.0", ".0", "0.", "0e9", "-0.000e-7"][..],
            ),
            (
                "1",
                &["1", "1.0", "10e-1", "0.1e1", "+01", "1.", "1E0", "1e+0", "0.001e3"],
            ),
            ("-12.5", &["-12.5", "-0012.500", "-125e-1", "-.125E+2"]),
            ("0.1", &["0.1", ".1", "1e-1", "0.10"]),
            ("120", &["120", "12e1", "1.2e2", "120.0"]),
            (
                "100000000000000000000000000000000",
                &["1e32", "100000000000000000000000000000000"],
            ),
            ("1e33", &["1e33", "10e32", "1000000000000000000000000000000000"]),
            ("12345e-40", &["12345e-40", "1.2345e-36"]),
            ("0.00000000000000000000000000000000123", &["123e-35"]),
            ("-15e299", &["-1.5e300"]),
            ("1e999999999", &["1e999999999", "0.1e1000000000"]),
            ("1e-999999999", &["1e-999999999"]),
        ] {
            for spelling in spellings {
                let number: Number = spelling.parse().unwrap();
                assert_eq!(number.to_string(), shown, "{spelling}");
                assert_eq!(number, shown.parse().unwrap(), "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_no_finite_decimal_number_is_refused() {
        for text in [
            "", "-", "+", ".", "e1", "1e", "1e+", "--1", "-+1", "1.2.3", "1e1.5", "0x10", "1_0", " 1", "１",
        ] {
            assert_eq!(text.parse::<Number>(), Err(Error::NotDecimal), "{text:?}");
        }
        for text in ["inf", "-infinity", "NaN"] {
            assert_eq!(text.parse::<Number>(), Err(Error::NotDecimal), "{text:?}");
        }
        for text in [
            "1e2147483648",
            "10e2147483647",
            "1e-2147483649",
            "1e9223372036854775807",
            "1e99999999999999999999",
        ] {
            assert_eq!(text.parse::<Number>(), Err(Error::ExponentOutOfRange), "{text:?}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Number::try_from(value), Err(Error::NotFinite), "{value}");
        }
    }

    #[test]
    fn as_i64_takes_integers_of_its_range_only() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-1.0", Some(-1)),
            ("4e18", Some(4_000_000_000_000_000_000)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("-9223372036854775809", None),
            ("1e19", None),
            ("0.5", None),
            ("1e999999999", None),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().as_i64(), expected, "{text}");
        }
    }

    #[test]
    fn as_f64_takes_exact_values_only() {
        for (text, expected) in [
            ("0.5", Some(0.5)),
            ("-0.0078125", Some(-0.0078125)),
            ("9007199254740992", Some(9_007_199_254_740_992.0)),
            ("9007199254740993", None),
            ("0.1", None),
            ("0.1000000000000000055511151231257827021181583404541015625", Some(0.1)),
            ("1e999999999", None),
            ("1e-999999999", None),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().as_f64(), expected, "{text}");
        }
    }

    #[test]
    fn binary_extremes_keep_every_digit() {
        for value in [
            f64::MIN_POSITIVE,
            f64::from_bits(1),
            f64::from_bits(0x000f_ffff_ffff_ffff),
            f64::MAX,
            f64::MIN,
        ] {
            assert_eq!(Number::try_from(value).unwrap().as_f64(), Some(value), "{value:e}");
        }
    }

    #[test]
    fn error_texts() {
        assert_eq!(
            Error::ExponentOutOfRange.to_string(),
            "exponent of a number out of range"
        );
        assert_eq!(Error::NotDecimal.to_string(), "not a decimal number");
        assert_eq!(Error::NotFinite.to_string(), "not a finite number");
    }

    proptest! {
        #[test]
        fn integers_are_what_their_text_says(signed: i64, unsigned: u64) {
            prop_assert_eq!(Number::from(signed).to_string(), signed.to_string());
            prop_assert_eq!(Number::from(signed).as_i64(), Some(signed));
            prop_assert_eq!(Number::from(unsigned).to_string(), unsigned.to_string());
        }

        #[test]
        fn binary_numbers_come_back_bit_for_bit(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
            prop_assert_eq!(Number::try_from(value).unwrap().as_f64(), Some(value));
        }

        #[test]
        fn what_is_displayed_reads_as_the_same_number(text in r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?(e[+-]?[0-9]{1,10})?") {
            if let Ok(number) = text.parse::<Number>() {
                prop_assert_eq!(number.to_string().parse(), Ok(number));
            }
        }

        #[test]
        fn any_text_gives_a_number_or_an_error(text: String) {
            let _ = text.parse::<Number>();
        }
    }
}

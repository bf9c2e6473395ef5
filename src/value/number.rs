//! Numbers.

use std::fmt;
use std::str::FromStr;

/// A number. Attributes take whole numbers of 64 bits; any other is kept as it came, for the attribute's check to refuse it or for Terraform
/// to get it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// Any other, in decimal digits. Its fraction does not end in zeros, so that each value has one form.
    Decimal(String),
}

/// Why something is no [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not digits with an optional minus and point, which is how Terraform writes numbers: it uses no exponents.
    #[error("not a decimal number")]
    NotDecimal,
    /// Infinity or NaN: Terraform cannot store the one and stops dead at the other.
    #[error("not a finite number")]
    NotFinite,
}

impl Number {
    /// The value as an integer, if an `i64` holds it.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Decimal(_) => None,
        }
    }
}

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_decimal = text.parse::<serde_json::Number>().is_ok() && !text.contains(['e', 'E']);
        if !is_decimal {
            return Err(Error::NotDecimal);
        }
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text,
        };
        Ok(text
            .parse()
            .map_or_else(|_| Self::Decimal(text.to_owned()), Self::Integer))
    }
}

impl TryFrom<f64> for Number {
    type Error = Error;

    /// The exact value of a binary number. That of the `f64` nearest to 0.1 has 55 decimal places.
    fn try_from(value: f64) -> Result<Self, Error> {
        if !value.is_finite() {
            return Err(Error::NotFinite);
        }
        // No f64 has more decimal places.
        format!("{value:.1074}").parse()
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or_else(|_| Self::Decimal(value.to_string()), Self::Integer)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Decimal(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_value_has_one_form_however_it_is_written() {
        for (shown, spellings) in [
            ("0", &["0", "-0", "0.0", "-0.000"][..]),
            ("1", &["1", "1.0", "1.000"]),
            ("-12.5", &["-12.5", "-12.500"]),
            (
                "100000000000000000000000000000000",
                &["100000000000000000000000000000000.0"],
            ),
            (
                "0.00000000000000000000000000000000123",
                &["0.000000000000000000000000000000001230"],
            ),
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
            "",
            "-",
            "+",
            ".",
            "e1",
            "1e",
            "1e+",
            "--1",
            "-+1",
            "+1",
            "01",
            "1.",
            ".5",
            "1.2.3",
            "1e1.5",
            "1e3",
            "1E3",
            "1.5e-3",
            "0x10",
            "1_0",
            " 1",
            "1 ",
            "１",
            "inf",
            "-infinity",
            "NaN",
            "hunter2",
        ] {
            assert_eq!(text.parse::<Number>(), Err(Error::NotDecimal), "{text:?}");
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
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("-9223372036854775809", None),
            ("0.5", None),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().as_i64(), expected, "{text}");
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
            let number = Number::try_from(value).unwrap();
            assert_eq!(number.to_string().parse(), Ok(value), "{value:e}");
            // Half a step further the nearest is another one, so no digit is missing.
            assert_eq!(
                number.to_string(),
                format!("{value:.1200}").parse::<Number>().unwrap().to_string()
            );
        }
    }

    #[test]
    fn error_texts() {
        assert_eq!(Error::NotDecimal.to_string(), "not a decimal number");
        assert_eq!(Error::NotFinite.to_string(), "not a finite number");
    }

    proptest! {
        #[test]
        fn integers_are_what_their_text_says(signed: i64, unsigned: u64) {
            prop_assert_eq!(Number::from(signed).to_string(), signed.to_string());
            prop_assert_eq!(Number::from(signed).as_i64(), Some(signed));
            prop_assert_eq!(Number::from(unsigned).to_string(), unsigned.to_string());
            prop_assert_eq!(unsigned.to_string().parse(), Ok(Number::from(unsigned)));
        }

        #[test]
        fn binary_numbers_come_back_bit_for_bit(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
            let number = Number::try_from(value).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(value));
        }

        #[test]
        fn what_is_displayed_reads_as_the_same_number(text in r"-?[1-9][0-9]{0,40}(\.[0-9]{1,40})?") {
            let number = text.parse::<Number>().unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn any_text_gives_a_number_or_an_error(text: String) {
            let _ = text.parse::<Number>();
        }
    }
}

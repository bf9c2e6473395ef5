//! Errors of both encodings of values.

use super::path::{Path, Step};
use super::{Type, number};

/// A value that does not match its type, or cannot be decoded.
///
/// It contains names of attributes and keys of maps, and nothing else of the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(path))]
pub struct Error {
    /// The invalid part.
    pub path: Path,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a part of a value is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// An attribute or a key of a map occurs twice.
    #[error("given twice")]
    Duplicate,
    /// A value of another type.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The expected type, such as `list`.
        expected: &'static str,
        /// The encoding's name for the value found, such as `array`.
        found: &'static str,
    },
    /// An attribute of the type is missing in the value.
    #[error("missing attribute")]
    MissingAttribute,
    /// A string that is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// A number that cannot be represented.
    #[error(transparent)]
    Number(#[from] number::Error),
    /// Invalid JSON.
    #[error("invalid JSON at line {line}, column {column}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1; 0 is the end of the line before.
        column: usize,
    },
    /// A string or a collection too long for MessagePack.
    #[error("length {0} is more than MessagePack can express")]
    TooLong(usize),
    /// The input is truncated.
    #[error("input ends early")]
    Truncated,
    /// An attribute of the value is not in the type.
    #[error("unsupported attribute")]
    UnsupportedAttribute,
}

impl Error {
    /// The same error, seen from one level further out.
    #[must_use]
    pub(super) fn within(mut self, step: Step) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

impl From<Reason> for Error {
    /// The value as a whole is invalid.
    fn from(reason: Reason) -> Self {
        Self {
            path: Path::default(),
            reason,
        }
    }
}

/// A path in HCL syntax and a colon, such as `block[0].tags["env"]: `; empty for the whole value.
fn place(path: &Path) -> String {
    let steps = path.0.iter().map(|step| match step {
        Step::Attribute(name) => format!(".{name}"),
        Step::Key(key) => format!("[{key:?}]"),
        Step::Index(index) => format!("[{index}]"),
    });
    match steps.collect::<String>() {
        whole if whole.is_empty() => whole,
        part => format!("{}: ", part.strip_prefix('.').unwrap_or(&part)),
    }
}

/// The error that a value of `ty` was expected.
pub(super) fn mismatch(ty: &Type, found: &'static str) -> Error {
    let expected = match ty {
        Type::Bool => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Object(_) => "object",
    };
    Reason::Mismatch { expected, found }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_texts() {
        for (reason, text) in [
            (Reason::Duplicate, "given twice"),
            (
                Reason::Mismatch {
                    expected: "list",
                    found: "bool",
                },
                "expected list, found bool",
            ),
            (Reason::MissingAttribute, "missing attribute"),
            (Reason::NotUtf8, "text is not UTF-8"),
            (Reason::Number(number::Error::NotDecimal), "not a decimal number"),
            (
                Reason::Syntax { line: 2, column: 3 },
                "invalid JSON at line 2, column 3",
            ),
            (
                Reason::TooLong(4_294_967_296),
                "length 4294967296 is more than MessagePack can express",
            ),
            (Reason::Truncated, "input ends early"),
            (Reason::UnsupportedAttribute, "unsupported attribute"),
        ] {
            let error = Error::from(reason);
            assert_eq!(error.to_string(), text);
            let error = error
                .within(Step::Key("env".to_owned()))
                .within(Step::Attribute("tags".to_owned()));
            assert_eq!(error.to_string(), format!("tags[\"env\"]: {text}"));
        }
    }
}

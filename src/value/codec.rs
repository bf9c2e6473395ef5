//! What the two encodings of values share: the ways in which a value and its type can disagree.

use super::Type;
use super::number;
use super::path::{Path, Step};

/// A value that is not of the type it should have, or that cannot be read at all.
///
/// Says where and what kind of thing was found. It holds names of attributes and keys of maps, and nothing else of
/// the value's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(path))]
pub struct Error {
    /// The part that is wrong.
    pub path: Path,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What can be wrong with one part of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// An attribute or a key of a map came a second time.
    #[error("given twice")]
    Duplicate,
    /// Another kind of value.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The type's word for itself, such as `list`.
        expected: &'static str,
        /// The encoding's word for what is there, such as `array`.
        found: &'static str,
    },
    /// The type has this attribute and the value has not.
    #[error("missing attribute")]
    MissingAttribute,
    /// A text that is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// A number that we cannot hold.
    #[error(transparent)]
    Number(#[from] number::Error),
    /// Not JSON.
    #[error("invalid JSON at line {line}, column {column}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1; 0 is the end of the line before.
        column: usize,
    },
    /// A text or a collection of this length, which is more than MessagePack can express.
    #[error("length {0} is more than MessagePack can express")]
    TooLong(usize),
    /// The input ends before the value does.
    #[error("input ends early")]
    Truncated,
    /// The value has this attribute and the type has not.
    #[error("unsupported attribute")]
    UnsupportedAttribute,
}

impl Error {
    /// The same disagreement, seen from one level further out.
    #[must_use]
    pub(super) fn within(mut self, step: Step) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

impl From<Reason> for Error {
    /// The value as a whole is wrong.
    fn from(reason: Reason) -> Self {
        Self {
            path: Path::default(),
            reason,
        }
    }
}

/// A path as a configuration would say it and a colon, such as `block[0].tags["env"]: `; nothing for the whole value.
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

/// That something of `ty` was expected and something else found.
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

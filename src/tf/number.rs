//! Numbers of any precision.

/// A decimal number in text form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

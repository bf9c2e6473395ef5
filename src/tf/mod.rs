//! Terraform's vocabulary: values and their two encodings. Pure; no I/O.

pub mod number;
pub mod value;

pub use value::{Number, Object, Type, Value};

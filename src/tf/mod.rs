//! Terraform's vocabulary: values, their two encodings, schemas, diagnostics. Pure; no I/O.

pub mod attr;
pub mod block;
pub mod check;
pub mod codec;
pub mod diagnostic;
pub mod doc;
pub mod duration;
pub mod json;
pub mod markdown;
pub mod meaning;
pub mod msgpack;
pub mod number;
pub mod schema;
pub mod time;
pub mod value;

pub use attr::Attr;
pub use diagnostic::{Diagnostic, Path, Severity, Step};
pub use schema::Schema;
pub use value::{Number, Object, Type, Value};

#[cfg(test)]
pub(crate) mod strategies;

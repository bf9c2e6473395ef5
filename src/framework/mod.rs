//! What every provider needs, whatever it manages: the connection to a cloud, the calls of Terraform on objects, errors and diagnostics.

pub mod context;
pub mod diagnostics;
mod empty;
mod error;
pub mod managed;
mod outcome;
pub mod ownership;
pub mod panics;
pub mod records;
mod registry;
pub mod timeouts;
mod validate;

pub use self::context::Task;
pub use self::diagnostics::Diagnostic;
pub use self::error::{Error, Kind};
pub use self::outcome::Outcome;
pub use self::ownership::Known;
pub use self::registry::{Client, Cloud, Configuration, Configured, Connection};
pub use self::validate::{Invalid, validate};

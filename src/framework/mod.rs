//! What every provider needs, whatever it manages: the connection to a cloud, the calls of Terraform on objects, errors and diagnostics.

pub mod client;
pub mod context;
pub mod data_source;
pub mod diagnostics;
mod empty;
pub mod error;
pub mod identity;
pub mod list;
pub mod managed;
mod outcome;
pub mod ownership;
pub mod panics;
pub mod records;
mod registry;
mod seed;
pub mod timeouts;
mod validate;

pub use self::client::{Client, Configuration, Configured, Connection};
pub use self::context::Context;
pub use self::data_source::{Data, DataSource, DataSourceHandler};
pub use self::diagnostics::Diagnostic;
pub use self::error::{Error, Kind};
pub use self::identity::ObjectId;
pub use self::list::{Detail, Found, List, ListHandler, ListRequest, ListResource, Listed, Pages};
pub use self::outcome::Outcome;
pub use self::ownership::Ownership;
pub use self::registry::{Cloud, Objects};
pub use self::seed::Seed;
pub use self::validate::{Invalid, validate};

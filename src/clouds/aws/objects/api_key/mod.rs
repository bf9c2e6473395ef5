//! API keys.

pub mod create;
pub mod resource;

pub use self::resource::{ApiKey, State};

//! Credentials and how they are resolved.

pub mod config_file;
pub mod identity;
pub mod sources;

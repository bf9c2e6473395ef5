//! Who calls: credentials and how they are found.

pub mod config_file;
pub mod identity;
pub mod sources;

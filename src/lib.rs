//! A Terraform provider for API keys.
//!
//! ```text
//! main → plugin → protocol → provider → clouds/<cloud> → framework
//!                                       clouds/<cloud> → http → signing
//!        schema, value, secret, host: vocabularies without I/O, usable by all
//! ```
//!
//! Each part uses what stands to its right and the vocabularies; nothing points left, and no two files need each other.
//! `tests/architecture.rs` checks it. Beside that way, `docs` renders the registry's pages from `provider`.

pub mod clouds;
pub mod docs;
pub mod framework;
#[cfg(test)]
mod fuzz;
pub mod host;
pub mod http;
pub mod plugin;
pub mod protocol;
pub mod provider;
pub mod schema;
pub mod secret;
pub mod signing;
pub mod value;

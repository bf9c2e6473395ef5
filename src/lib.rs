//! A Terraform provider for API keys.
//!
//! ```text
//! main → plugin → protocol → provider → clouds/<cloud> → framework
//!                                       clouds/<cloud> → http → signing
//!        schema, value, secret, host: vocabularies without I/O, usable by all
//! ```
//!
//! Each layer uses those to its right and the vocabularies, and no files depend on each other in a circle. `tests/architecture.rs` checks
//! it. `docs` stands aside: it renders the registry's pages from `provider`.

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

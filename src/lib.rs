//! A Terraform provider for API keys.
//!
//! ```text
//! main → plugin → rpc → provider → clouds/<cloud> → lifecycle
//!                                  clouds/<cloud> → http → signing
//!        tf, secret, environment, random, defect: vocabularies without I/O, usable by all
//! ```
//!
//! Each part uses what stands to its right and the vocabularies; nothing points left.
//! Beside that way, `docs` renders the registry's pages from `provider`.

pub mod clouds;
pub mod defect;
pub mod docs;
pub mod environment;
#[cfg(test)]
mod fuzz;
pub mod http;
pub mod lifecycle;
pub mod plugin;
pub mod provider;
pub mod random;
pub mod rpc;
pub mod secret;
pub mod signing;
pub mod tf;
pub mod world;

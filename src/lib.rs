//! A Terraform provider for API keys.
//!
//! ```text
//! main → plugin → rpc → provider → clouds/<cloud> → lifecycle
//!                                  clouds/<cloud> → http → signing
//!        tf, secret, buffer, environment, random, defect, records: vocabularies, usable by all
//! ```
//!
//! Each part uses what stands to its right and the vocabularies; nothing points left.
//! Only `main` gives `file` to them, as a part of the `world`. Beside that way, `docs` renders the registry's pages from `provider`.

pub mod buffer;
pub mod clouds;
pub mod defect;
pub mod docs;
pub mod environment;
pub mod file;
#[cfg(test)]
mod fuzz;
pub mod http;
pub mod lifecycle;
pub mod plugin;
pub mod provider;
pub mod random;
pub mod records;
pub mod rpc;
pub mod secret;
pub mod signing;
pub mod tf;
pub mod world;

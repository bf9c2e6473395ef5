//! A Terraform provider for API keys.
//!
//! ```text
//! main → plugin → rpc → provider → clouds/<cloud> → lifecycle
//!                                  clouds/<cloud> → http → signing
//!        tf, secret: vocabularies without I/O, usable by all
//! ```
//!
//! Each part uses what stands to its right and the two vocabularies; nothing points left.

pub mod http;
pub mod secret;
pub mod signing;
pub mod tf;

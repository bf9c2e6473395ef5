//! What several test targets of the provider need.
//!
//! - [`harness`] runs tests that drive a CLI, and reports those as ignored that are skipped;
//! - [`launch`] starts the provider's program, [`host`] speaks its protocol as Terraform does, with an [`identity`] of its own;
//! - [`calls`] makes calls with values in place of bytes;
//! - [`provider`](mod@provider) has the provider's schemas without a process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test that asked for it"
)]

#[cfg(unix)]
pub mod calls;
pub mod harness;
#[cfg(unix)]
pub mod host;
#[cfg(unix)]
pub mod identity;
#[cfg(unix)]
pub mod launch;
pub mod provider;

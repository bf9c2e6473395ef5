//! What several test files need.

// Each test file is a crate of its own, and none uses everything.
#![allow(dead_code, unreachable_pub)]

pub mod calls;
pub mod host;
pub mod identity;
pub mod launch;
pub mod provider;

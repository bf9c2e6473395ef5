//! The protocol rpc by rpc, over the real socket: what Terraform asks, and what it never would.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod dropped_calls;
mod every_rpc;
mod presence;
mod resources;
mod schemas;
#[path = "../support/mod.rs"]
mod support;
mod values;

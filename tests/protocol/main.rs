//! The protocol rpc by rpc, over the real socket: what Terraform asks, and what it never would.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod data_sources;
mod dropped_calls;
mod every_rpc;
mod identities;
mod lists;
mod lists_of_holders_and_plans;
mod moves;
mod presence;
mod query;
mod resources;
mod saved_plans;
mod schemas;
mod terraform;
mod values;

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

//! The provider as somebody attacks it who is on the same machine, and noise on its socket.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

#[cfg(target_os = "linux")]
mod broken;
#[cfg(target_os = "linux")]
mod flood;
mod frames;
mod strangers;

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

//! No key is lost, and nobody else's is touched: the provider under the real CLI, with a proxy between it and the sandbox at which
//! things go wrong, several keys, several processes, and a judge that compares the live keys with all states. The same goes for keys in
//! usage plans, applications and users.
//!
//! Listed scenarios, and some drawn from a seed:
//!
//! - `APIKEYS_OUTSIDE_RUNS=n` draws that many;
//! - `APIKEYS_OUTSIDE_SEED=s` draws them from this seed on; a failure prints the seed of its run, which draws it again as the only one
//!   with `APIKEYS_OUTSIDE_RUNS=1`;
//! - `APIKEYS_OUTSIDE_ONLY=text` runs the scenarios whose name has the text: `random` for the drawn ones alone;
//! - `APIKEYS_OUTSIDE_SHOW=1` writes what came by and was said in every run, not only where something was found.
//!
//! For long runs: `APIKEYS_OUTSIDE_RUNS=500 APIKEYS_OUTSIDE_ONLY=random cargo test --test outside > outside.log 2>&1`. What fails is
//! written as it happens, the counts come last.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

// It looks for processes in /proc.
#[cfg(target_os = "linux")]
mod suite;

use std::process::ExitCode;

use support::harness;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    let tests = suite::TESTS;
    #[cfg(not(target_os = "linux"))]
    let tests = [];
    harness::run(tests)
}

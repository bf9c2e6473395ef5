//! Tests against the real clouds, with whatever credentials the environment has.
//!
//! `TF_ACC=1 cargo test --test live` has the real CLI make, change, import and destroy a key at each cloud. Without `TF_ACC=1` every
//! test is skipped, and with it every cloud that is not configured. What is skipped is told with its reason and never counts as
//! passed, which the standard harness has no way to say.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod suite;

use std::process::ExitCode;
use std::{env, io};

fn main() -> ExitCode {
    let environment = env::vars_os().collect();
    let arguments = env::args().skip(1);
    match suite::run(&environment, arguments, &mut io::stdout().lock()) {
        Ok(suite::Verdict::Passed) => ExitCode::SUCCESS,
        Ok(suite::Verdict::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("live: {error}");
            ExitCode::FAILURE
        }
    }
}

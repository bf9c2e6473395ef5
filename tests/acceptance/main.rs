//! The provider under the real CLI, against the sandbox.
//!
//! The tests need Terraform or OpenTofu; without either they fail and say what to install. `APIKEYS_SKIP_ACCEPTANCE=1` skips
//! them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod aliases;
mod aws;
mod aws_identity;
mod aws_input;
mod aws_interrupt;
mod aws_refusals;
mod aws_regions;
mod aws_state;
mod aws_tags;
mod aws_thin;
#[cfg(unix)]
mod bounds;
mod canned;
mod credentials;
mod diagnostics;
mod endpoints;
mod generated;
mod host_gone;
mod inputs;
mod inputs_plan;
mod left_behind;
mod live;
mod lost_answers;
mod mocks;
mod names;
mod official_state;
mod passwords;
mod presence;
mod process;
mod replacement;
mod scaleway;
mod scaleway_changes;
mod scaleway_expiry;
mod scaleway_input;
mod scaleway_trouble;
mod secrecy;
mod support;
mod tencentcloud;
mod tencentcloud_2017;
mod tencentcloud_2017_trouble;
mod tencentcloud_answers;
mod tencentcloud_identity;
mod tencentcloud_input;
mod tencentcloud_secrets;
mod tencentcloud_trouble;
mod vendor_pages;

//! The rules the sandbox keeps, asked over its sockets with a plain HTTP client.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod aws_client;
mod aws_keys;
mod aws_limits;
mod aws_list;
mod aws_plans;
mod aws_signatures;
mod aws_tags;
mod client;
mod control;
mod errors;
mod faults;
mod ports;
mod scaleway_account;
mod scaleway_client;
mod scaleway_holders;
mod scaleway_keys;
mod scaleway_list;
mod tencentcloud_2017;
mod tencentcloud_2017_client;
mod tencentcloud_client;
mod tencentcloud_keys;
mod tencentcloud_list;
mod tencentcloud_plans;
mod tencentcloud_signatures;
mod tencentcloud_tokens;

//! What the clouds have in common.

pub mod accounts;
pub(super) mod calls;
pub mod credential_cache;
#[cfg(test)]
pub(super) mod empties;
pub(super) mod errors;
pub(super) mod network;
pub(super) mod paging;
pub(super) mod paths;
pub mod setting;
pub mod sourced;
mod unreadable;
pub(super) mod url;

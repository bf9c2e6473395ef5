//! Credentials: how they are resolved, obtained and renewed.

pub mod environment;
pub mod external;
pub mod identity;
pub mod metadata;
pub mod process;
pub mod profile;
pub mod profile_chain;
pub mod roles;
pub mod session;
pub mod start;
pub mod sts;
pub mod transport;

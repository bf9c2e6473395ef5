//! Who calls: credentials and how they are found, used and renewed.

pub mod identity;
pub mod metadata;
pub mod profile;
pub mod roles;
pub mod session;
pub mod sts;

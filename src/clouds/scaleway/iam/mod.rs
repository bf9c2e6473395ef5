//! IAM: API `v1alpha1`.

pub mod application;
pub mod client;
pub mod errors;
pub mod holder;
pub mod holder_list;
pub mod list;
pub mod model;
pub mod organization;
pub mod user;

//! IAM: API `v1alpha1`.

pub mod client;
pub mod errors;
pub mod model;

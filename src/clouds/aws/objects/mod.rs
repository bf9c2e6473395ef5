//! The objects that Terraform manages or reads.

pub mod api_key;
mod region;
pub mod usage_plan_key;

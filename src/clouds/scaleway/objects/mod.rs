//! The objects that Terraform manages or reads.

pub mod api_key;

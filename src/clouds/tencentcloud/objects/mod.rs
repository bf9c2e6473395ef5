//! The objects that Terraform manages or reads.

pub mod api_key;
pub mod api_key_attachment;

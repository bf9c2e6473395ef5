//! The objects that Terraform manages or reads.

pub mod api_key;
pub mod application;
mod holder;
mod holder_list;
mod mark;
pub mod user;

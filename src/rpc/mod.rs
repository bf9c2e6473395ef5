//! What Terraform asks of a provider: one method per rpc.

pub mod proto;

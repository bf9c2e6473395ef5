//! API keys bound to usage plans.

pub mod create;
pub mod list_resource;
pub mod resource;
mod settle;

pub use self::list_resource::AttachmentList;
pub use self::resource::{Attachment, State};

/// The resource type of the official provider.
const TYPE: &str = "tencentcloud_api_gateway_api_key_attachment";

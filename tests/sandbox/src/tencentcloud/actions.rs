use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Status, bindings, keys, list, plans};
use crate::world::World;

/// What can be asked for in `X-TC-Action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    BindSecretIds,
    CreateApiKey,
    CreateUsagePlan,
    DeleteApiKey,
    DeleteUsagePlan,
    DescribeApiKey,
    DescribeApiKeysStatus,
    DescribeUsagePlan,
    DescribeUsagePlanSecretIds,
    DisableApiKey,
    EnableApiKey,
    UnBindSecretIds,
    UpdateApiKey,
}

impl Action {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BindSecretIds" => Self::BindSecretIds,
            "CreateApiKey" => Self::CreateApiKey,
            "CreateUsagePlan" => Self::CreateUsagePlan,
            "DeleteApiKey" => Self::DeleteApiKey,
            "DeleteUsagePlan" => Self::DeleteUsagePlan,
            "DescribeApiKey" => Self::DescribeApiKey,
            "DescribeApiKeysStatus" => Self::DescribeApiKeysStatus,
            "DescribeUsagePlan" => Self::DescribeUsagePlan,
            "DescribeUsagePlanSecretIds" => Self::DescribeUsagePlanSecretIds,
            "DisableApiKey" => Self::DisableApiKey,
            "EnableApiKey" => Self::EnableApiKey,
            "UnBindSecretIds" => Self::UnBindSecretIds,
            "UpdateApiKey" => Self::UpdateApiKey,
            _ => return None,
        })
    }

    /// The parameters the action knows; any other one is refused.
    pub(super) fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::BindSecretIds | Self::UnBindSecretIds => &["UsagePlanId", "AccessKeyIds"],
            Self::CreateApiKey => &["SecretName", "AccessKeyType", "AccessKeyId", "AccessKeySecret", "Tags"],
            Self::CreateUsagePlan => &["UsagePlanName", "UsagePlanDesc", "MaxRequestNum", "MaxRequestNumPreSec"],
            Self::DeleteUsagePlan | Self::DescribeUsagePlan => &["UsagePlanId"],
            Self::DeleteApiKey | Self::DescribeApiKey | Self::DisableApiKey | Self::EnableApiKey => &["AccessKeyId"],
            Self::DescribeApiKeysStatus => &["Limit", "Offset", "Filters"],
            Self::DescribeUsagePlanSecretIds => &["UsagePlanId", "Limit", "Offset"],
            Self::UpdateApiKey => &["AccessKeyId", "AccessKeySecret"],
        }
    }

    /// Does it and gives the `Result` member of the answer.
    pub(super) fn perform(self, world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
        match self {
            Self::BindSecretIds => bindings::bind(world, call),
            Self::CreateApiKey => keys::create(world, call),
            Self::CreateUsagePlan => plans::create(world, call),
            Self::DeleteApiKey => keys::delete(world, call),
            Self::DeleteUsagePlan => plans::delete(world, call),
            Self::DescribeApiKey => keys::describe(world, call),
            Self::DescribeApiKeysStatus => list::describe(world, call),
            Self::DescribeUsagePlan => plans::describe(world, call),
            Self::DescribeUsagePlanSecretIds => bindings::describe(world, call),
            Self::DisableApiKey => keys::switch(world, call, Status::Disabled),
            Self::EnableApiKey => keys::switch(world, call, Status::Enabled),
            Self::UnBindSecretIds => bindings::unbind(world, call),
            Self::UpdateApiKey => keys::update(world, call),
        }
    }
}

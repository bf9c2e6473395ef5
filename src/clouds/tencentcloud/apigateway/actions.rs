//! The actions of the API that are called, by the vendor's names. Both versions share them.

pub(super) const CREATE: &str = "CreateApiKey";
pub(super) const DESCRIBE: &str = "DescribeApiKey";
pub(super) const LIST: &str = "DescribeApiKeysStatus";
pub(super) const ENABLE: &str = "EnableApiKey";
pub(super) const DISABLE: &str = "DisableApiKey";
pub(super) const UPDATE: &str = "UpdateApiKey";
pub(super) const DELETE: &str = "DeleteApiKey";
pub(super) const BIND: &str = "BindSecretIds";
pub(super) const UNBIND: &str = "UnBindSecretIds";
pub(super) const LIST_OF_PLAN: &str = "DescribeUsagePlanSecretIds";

/// All of them.
pub(super) const ACTIONS: [&str; 10] = [
    CREATE,
    DESCRIBE,
    LIST,
    ENABLE,
    DISABLE,
    UPDATE,
    DELETE,
    BIND,
    UNBIND,
    LIST_OF_PLAN,
];

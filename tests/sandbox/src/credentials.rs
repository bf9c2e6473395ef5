//! The credentials the sandbox accepts. They open nothing else.

/// AWS access key id of the long-lived pair.
pub const AWS_ACCESS_KEY_ID: &str = "AKIASANDBOX00EXAMPLE";
/// AWS secret access key of the long-lived pair.
pub const AWS_SECRET_ACCESS_KEY: &str = "sandbox/long/lived/secret/access+EXAMPLE";
/// AWS access key id of the temporary credentials.
pub const AWS_TEMPORARY_ACCESS_KEY_ID: &str = "ASIASANDBOX00EXAMPLE";
/// AWS secret access key of the temporary credentials.
pub const AWS_TEMPORARY_SECRET_ACCESS_KEY: &str = "sandbox/temporary/secret/access+/EXAMPLE";
/// AWS session token of the temporary credentials.
pub const AWS_SESSION_TOKEN: &str = "SANDBOX//session/token+EXAMPLE==";

/// Tencent Cloud secret id of the long-lived pair.
pub const TENCENTCLOUD_SECRET_ID: &str = "AKIDsandbox000000000000000000EXAMPLE";
/// Tencent Cloud secret key of the long-lived pair.
pub const TENCENTCLOUD_SECRET_KEY: &str = "sandboxsecretkey000000000EXAMPLE";
/// Tencent Cloud secret id of the temporary credentials.
pub const TENCENTCLOUD_TEMPORARY_SECRET_ID: &str = "AKIDsandboxTemporary000000000EXAMPLE";
/// Tencent Cloud secret key of the temporary credentials.
pub const TENCENTCLOUD_TEMPORARY_SECRET_KEY: &str = "sandboxtemporarykey000000EXAMPLE";
/// Tencent Cloud token of the temporary credentials.
pub const TENCENTCLOUD_TOKEN: &str = "sandbox-session-token-EXAMPLE";

/// Access key of the Scaleway caller.
pub const SCW_ACCESS_KEY: &str = "SCWSANDBOX00EXAMPLE0";
/// Secret key of the Scaleway caller.
pub const SCW_SECRET_KEY: &str = "5ec7e700-0000-4000-8000-00000000cafe";
/// The one Scaleway organization; its default project bears the same id.
pub const SCW_ORGANIZATION_ID: &str = "0f9a0000-0000-4000-8000-00000000beef";

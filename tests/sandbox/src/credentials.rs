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

/// The AWS account that all of these belong to.
pub const AWS_ACCOUNT_ID: &str = "123456789012";
/// The role that AWS credentials can assume.
pub const AWS_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/sandbox";
/// The role that can be assumed from within the first.
pub const AWS_SECOND_ROLE_ARN: &str = "arn:aws:iam::123456789012:role/sandbox-second";
/// The external id of the first role, for those who give one.
pub const AWS_EXTERNAL_ID: &str = "sandbox-external-id";
/// A token of an identity provider that AWS trusts.
pub const AWS_WEB_IDENTITY_TOKEN: &str = "sandbox.aws-web-identity.EXAMPLE";
/// The role of the instance that the sandbox claims to be.
pub const AWS_INSTANCE_PROFILE: &str = "sandbox-instance";
/// What the instance's metadata service gives to those who ask for a token.
pub const AWS_METADATA_TOKEN: &str = "sandbox-metadata-token-EXAMPLE";
/// Where a container's credentials are.
pub const AWS_CONTAINER_PATH: &str = "/container/credentials";
/// What a container proves with who it is.
pub const AWS_CONTAINER_TOKEN: &str = "sandbox-container-token-EXAMPLE";
/// The role of AWS's single sign-on.
pub const AWS_SSO_ROLE: &str = "SandboxAdmin";
/// A token of AWS's single sign-on that never ends.
pub const AWS_SSO_TOKEN: &str = "sandbox-sso-token-EXAMPLE";
/// What a token of AWS's single sign-on is renewed with.
pub const AWS_SSO_REFRESH_TOKEN: &str = "sandbox-sso-refresh-token-EXAMPLE";
/// The client that may renew it.
pub const AWS_SSO_CLIENT_ID: &str = "sandbox-sso-client";
/// The client's secret.
pub const AWS_SSO_CLIENT_SECRET: &str = "sandbox-sso-client-secret-EXAMPLE";

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

/// The Tencent Cloud account that all of these belong to.
pub const TENCENTCLOUD_ACCOUNT_ID: &str = "100000000001";
/// The role that Tencent Cloud credentials can assume.
pub const TENCENTCLOUD_ROLE_ARN: &str = "qcs::cam::uin/100000000001:roleName/sandbox";
/// The role of the instance that the sandbox claims to be.
pub const TENCENTCLOUD_CAM_ROLE_NAME: &str = "sandbox-instance";
/// A device of multi-factor authentication with Tencent Cloud.
pub const TENCENTCLOUD_SERIAL_NUMBER: &str = "qcs::cam:uin/100000000001::mfa/softToken";
/// The code that it shows.
pub const TENCENTCLOUD_TOKEN_CODE: &str = "246813";
/// A token of an identity provider that Tencent Cloud trusts.
pub const TENCENTCLOUD_WEB_IDENTITY_TOKEN: &str = "sandbox.web-identity.EXAMPLE";
/// An assertion of an identity provider that Tencent Cloud trusts.
pub const TENCENTCLOUD_SAML_ASSERTION: &str = "c2FuZGJveC1zYW1sLUVYQU1QTEU=";

/// Access key of the Scaleway caller.
pub const SCW_ACCESS_KEY: &str = "SCWSANDBOX00EXAMPLE0";
/// Secret key of the Scaleway caller.
pub const SCW_SECRET_KEY: &str = "5ec7e700-0000-4000-8000-00000000cafe";
/// The owner of the Scaleway organization, whose key the caller's is.
pub const SCW_USER_ID: &str = "05e70000-0000-4000-8000-00000000f00d";
/// The one Scaleway organization; its default project bears the same id.
pub const SCW_ORGANIZATION_ID: &str = "0f9a0000-0000-4000-8000-00000000beef";

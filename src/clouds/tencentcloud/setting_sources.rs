//! Where each setting can be set, besides those that only the provider block has.

use crate::clouds::shared::setting::Setting;

pub(super) const SECRET_ID: Setting = setting("secret_id", &["TENCENTCLOUD_SECRET_ID"]).entry("secretId");
pub(super) const SECRET_KEY: Setting = setting("secret_key", &["TENCENTCLOUD_SECRET_KEY"]).entry("secretKey");
pub(super) const SECURITY_TOKEN: Setting = setting("security_token", &["TENCENTCLOUD_SECURITY_TOKEN"]).entry("token");
pub(super) const CAM_ROLE_NAME: Setting = setting("cam_role_name", &["TENCENTCLOUD_CAM_ROLE_NAME"]);
pub(super) const PROFILE: Setting = setting("profile", &["TENCENTCLOUD_PROFILE"]).default("default");
pub(super) const SHARED_CREDENTIALS_DIR: Setting =
    setting("shared_credentials_dir", &["TENCENTCLOUD_SHARED_CREDENTIALS_DIR"]).default("~/.tccli");

pub(super) const REGION: Setting = setting("region", &["TENCENTCLOUD_REGION"])
    .entry("_sys_param.region")
    .default("ap-guangzhou");
pub(super) const PROTOCOL: Setting = setting("protocol", &["TENCENTCLOUD_PROTOCOL"]).default("HTTPS");
/// Its default is that of the service.
pub(super) const DOMAIN: Setting = setting("domain", &["TENCENTCLOUD_DOMAIN"]);

pub(super) const ROLE_ARN: Setting = setting("assume_role.role_arn", &[ARN_VARIABLE]);
pub(super) const ROLE_SESSION_NAME: Setting = setting("assume_role.session_name", &[SESSION_NAME_VARIABLE]);
pub(super) const ROLE_DURATION: Setting = setting("assume_role.session_duration", &[DURATION_VARIABLE]);
pub(super) const ROLE_EXTERNAL_ID: Setting =
    setting("assume_role.external_id", &["TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"]);
pub(super) const ROLE_SOURCE_IDENTITY: Setting = setting(
    "assume_role.source_identity",
    &["TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"],
);
pub(super) const ROLE_SERIAL_NUMBER: Setting =
    setting("assume_role.serial_number", &["TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"]);
pub(super) const ROLE_TOKEN_CODE: Setting = setting("assume_role.token_code", &["TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE"]);

pub(super) const SAML_ASSERTION: Setting = setting(
    "assume_role_with_saml.saml_assertion",
    &["TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION"],
);
pub(super) const SAML_PRINCIPAL_ARN: Setting = setting(
    "assume_role_with_saml.principal_arn",
    &["TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN"],
);
pub(super) const SAML_ROLE_ARN: Setting = setting("assume_role_with_saml.role_arn", &[ARN_VARIABLE]);
pub(super) const SAML_SESSION_NAME: Setting = setting("assume_role_with_saml.session_name", &[SESSION_NAME_VARIABLE]);
pub(super) const SAML_DURATION: Setting = setting("assume_role_with_saml.session_duration", &[DURATION_VARIABLE]);

pub(super) const WEB_PROVIDER_ID: Setting = setting(
    "assume_role_with_web_identity.provider_id",
    &["TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"],
)
.default("OIDC");
pub(super) const WEB_TOKEN: Setting = setting(
    "assume_role_with_web_identity.web_identity_token",
    &["TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN"],
);
pub(super) const WEB_TOKEN_FILE: Setting = setting(
    "assume_role_with_web_identity.web_identity_token_file",
    &["TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE"],
);
pub(super) const WEB_ROLE_ARN: Setting = setting("assume_role_with_web_identity.role_arn", &[ARN_VARIABLE]);
/// The official provider reads the first variable, and some of its pages name the second.
pub(super) const WEB_ROLE_ARN_FILE: Setting = setting(
    "assume_role_with_web_identity.role_arn_file",
    &[
        "TENCENTCLOUD_ASSUME_ROLE_ARNN_FILE",
        "TENCENTCLOUD_ASSUME_ROLE_ARN_FILE",
    ],
);
pub(super) const WEB_SESSION_NAME: Setting =
    setting("assume_role_with_web_identity.session_name", &[SESSION_NAME_VARIABLE]);
pub(super) const WEB_DURATION: Setting =
    setting("assume_role_with_web_identity.session_duration", &[DURATION_VARIABLE]);

pub(super) const MFA_SERIAL_NUMBER: Setting = setting(
    "mfa_certification.serial_number",
    &["TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER"],
);
pub(super) const MFA_TOKEN_CODE: Setting = setting(
    "mfa_certification.token_code",
    &["TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE"],
);
pub(super) const MFA_DURATION: Setting = setting(
    "mfa_certification.duration_seconds",
    &["TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS"],
);

const ARN_VARIABLE: &str = "TENCENTCLOUD_ASSUME_ROLE_ARN";
const DURATION_VARIABLE: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
const SESSION_NAME_VARIABLE: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME";

const fn setting(argument: &'static str, variables: &'static [&'static str]) -> Setting {
    Setting::argument(argument).variables(variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::shared::setting::tests::check_declarations;
    use crate::clouds::tencentcloud::provider_block::Settings;
    use crate::schema::block::Block;

    #[test]
    fn every_source_of_a_setting_is_in_the_guide() {
        #[rustfmt::skip]
        let all = [
            SECRET_ID, SECRET_KEY, SECURITY_TOKEN, CAM_ROLE_NAME, PROFILE, SHARED_CREDENTIALS_DIR, REGION, PROTOCOL, DOMAIN,
            ROLE_ARN, ROLE_SESSION_NAME, ROLE_DURATION, ROLE_EXTERNAL_ID, ROLE_SOURCE_IDENTITY, ROLE_SERIAL_NUMBER, ROLE_TOKEN_CODE,
            SAML_ASSERTION, SAML_PRINCIPAL_ARN, SAML_ROLE_ARN, SAML_SESSION_NAME, SAML_DURATION,
            WEB_PROVIDER_ID, WEB_TOKEN, WEB_TOKEN_FILE, WEB_ROLE_ARN, WEB_ROLE_ARN_FILE, WEB_SESSION_NAME, WEB_DURATION,
            MFA_SERIAL_NUMBER, MFA_TOKEN_CODE, MFA_DURATION,
        ];
        check_declarations(&all, &Settings::schema(), "tencentcloud");
    }
}

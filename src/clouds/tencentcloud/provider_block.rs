//! The provider block: the arguments of the official provider, and three of our own for the API of 2017.

use std::collections::BTreeSet;

use crate::block;
use crate::framework::Invalid;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, Nesting, optional};
use crate::secret::Secret;
use crate::value::Value;

block! {
    /// Settings for Tencent Cloud. All arguments of the official provider are accepted; some have no effect. `api_version`,
    /// `request_method` and `signature_method` are additional.
    pub struct Settings {
        /// The secret id. Otherwise from `TENCENTCLOUD_SECRET_ID`, or the profile.
        secret_id: String = optional(),
        /// The secret key. Otherwise from `TENCENTCLOUD_SECRET_KEY`, or the profile.
        secret_key: Secret = optional(),
        /// The session token of temporary credentials. Otherwise from `TENCENTCLOUD_SECURITY_TOKEN`.
        security_token: Secret = optional(),
        /// The region of all resources. Otherwise from `TENCENTCLOUD_REGION`, or the profile. Defaults to `ap-guangzhou`.
        region: String = optional().check(REGION),
        /// The protocol of calls. Otherwise from `TENCENTCLOUD_PROTOCOL`. Defaults to `HTTPS`.
        protocol: String = optional().check(Check::OneOf(&["HTTPS", "HTTP"])),
        /// The root domain, such as `intl.tencentcloudapi.com`: calls go to its subdomain `apigateway`. An address, such as
        /// `127.0.0.1:8080`, is used as it is. Otherwise from `TENCENTCLOUD_DOMAIN`. Defaults to `tencentcloudapi.com`, and with
        /// `api_version` `2017` to `api.qcloud.com`.
        domain: String = optional(),
        /// No effect: object storage is not called.
        cos_domain: String = optional(),
        /// Folder of the profiles of the vendor's command line. Otherwise from `TENCENTCLOUD_SHARED_CREDENTIALS_DIR`. Defaults to `~/.tccli`.
        shared_credentials_dir: String = optional(),
        /// The profile in these files. It is used if no part of static credentials is set. Otherwise from `TENCENTCLOUD_PROFILE`.
        /// Defaults to `default`. If it does not exist, that is an error.
        profile: String = optional(),
        /// The role of the instance that Terraform runs on, used instead of other credentials. Otherwise from `TENCENTCLOUD_CAM_ROLE_NAME`.
        cam_role_name: String = optional(),
        /// Uses the identity of the pod that Terraform runs in, instead of all other credentials.
        enable_pod_oidc: bool = optional(),
        /// Accounts that the credentials may belong to. If set, the account of the credentials is requested before any other call.
        allowed_account_ids: BTreeSet<String> = optional(),
        /// Accounts that the credentials must not belong to. If set, the account of the credentials is requested before any other call.
        forbidden_account_ids: BTreeSet<String> = optional(),
        /// Version of the API: `2018` is API 3.0, version `2018-08-08`. `2017` is its predecessor, whose end of life the vendor has
        /// announced. Defaults to `2018`.
        api_version: String = optional().check(Check::OneOf(&["2018", "2017"])),
        /// HTTP method of calls with `api_version` `2017`. With `GET` all parameters are in the URL, including the secret of a manual
        /// key. Defaults to `POST`.
        request_method: String = optional().check(Check::OneOf(&["POST", "GET"])),
        /// Signature method of calls with `api_version` `2017`. Defaults to `HmacSHA256`.
        signature_method: String = optional().check(Check::OneOf(&["HmacSHA256", "HmacSHA1"]));
        /// A role to assume with these credentials. Arguments that are not set are taken from `TENCENTCLOUD_ASSUME_ROLE_…`.
        assume_role: Attr<Vec<AssumeRole>> = Nesting::Set { max: 1 },
        /// A role to assume with SAML. It needs no other credentials.
        assume_role_with_saml: Attr<Vec<AssumeRoleWithSaml>> = Nesting::List { max: 1 },
        /// A role to assume with a web identity. It needs no other credentials.
        assume_role_with_web_identity: Attr<Vec<AssumeRoleWithWebIdentity>> = Nesting::List { max: 1 },
        /// An MFA device, to begin a session with these credentials.
        mfa_certification: Attr<Vec<MfaCertification>> = Nesting::Set { max: 1 },
    }
}

block! {
    /// A role to assume.
    pub struct AssumeRole {
        /// ARN of the role. Otherwise from `TENCENTCLOUD_ASSUME_ROLE_ARN`.
        role_arn: String = optional(),
        /// Name of the session. Otherwise from `TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME`.
        session_name: String = optional(),
        /// Duration of the session in seconds. Otherwise from `TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION`. Defaults to 7200.
        session_duration: i64 = optional().check(ROLE_SECONDS),
        /// Session policy that restricts the role, in JSON.
        policy: String = optional(),
        /// External ID, as agreed with the owner of the role.
        external_id: String = optional(),
        /// Source identity of the session.
        source_identity: String = optional(),
        /// Serial number of the MFA device.
        serial_number: String = optional(),
        /// The code that the MFA device shows.
        token_code: Secret = optional(),
    }
}

block! {
    /// A role to assume with SAML.
    pub struct AssumeRoleWithSaml {
        /// The SAML assertion.
        saml_assertion: Secret = optional(),
        /// ARN of the identity provider.
        principal_arn: String = optional(),
        /// ARN of the role.
        role_arn: String = optional(),
        /// Name of the session.
        session_name: String = optional(),
        /// Duration of the session in seconds.
        session_duration: i64 = optional().check(ROLE_SECONDS),
    }
}

block! {
    /// A role to assume with a web identity.
    pub struct AssumeRoleWithWebIdentity {
        /// Name of the identity provider.
        provider_id: String = optional(),
        /// The web identity token.
        web_identity_token: Secret = optional(),
        /// JSON file with the token as `web_identity_token`. It is read each time the role is assumed.
        web_identity_token_file: String = optional(),
        /// ARN of the role.
        role_arn: String = optional(),
        /// JSON file with the ARN of the role as `role_arn`.
        role_arn_file: String = optional(),
        /// Name of the session.
        session_name: String = optional(),
        /// Duration of the session in seconds.
        session_duration: i64 = optional().check(ROLE_SECONDS),
    }
}

block! {
    /// An MFA device.
    pub struct MfaCertification {
        /// Serial number of the MFA device.
        serial_number: String = optional(),
        /// The code that the MFA device shows.
        token_code: Secret = optional(),
        /// Duration of the session in seconds.
        duration_seconds: i64 = optional().check(SESSION_SECONDS),
    }
}

/// How long a role is assumed for.
const ROLE_SECONDS: Check = Check::Custom {
    description: "From 0 to 43200; 0 means the default.",
    validate: |value| seconds(value, 43_200),
};

/// How long a session of a device lasts.
const SESSION_SECONDS: Check = Check::Custom {
    description: "From 0 to 129600; 0 means the default.",
    validate: |value| seconds(value, 129_600),
};

/// A region by its shape: words of lower-case letters and digits, joined by hyphens. Which regions there are is the service's to say.
const REGION: Check = Check::Custom {
    description: "A region such as `ap-guangzhou`.",
    validate: |value| match value.as_str() {
        Some(text) if !is_region(text) => {
            let message = format!("must be a region such as \"ap-guangzhou\", but is \"{text}\"");
            vec![ValidationIssue::error(message)]
        }
        _ => Vec::new(),
    },
};

impl Settings {
    /// What is wrong with the settings as a whole.
    pub fn invalid(&self) -> Vec<Invalid> {
        let is_there = |count: Option<usize>| count.is_some_and(|count| count > 0);
        let saml = self.assume_role_with_saml.known().map(Vec::len);
        let web = self.assume_role_with_web_identity.known().map(Vec::len);
        let mut invalid = self.of_2017();
        if is_there(saml) && is_there(web) {
            let message = "cannot be set together with \"assume_role_with_web_identity\"";
            invalid.push(Invalid::attribute("assume_role_with_saml", message));
        }
        invalid
    }

    /// What is written of the API of 2017 where that is not spoken.
    fn of_2017(&self) -> Vec<Invalid> {
        let is_2018 = self.api_version.known().is_none_or(|version| version == "2018");
        if self.api_version.is_unknown() || !is_2018 {
            return Vec::new();
        }
        let of_2017 = [
            ("request_method", &self.request_method),
            ("signature_method", &self.signature_method),
        ];
        let given = of_2017.into_iter().filter(|(_, argument)| !argument.is_null());
        let message = "can only be set when api_version is \"2017\"";
        given.map(|(name, _)| Invalid::attribute(name, message)).collect()
    }
}

fn seconds(value: &Value, most: i64) -> Vec<ValidationIssue> {
    let is_fine = match value {
        Value::Number(number) => number.as_i64().is_some_and(|seconds| (0..=most).contains(&seconds)),
        _ => true,
    };
    if is_fine {
        return Vec::new();
    }
    vec![ValidationIssue::error(format!(
        "must be a whole number of seconds from 0 to {most}"
    ))]
}

fn is_region(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.contains('-') && text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_told_by_its_shape() {
        for region in ["ap-guangzhou", "ap-shanghai-fsi", "na-siliconvalley", "ap-jakarta2"] {
            assert!(is_region(region), "{region}");
        }
        for text in [
            "",
            "guangzhou",
            "AP-GUANGZHOU",
            "ap_guangzhou",
            "ap-",
            "-ap",
            "ap--x",
            "ap-x\n",
            "ap x",
        ] {
            assert!(!is_region(text), "{text}");
        }
    }
}

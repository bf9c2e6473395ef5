//! Where each setting can be set. The environment overrides the provider block, but for the profile, as with the official provider.

use super::provider_block::Settings;
use crate::clouds::shared::setting::{EmptyVariable, Setting};
use crate::schema::Attr;
use crate::schema::check::is_uuid;
use crate::secret::Secret;

/// A setting and its argument in the provider block. All are read as secrets, so that sources can be compared.
pub(super) struct Credential {
    /// The setting.
    pub(super) setting: Setting,
    /// Its argument.
    pub(super) argument: fn(&Settings) -> Attr<Secret>,
}

/// The access key that signs in.
pub(super) const ACCESS_KEY: Credential = Credential {
    setting: of_environment(Setting::argument("access_key"))
        .variables(&["SCW_ACCESS_KEY"])
        .variable_if(FORMER_SECRET_KEY, |text| !is_uuid(text))
        .entry("access_key"),
    argument: |settings| secret(&settings.access_key),
};

/// Its secret key.
pub(super) const SECRET_KEY: Credential = Credential {
    setting: of_environment(Setting::argument("secret_key"))
        .variables(&["SCW_SECRET_KEY", "SCW_TOKEN", "SCALEWAY_TOKEN"])
        .variable_if(FORMER_SECRET_KEY, is_uuid)
        .entry("secret_key"),
    argument: |settings| settings.secret_key.clone(),
};

/// The organization. By default that of the credentials.
pub(super) const ORGANIZATION_ID: Credential = Credential {
    setting: of_environment(Setting::argument("organization_id"))
        .variables(&[
            "SCW_DEFAULT_ORGANIZATION_ID",
            "SCW_ORGANIZATION",
            "SCALEWAY_ORGANIZATION",
        ])
        .entry("default_organization_id"),
    argument: |settings| secret(&settings.organization_id),
};

/// The URL of the API.
pub(super) const API_URL: Credential = Credential {
    setting: of_environment(Setting::argument("api_url"))
        .variables(&["SCW_API_URL"])
        .entry("api_url")
        .default("https://api.scaleway.com"),
    argument: |settings| secret(&settings.api_url),
};

/// Whether TLS verification is off. With an empty variable it is on, whatever the file says.
pub(super) const INSECURE: Credential = Credential {
    setting: Setting::without_argument()
        .variables_first()
        .variables(&["SCW_INSECURE", TLS_VERIFY])
        .empty_variable(EmptyVariable::Value)
        .entry("insecure"),
    argument: |_| Attr::Null,
};

/// The profile of the config file. Here the argument overrides the variable.
pub(super) const PROFILE: Setting = Setting::argument("profile")
    .variables(&["SCW_PROFILE"])
    .entry("active_profile");

/// All that can disagree.
pub(super) const CREDENTIALS: [Credential; 5] = [ACCESS_KEY, SECRET_KEY, ORGANIZATION_ID, API_URL, INSECURE];

/// An older variable of [`INSECURE`], with the opposite meaning.
pub(super) const TLS_VERIFY: &str = "SCW_TLSVERIFY";

/// Once the variable of the secret key, later of the access key. Only the secret key is a UUID.
const FORMER_SECRET_KEY: &str = "SCALEWAY_ACCESS_KEY";

/// The official provider refuses an empty variable, too. To go on to the next source would be to use other credentials.
const fn of_environment(setting: Setting) -> Setting {
    setting.variables_first().empty_variable(EmptyVariable::Error)
}

fn secret(text: &Attr<String>) -> Attr<Secret> {
    match text {
        Attr::Null => Attr::Null,
        Attr::Unknown => Attr::Unknown,
        Attr::Known(text) => Attr::Known(Secret::new(text.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::shared::setting::tests::check_declarations;
    use crate::schema::block::Block;

    #[test]
    fn every_source_of_a_setting_is_in_the_guide() {
        let mut all = CREDENTIALS.map(|credential| credential.setting).to_vec();
        all.push(PROFILE);
        check_declarations(&all, &Settings::schema(), "scaleway");
    }
}

//! The provider's region.

use crate::clouds::aws::auth::metadata::Metadata;
use crate::clouds::aws::auth::profile::Profile;
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::aws::setting_sources::REGION;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::schema::Attr;

/// The provider's region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Region {
    /// Known without a call.
    Known {
        /// Its name.
        name: String,
        /// Where it comes from.
        origin: Origin,
    },
    /// Unknown until apply.
    Unknown,
    /// That of the instance, which takes a call to the metadata service.
    OfInstance,
    /// None.
    Unset,
}

impl Region {
    /// Resolves the region: the setting, or that of the instance.
    ///
    /// # Errors
    ///
    /// If a variable is not UTF-8.
    pub fn resolve(
        settings: &Settings,
        environment: &Environment,
        profile: Option<&Profile>,
        metadata: Option<&Metadata>,
    ) -> Result<Self, Error> {
        let region = REGION.plan(&settings.region, environment, Profile::entries(profile))?;
        Ok(match region {
            Attr::Known(Sourced { value: name, origin }) => Self::Known { name, origin },
            Attr::Unknown => Self::Unknown,
            Attr::Null if metadata.is_some_and(Metadata::is_wanted) => Self::OfInstance,
            Attr::Null => Self::Unset,
        })
    }

    /// As a plan shows it; null if there is none.
    pub fn planned(&self) -> Attr<String> {
        match self {
            Self::Known { name, .. } => Attr::Known(name.clone()),
            Self::Unknown | Self::OfInstance => Attr::Unknown,
            Self::Unset => Attr::Null,
        }
    }

    /// Its name, if known without a call.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known { name, .. } => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::path::Path;

    use zeroize::Zeroizing;

    use super::*;
    use crate::clouds::aws::auth::metadata::Mode;
    use crate::host::tests::host;

    fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let text = match path.to_str().unwrap_or_default() {
            "/region" => "[default]\nregion = ap-south-1\n",
            "/metadata" => {
                "[default]\nec2_metadata_service_endpoint = http://file/\nec2_metadata_service_endpoint_mode = IPv6\n"
            }
            _ => return Err(io::ErrorKind::NotFound.into()),
        };
        Ok(text.as_bytes().to_vec().into())
    }

    fn resolved(settings: &Settings, environment: &[(&str, &str)]) -> (Region, Metadata) {
        let host = host(environment, read);
        let profile = Profile::find(settings, &host).unwrap();
        let metadata = Metadata::resolve(settings, &host.environment, &profile).unwrap();
        let region = Region::resolve(settings, &host.environment, Some(&profile), Some(&metadata)).unwrap();
        (region, metadata)
    }

    #[test]
    fn a_region_is_the_blocks_else_the_environments_else_the_profiles_else_the_instances() {
        let text = |text: &str| Attr::Known(text.to_owned());
        let none = Settings::default();
        let block = Settings {
            region: text("eu-west-1"),
            ..Settings::default()
        };
        let unknown = Settings {
            region: Attr::Unknown,
            ..Settings::default()
        };
        let checked = Settings {
            skip_metadata_api_check: text("false"),
            ..Settings::default()
        };
        let file = ("AWS_CONFIG_FILE", "/region");
        let own = ("AWS_REGION", "us-west-1");
        let default = ("AWS_DEFAULT_REGION", "us-west-2");
        let known = |name: &str, origin| Region::Known {
            name: name.to_owned(),
            origin,
        };
        let of_profile = Origin::Profile {
            entry: "region",
            profile: "default".to_owned(),
        };
        #[rustfmt::skip]
        let rows: Vec<(&Settings, Vec<(&str, &str)>, Region)> = vec![
            (&block, vec![own, file], known("eu-west-1", Origin::Argument("region"))),
            (&none, vec![own, default, file], known("us-west-1", Origin::Variable("AWS_REGION"))),
            (&none, vec![default, file], known("us-west-2", Origin::Variable("AWS_DEFAULT_REGION"))),
            (&none, vec![file], known("ap-south-1", of_profile)),
            (&unknown, vec![own], Region::Unknown),
            (&none, vec![], Region::Unset),
            (&checked, vec![], Region::OfInstance),
            (&none, vec![("AWS_CONFIG_FILE", "/metadata")], Region::OfInstance),
            (&none, vec![("AWS_CONFIG_FILE", "/metadata"), ("AWS_EC2_METADATA_DISABLED", "TRUE")], Region::Unset),
        ];
        for (settings, environment, expected) in rows {
            assert_eq!(resolved(settings, &environment).0, expected, "{environment:?}");
        }
    }

    #[test]
    fn the_instance_is_asked_where_block_environment_or_profile_say() {
        let text = |text: &str| Attr::Known(text.to_owned());
        let block = Settings {
            ec2_metadata_service_endpoint: text("http://block"),
            ec2_metadata_service_endpoint_mode: text("IPv4"),
            ..Settings::default()
        };
        let none = Settings::default();
        let file = ("AWS_CONFIG_FILE", "/metadata");
        let variable = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://variable");
        let older = ("AWS_METADATA_URL", "http://older");
        let mode = ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6");
        #[rustfmt::skip]
        let rows: Vec<(&Settings, Vec<(&str, &str)>, Option<&str>, Mode)> = vec![
            (&block, vec![variable, mode], Some("http://block"), Mode::V4),
            (&none, vec![variable, older, file], Some("http://variable"), Mode::V6),
            (&none, vec![older, mode], Some("http://older"), Mode::V6),
            (&none, vec![file], Some("http://file"), Mode::V6),
            (&none, vec![], None, Mode::V4),
        ];
        for (settings, environment, endpoint, mode) in rows {
            let metadata = resolved(settings, &environment).1;
            assert_eq!(
                (metadata.endpoint.as_deref(), metadata.mode),
                (endpoint, mode),
                "{environment:?}"
            );
        }
    }
}

//! The region keys live in unless they name their own.

use super::metadata::Metadata;
use super::profile::Profile;
use super::settings::Settings;
use crate::clouds::origin::Origin;
use crate::environment::Environment;
use crate::tf::Attr;

/// The provider's region, and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Region {
    /// This one.
    Known {
        /// Its name.
        name: String,
        /// Who says so.
        origin: Origin,
    },
    /// One that is known only after apply.
    Unknown,
    /// That of the instance that we run on, which takes a call to find out.
    OfInstance,
    /// None.
    Nowhere,
}

impl Region {
    /// What the provider block says, else the environment, else the profile, else the instance.
    pub fn of(
        settings: &Settings,
        environment: &Environment,
        profile: Option<&Profile>,
        metadata: Option<&Metadata>,
    ) -> Self {
        let known = |name: &str, origin| Self::Known {
            name: name.to_owned(),
            origin,
        };
        if settings.region.is_unknown() {
            return Self::Unknown;
        }
        if let Some(region) = settings.region.given() {
            return known(region, Origin::Argument("region"));
        }
        if let Some((variable, region)) = environment.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]) {
            return known(region, Origin::Variable(variable));
        }
        match profile.and_then(|profile| Some((profile.get("region")?, profile.origin("region")))) {
            Some((region, origin)) => known(region, origin),
            None if metadata.is_some_and(Metadata::is_wanted) => Self::OfInstance,
            None => Self::Nowhere,
        }
    }

    /// As a plan shows it; null where there is none.
    pub fn planned(&self) -> Attr<String> {
        match self {
            Self::Known { name, .. } => Attr::Known(name.clone()),
            Self::Unknown | Self::OfInstance => Attr::Unknown,
            Self::Nowhere => Attr::Null,
        }
    }

    /// Its name, where that is known without a call.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known { name, .. } => Some(name),
            _ => None,
        }
    }
}

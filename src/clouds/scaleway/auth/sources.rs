//! Where settings come from: the environment, else the provider block, else the config file.
//!
//! The official provider's order, without its surprises: it ignores a profile it does not find, and takes what is not known yet for
//! nothing.

use crate::clouds::shared::errors;
use std::fmt::Write;

use super::config_file::{ConfigFile, Entries};
use crate::clouds::scaleway::provider_block::Settings;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::framework::Diagnostic;
use crate::framework::Error;
use crate::host::Host;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::schema::check::is_uuid;
use crate::secret::Secret;

/// A setting, and its names.
pub struct Setting {
    argument: &'static str,
    /// The current variable, and older ones that still count.
    variables: &'static [&'static str],
    entry: &'static str,
    /// Whether an empty variable says something.
    may_be_empty: bool,
    of_block: fn(&Settings) -> Attr<Secret>,
}

/// The id of the key that we act with.
pub const ACCESS_KEY: Setting = Setting {
    argument: "access_key",
    variables: &["SCW_ACCESS_KEY", AMBIGUOUS],
    entry: "access_key",
    may_be_empty: false,
    of_block: |settings| secret(&settings.access_key),
};

/// Its secret.
pub const SECRET_KEY: Setting = Setting {
    argument: "secret_key",
    variables: &["SCW_SECRET_KEY", "SCW_TOKEN", "SCALEWAY_TOKEN", AMBIGUOUS],
    entry: "secret_key",
    may_be_empty: false,
    of_block: |settings| settings.secret_key.clone(),
};

/// The organization it belongs to.
pub const ORGANIZATION_ID: Setting = Setting {
    argument: "organization_id",
    variables: &[
        "SCW_DEFAULT_ORGANIZATION_ID",
        "SCW_ORGANIZATION",
        "SCALEWAY_ORGANIZATION",
    ],
    entry: "default_organization_id",
    may_be_empty: false,
    of_block: |settings| secret(&settings.organization_id),
};

/// The URL of the API.
pub const API_URL: Setting = Setting {
    argument: "api_url",
    variables: &["SCW_API_URL"],
    entry: "api_url",
    may_be_empty: false,
    of_block: |settings| secret(&settings.api_url),
};

/// Whether certificates are not checked. No argument of the provider block says so.
pub const INSECURE: Setting = Setting {
    argument: "insecure",
    variables: &["SCW_INSECURE", TLS_VERIFY],
    entry: "insecure",
    may_be_empty: true,
    of_block: |_| Attr::Null,
};

const ALL: [Setting; 5] = [ACCESS_KEY, SECRET_KEY, ORGANIZATION_ID, API_URL, INSECURE];

/// The older name of the setting says the opposite.
pub const TLS_VERIFY: &str = "SCW_TLSVERIFY";

/// Once the name for the secret key, later for the access key. What it holds tells which: only the secret key is a UUID.
const AMBIGUOUS: &str = "SCALEWAY_ACCESS_KEY";

/// All there is to look at.
pub struct Sources<'a> {
    settings: &'a Settings,
    environment: &'a Environment,
    file: Option<ConfigFile>,
    profile: Profile,
}

/// What of the config file counts.
enum Profile {
    /// The entries at its root.
    Root,
    /// This profile, over those.
    Named(String),
    /// The provider block's `profile` is not known yet.
    Unknown,
}

impl<'a> Sources<'a> {
    /// Looks at what there is.
    ///
    /// # Errors
    ///
    /// Where the config file is of no use, or lacks the profile that is asked for, or a variable is no text.
    pub fn gather(settings: &'a Settings, host: &'a Host) -> Result<Self, Error> {
        let environment = &host.environment;
        let file = ConfigFile::find(environment, host.read)?;
        let profile = profile(settings, environment, file.as_ref())?;
        Ok(Self {
            settings,
            environment,
            file,
            profile,
        })
    }

    /// What a setting is, and where it comes from.
    ///
    /// # Errors
    ///
    /// Where that depends on an argument that is not known yet, or on a variable that is empty or no text.
    pub fn find(&self, setting: &Setting) -> Result<Option<Sourced<Secret>>, Error> {
        if let Some(found) = self.of_environment(setting)? {
            if found.origin != Origin::Variable(setting.variables[0]) {
                tracing::warn!("{} is an older name of {}", found.origin, setting.variables[0]);
            }
            return Ok(Some(found));
        }
        match (setting.of_block)(self.settings) {
            Attr::Unknown => return Err(errors::unknown_argument(setting.argument)),
            Attr::Known(_) | Attr::Null => {}
        }
        match (self.of_block(setting), &self.profile) {
            (None, Profile::Unknown) => Err(errors::unknown_argument("profile")),
            (found, _) => Ok(found.or_else(|| self.of_file(setting))),
        }
    }

    /// A warning where sources disagree: which of them counts.
    pub fn disagreement(&self) -> Option<Diagnostic> {
        let mut lines = String::new();
        for setting in ALL {
            let sources = [
                self.of_environment(&setting).ok().flatten(),
                self.of_block(&setting),
                self.of_file(&setting),
            ];
            let sources: Vec<_> = sources.into_iter().flatten().collect();
            let [first, others @ ..] = sources.as_slice() else {
                continue;
            };
            let is_same = |other: &Sourced<Secret>| other.value.expose() == first.value.expose();
            if !others.iter().all(is_same) {
                let others: Vec<_> = others.iter().map(|other| other.origin.to_string()).collect();
                let _ = write!(
                    lines,
                    "\n  - {}: {} counts, not {}",
                    setting.argument,
                    first.origin,
                    others.join(" nor ")
                );
            }
        }
        (!lines.is_empty()).then(|| {
            let detail = format!(
                "The environment goes over the provider block, and that over the config file:\n{lines}\n\nRemove what is not meant."
            );
            Diagnostic::warning("Scaleway is configured in several places that disagree", detail)
        })
    }

    /// The config file, where there is one.
    pub fn file(&self) -> Option<&ConfigFile> {
        self.file.as_ref()
    }

    /// The first variable that is set. As with the vendor's SDK, one that is empty is set all the same, and older names do not count
    /// beside it.
    fn of_environment(&self, setting: &Setting) -> Result<Option<Sourced<Secret>>, Error> {
        for name in setting.variables {
            let is_meant = |value: &str| {
                let is_ambiguous = *name == AMBIGUOUS && !value.is_empty();
                !is_ambiguous || is_uuid(value) == (setting.entry == SECRET_KEY.entry)
            };
            match self.environment.text_or_empty(name)? {
                Some("") if !setting.may_be_empty => return Err(empty(name)),
                Some(value) if is_meant(value) => {
                    return Ok(Some(Sourced {
                        value: Secret::new(value),
                        origin: Origin::Variable(name),
                    }));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn of_block(&self, setting: &Setting) -> Option<Sourced<Secret>> {
        let value = (setting.of_block)(self.settings).into_known()?;
        Some(Sourced {
            value,
            origin: Origin::Argument(setting.argument),
        })
    }

    fn of_file(&self, setting: &Setting) -> Option<Sourced<Secret>> {
        let file = self.file.as_ref()?;
        let of = |entries: &Entries, profile: Option<&str>| {
            Some(Sourced {
                value: entries.get(setting.entry)?.clone(),
                origin: Origin::File {
                    entry: setting.entry,
                    profile: profile.map(str::to_owned),
                    file: file.path.clone(),
                },
            })
        };
        let named = match &self.profile {
            Profile::Named(name) => file.profiles.get(name).and_then(|entries| of(entries, Some(name))),
            Profile::Root => None,
            Profile::Unknown => return None,
        };
        named.or_else(|| of(&file.root, None))
    }
}

/// The profile that the provider block names, else the environment, else the file itself.
fn profile(settings: &Settings, environment: &Environment, file: Option<&ConfigFile>) -> Result<Profile, Error> {
    let argument = match &settings.profile {
        Attr::Unknown => return Ok(Profile::Unknown),
        Attr::Null => None,
        Attr::Known(name) => Some(name.as_str()),
    };
    let variable = match argument {
        Some(_) => None,
        None => environment.text("SCW_PROFILE")?,
    };
    let active = file.and_then(|file| file.root.get("active_profile"));
    let (name, origin) = match (argument, variable, active) {
        (Some(name), ..) => (name, "`profile` of the provider block"),
        (None, Some(name), _) => (name, "SCW_PROFILE"),
        (None, None, Some(name)) => (name.expose(), "`active_profile` of the config file"),
        (None, None, None) => return Ok(Profile::Root),
    };
    let advice = "Nothing was done under another identity. Name a profile that is there, or add it.";
    match file {
        _ if name == "default" => Ok(Profile::Root),
        Some(file) if file.profiles.contains_key(name) => Ok(Profile::Named(name.to_owned())),
        Some(file) => {
            let what = format!(
                "{origin} is \"{name}\", but {} has no such profile",
                file.path.display()
            );
            Err(errors::not_configured(what, advice))
        }
        None => {
            let what = format!("{origin} is \"{name}\", but there is no config file");
            Err(errors::not_configured(what, advice))
        }
    }
}

/// The official provider fails, too. To go on to the next source would be to act as somebody else.
fn empty(variable: &str) -> Error {
    errors::not_configured(
        format!("the environment variable {variable} is set, but empty"),
        "Unset it, or give it a value. Variables go over the provider block, so that it is not clear what is meant.",
    )
}

fn secret(text: &Attr<String>) -> Attr<Secret> {
    match text {
        Attr::Null => Attr::Null,
        Attr::Unknown => Attr::Unknown,
        Attr::Known(text) => Attr::Known(Secret::new(text.as_str())),
    }
}

//! Where settings come from: the environment, else the provider block, else the config file.
//!
//! The official provider's order, without its surprises: it ignores a profile it does not find, and takes what is not known yet for
//! nothing.

use crate::clouds::shared::errors;
use std::fmt::Write;

use super::config_file::{ConfigFile, Entries};
use crate::clouds::scaleway::provider_block::Settings;
use crate::clouds::scaleway::setting_sources::{CREDENTIALS, Credential, PROFILE};
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::framework::Diagnostic;
use crate::framework::Error;
use crate::host::Host;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;

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
    pub(in crate::clouds::scaleway) fn find(&self, credential: &Credential) -> Result<Option<Sourced<Secret>>, Error> {
        let Credential { setting, argument } = credential;
        let found = setting.resolve(&argument(self.settings), self.environment, |entry| self.entry(entry))?;
        match (found.as_ref().map(|found| &found.origin), &self.profile) {
            (None | Some(Origin::Default), Profile::Unknown) => return Err(errors::unknown_argument("profile")),
            (Some(Origin::Variable(name)), _) if *name != setting.variables[0] => {
                tracing::warn!("{name} is an older name of {}", setting.variables[0]);
            }
            _ => {}
        }
        Ok(found)
    }

    /// A warning where sources disagree: which of them counts.
    pub fn disagreement(&self) -> Option<Diagnostic> {
        let mut lines = String::new();
        for Credential { setting, argument } in CREDENTIALS {
            let sources = [
                setting.of_environment(self.environment).ok().flatten(),
                setting.of_block(&argument(self.settings)).into_known(),
                setting.of_file(|entry| self.entry(entry)),
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
                    setting.name(),
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

    /// An entry of the profile that counts, else of the file's root.
    fn entry<'f>(&'f self, entry: &'static str) -> Option<Sourced<&'f str>> {
        let file = self.file.as_ref()?;
        let of = |entries: &'f Entries, profile: Option<&str>| {
            Some(Sourced {
                value: entries.get(entry)?.expose(),
                origin: file.origin(entry, profile),
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
    let found = PROFILE.plan(&settings.profile, environment, |entry| {
        let file = file?;
        Some(Sourced {
            value: file.root.get(entry)?.expose(),
            origin: file.origin(entry, None),
        })
    })?;
    let Sourced { value: name, origin } = match found {
        Attr::Unknown => return Ok(Profile::Unknown),
        Attr::Null => return Ok(Profile::Root),
        Attr::Known(found) => found,
    };
    let advice = "Nothing was done under another identity. Name a profile that is there, or add it.";
    match file {
        _ if name == "default" => Ok(Profile::Root),
        Some(file) if file.profiles.contains_key(&name) => Ok(Profile::Named(name)),
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

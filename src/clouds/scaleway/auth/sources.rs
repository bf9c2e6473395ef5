//! Resolves settings from the environment, the provider block and the config file.
//!
//! In the order of the official provider. Other than there, a profile that does not exist and an argument that is unknown are errors.

use std::fmt::Write;

use super::config_file::{ConfigFile, Entries};
use crate::clouds::scaleway::provider_block::Settings;
use crate::clouds::scaleway::setting_sources::{CREDENTIALS, Credential, PROFILE};
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::framework::{Diagnostic, Error};
use crate::host::Host;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;

/// The sources of settings.
pub struct Sources<'a> {
    settings: &'a Settings,
    environment: &'a Environment,
    file: Option<ConfigFile>,
    profile: Profile,
}

/// The selected part of the config file.
enum Profile {
    /// The entries at its root.
    Root,
    /// A profile, which overrides those.
    Named(String),
    /// The argument `profile` is unknown.
    Unknown,
}

impl<'a> Sources<'a> {
    /// Reads the config file and selects the profile.
    ///
    /// # Errors
    ///
    /// If the config file is invalid, the profile does not exist, or a variable is not UTF-8.
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

    /// The value of a setting.
    ///
    /// # Errors
    ///
    /// If it depends on an unknown argument, or on a variable that is empty or not UTF-8.
    pub(in crate::clouds::scaleway) fn find(&self, credential: &Credential) -> Result<Option<Sourced<Secret>>, Error> {
        let Credential { setting, argument } = credential;
        let found = setting.resolve(&argument(self.settings), self.environment, |entry| self.entry(entry))?;
        match (found.as_ref().map(|found| &found.origin), &self.profile) {
            (None | Some(Origin::Default), Profile::Unknown) => return Err(errors::unknown_argument("profile")),
            (Some(Origin::Variable(name)), _) if *name != setting.variables[0] => {
                tracing::warn!("{name} is deprecated: use {}", setting.variables[0]);
            }
            _ => {}
        }
        Ok(found)
    }

    /// A warning about settings that differ between sources.
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
                    "\n  - {}: {} is used, not {}",
                    setting.name(),
                    first.origin,
                    others.join(" nor ")
                );
            }
        }
        (!lines.is_empty()).then(|| {
            let detail = format!(
                "Environment variables override the provider block, which overrides the config file:\n{lines}\n\nRemove those that are not meant."
            );
            Diagnostic::warning("Scaleway has settings that differ between sources", detail)
        })
    }

    /// The config file, if any.
    pub fn file(&self) -> Option<&ConfigFile> {
        self.file.as_ref()
    }

    /// An entry of the profile, or of the file's root.
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

/// Selects the profile.
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
    let advice = "No other credentials were tried. Correct the name, or add the profile.";
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

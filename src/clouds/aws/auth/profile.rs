//! The shared config and credentials files, and the selected profile.
//!
//! The vendor's library parses the files; which files and which profile is decided here. The bytes read here are wiped; the library's copies
//! are not. Source: "Shared config and credentials files" in the vendor's SDKs and Tools Reference Guide.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{fmt, io};

use aws_runtime::env_config::file::{EnvConfigFileKind as Kind, EnvConfigFiles};
use aws_runtime::env_config::property::PropertiesKey;
use aws_runtime::env_config::section::{EnvConfigSections, Profile as Section};
use aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};
use futures_util::FutureExt;

use crate::clouds::aws::provider_block::Settings;
use crate::clouds::aws::setting_sources::{PROFILE, SHARED_CONFIG_FILES, SHARED_CREDENTIALS_FILES};
use crate::clouds::shared::setting::no_file;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::shared::{errors, paths};
use crate::framework::Error;
use crate::host::Host;
use crate::schema::Attr;

/// The selected profile, and all profiles of the files.
#[derive(Clone)]
pub struct Profile {
    name: String,
    sections: EnvConfigSections,
    /// For messages.
    files: String,
    /// Why one of the configured files could not be read.
    unread: Option<Error>,
}

impl Profile {
    /// Reads the files and selects the profile; `default` need not exist. A file that cannot be read is an error only for a caller that
    /// [needs](Self::needed) it.
    ///
    /// # Errors
    ///
    /// If a file cannot be parsed, a variable is not UTF-8, or the configured profile does not exist.
    pub fn find(settings: &Settings, host: &Host) -> Result<Self, Error> {
        let Sourced { value: name, origin } = PROFILE.require(&settings.profile, &host.environment, no_file)?;
        let mut files = Files::default();
        files.read(Kind::Config, &settings.shared_config_files, host)?;
        files.read(Kind::Credentials, &settings.shared_credentials_files, host)?;
        let tried = files.tried.join(", ");
        let unread = files.unread.take();
        let sections = files.sections(&name)?;
        if origin != Origin::Default && sections.get_profile(&name).is_none() {
            return Err(unread.unwrap_or_else(|| {
                errors::not_configured(
                    format!("the profile \"{name}\" ({origin}) does not exist in {tried}"),
                    "Correct the name, or add the profile with `aws configure`.",
                )
            }));
        }
        Ok(Self {
            name,
            sections,
            files: tried,
            unread,
        })
    }

    /// Checks that all files were read.
    ///
    /// # Errors
    ///
    /// If one could not, except for a missing file that the provider block does not name.
    pub fn needed(&self) -> Result<(), Error> {
        self.unread.clone().map_or(Ok(()), Err)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, for messages.
    pub fn files(&self) -> &str {
        &self.files
    }

    /// An entry of the profile that is not empty.
    pub fn get(&self, entry: &str) -> Option<&str> {
        self.sections.get(entry).filter(|text| !text.is_empty())
    }

    /// Whether an entry of the profile is `true`.
    pub fn is_on(&self, entry: &str) -> bool {
        self.get(entry).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// The origin of an entry.
    pub fn origin(&self, entry: &'static str) -> Origin {
        Origin::Profile {
            entry,
            profile: self.name.clone(),
        }
    }

    /// The entries of a profile, if there is one, with their origin.
    pub fn entries<'p>(profile: Option<&'p Self>) -> impl Fn(&'static str) -> Option<Sourced<&'p str>> {
        move |entry| {
            let profile = profile?;
            Some(Sourced {
                value: profile.get(entry)?,
                origin: profile.origin(entry),
            })
        }
    }

    /// The endpoint for a service, by its name in a section `services`.
    pub fn endpoint_url(&self, service: &str) -> Option<&str> {
        let of_service = self.get("services").and_then(|section| {
            let key = PropertiesKey::builder()
                .section_key("services")
                .section_name(section)
                .property_name(service)
                .sub_property_name("endpoint_url");
            self.sections.other_sections().get(&key.build().ok()?)
        });
        of_service.map(String::as_str).or_else(|| self.get("endpoint_url"))
    }

    /// Another profile of the files.
    pub(super) fn other(&self, name: &str) -> Option<&Section> {
        self.sections.get_profile(name)
    }

    /// An entry of an `sso-session`.
    pub(super) fn of_session(&self, session: &str, entry: &str) -> Option<&str> {
        let section = self.sections.sso_session(session)?;
        section.get(entry).filter(|text| !text.is_empty())
    }
}

/// The files' content, for the library.
#[derive(Default)]
struct Files {
    order: Vec<(Kind, PathBuf)>,
    contents: HashMap<std::ffi::OsString, Vec<u8>>,
    tried: Vec<String>,
    unread: Option<Error>,
}

impl Files {
    fn read(&mut self, kind: Kind, argument: &Attr<Vec<String>>, host: &Host) -> Result<(), Error> {
        let setting = match kind {
            Kind::Credentials => SHARED_CREDENTIALS_FILES,
            _ => SHARED_CONFIG_FILES,
        };
        let Sourced { value: paths, origin } = setting.require(argument, &host.environment, no_file)?;
        let may_be_missing = !matches!(origin, Origin::Argument(_));
        for path in paths {
            let file = paths::expanded(&path, host.environment.home());
            self.tried.push(file.display().to_string());
            match (host.read)(&file) {
                Ok(bytes) => {
                    self.contents.insert(file.clone().into_os_string(), bytes.to_vec());
                    self.order.push((kind, file));
                }
                Err(error) if may_be_missing && error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let what = format!("the file {} cannot be read ({error})", file.display());
                    let (argument, variables) = (setting.name(), setting.variables.join(", "));
                    let advice = format!("Check `{argument}` in the provider block and {variables}.");
                    self.unread.get_or_insert(errors::not_configured(what, &advice));
                }
            }
        }
        Ok(())
    }

    fn sections(self, profile: &str) -> Result<EnvConfigSections, Error> {
        let broken = |error: &dyn fmt::Display| {
            errors::not_configured(
                format!("the shared config and credentials files cannot be parsed: {error}"),
                "No other credentials were tried. Correct the file.",
            )
        };
        // The library does not accept an empty list of files.
        if self.order.is_empty() {
            return Ok(EnvConfigSections::default());
        }
        let mut files = EnvConfigFiles::builder();
        for (kind, file) in self.order {
            files = files.with_file(kind, file);
        }
        let environment = Env::from_slice(&[("AWS_PROFILE", profile)]);
        let contents = Fs::from_raw_map(self.contents);
        let files = files.build();
        // The content is in memory: there is nothing to wait for.
        let source = source::load(&environment, &contents, &files).now_or_never();
        let source = source.ok_or_else(|| broken(&"reading them takes too long"))?;
        EnvConfigSections::parse(source.map_err(|error| broken(&error))?).map_err(|error| broken(&error))
    }
}

/// Only the name: the sections hold secrets.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

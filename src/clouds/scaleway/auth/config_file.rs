//! The vendor's config file: entries at its root, and profiles that override them.
//!
//! The content and the parsed texts are wiped after use; the parser's own buffers are not.
//!
//! Source: the documentation of the vendor's CLI and SDKs, "Configuration file".

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use zeroize::Zeroize;

use crate::clouds::scaleway::setting_sources::{CREDENTIALS, PROFILE};
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::Origin;
use crate::framework::Error;
use crate::host::Read;
use crate::host::environment::Environment;
use crate::secret::Secret;

/// A config file.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// Its path.
    pub path: PathBuf,
    /// The entries at the root.
    pub root: Entries,
    /// The entries of each profile.
    pub profiles: BTreeMap<String, Entries>,
}

/// Entries by name.
pub type Entries = BTreeMap<&'static str, Secret>;

impl ConfigFile {
    /// Reads the config file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or parsed.
    pub fn find(environment: &Environment, read: Read) -> Result<Option<Self>, Error> {
        for path in paths(environment) {
            match read(&path) {
                Ok(bytes) => return Self::parse(&bytes, path).map(Some),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unusable(&path, &format!("it cannot be read ({error})"))),
            }
        }
        Ok(None)
    }

    /// Parses a file.
    pub fn parse(bytes: &[u8], path: PathBuf) -> Result<Self, Error> {
        let Ok(text) = str::from_utf8(bytes) else {
            return Err(unusable(&path, "it is not UTF-8"));
        };
        let documents = Yaml::load_from_str(text).map_err(|error| {
            let place = error.marker();
            // The parser's message may quote the line.
            unusable(
                &path,
                &format!("it is not YAML (line {}, column {})", place.line(), place.col() + 1),
            )
        })?;
        let file = Self::of_documents(&documents, path);
        documents.into_iter().for_each(wipe);
        file
    }

    /// The origin of an entry of a profile, or of the root.
    pub fn origin(&self, entry: &'static str, profile: Option<&str>) -> Origin {
        Origin::File {
            entry,
            profile: profile.map(str::to_owned),
            file: self.path.clone(),
        }
    }

    fn of_documents(documents: &[Yaml<'_>], path: PathBuf) -> Result<Self, Error> {
        let read = || -> Result<(Entries, BTreeMap<String, Entries>), String> {
            let Some(document) = documents.first() else {
                return Ok(Default::default());
            };
            let root = pairs(document).ok_or("it is not a YAML map")?;
            let mut profiles = BTreeMap::new();
            if let Some(listed) = root.get("profiles") {
                for (name, profile) in pairs(listed).ok_or("`profiles` is not a map")? {
                    let profile = pairs(profile).ok_or("`profiles` has an entry that is not a map")?;
                    profiles.insert(name, entries(&profile)?);
                }
            }
            Ok((entries(&root)?, profiles))
        };
        match read() {
            Ok((root, profiles)) => Ok(Self { path, root, profiles }),
            Err(why) => Err(unusable(&path, &why)),
        }
    }
}

/// The paths of the config file, in order of precedence.
fn paths(environment: &Environment) -> Vec<PathBuf> {
    if let Some(path) = environment.get_os("SCW_CONFIG_PATH") {
        return vec![path.into()];
    }
    let folder = match environment.get_os("XDG_CONFIG_HOME") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => environment.home().map(|home| home.join(".config")),
    };
    let files = ["config.yaml", "config.yml"];
    folder.map_or_else(Vec::new, |folder| {
        files.map(|file| folder.join("scw").join(file)).to_vec()
    })
}

/// The entries of a map. As in the vendor's parser, null is an empty map, and `<<` merges maps: own entries override merged ones, and earlier
/// maps later ones. `None` if the node or a merged one is not a map.
fn pairs<'n>(node: &'n Yaml<'_>) -> Option<BTreeMap<String, &'n Yaml<'n>>> {
    if node.is_null() {
        return Some(BTreeMap::new());
    }
    let mut all = BTreeMap::new();
    let (merged, own): (Vec<_>, Vec<_>) = node
        .as_mapping()?
        .iter()
        .partition(|(name, _)| name.as_str() == Some("<<"));
    for (_, merged) in merged {
        match merged.as_sequence() {
            Some(maps) => {
                for map in maps.iter().rev() {
                    all.extend(pairs(map)?);
                }
            }
            None => all.extend(pairs(merged)?),
        }
    }
    all.extend(
        own.into_iter()
            .filter_map(|(name, value)| Some((text_of(name)?, value))),
    );
    Some(all)
}

/// The entries of settings. A list or a map is an error: falling back to another source could use other credentials.
fn entries(pairs: &BTreeMap<String, &Yaml<'_>>) -> Result<Entries, String> {
    let settings = CREDENTIALS.map(|credential| credential.setting);
    let names = settings.iter().chain(&[PROFILE]).filter_map(|setting| setting.entry);
    let of_use = names.filter_map(|name| Some((name, pairs.get(name)?)));
    let written = of_use.filter(|(_, value)| !value.is_null());
    written
        .map(|(name, value)| {
            let text = text_of(value).ok_or_else(|| format!("`{name}` is not a string"))?;
            Ok((name, Secret::new(text)))
        })
        .collect()
}

fn text_of(node: &Yaml<'_>) -> Option<String> {
    match node {
        Yaml::Value(Scalar::String(text)) => Some(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        _ => None,
    }
}

/// Wipes the owned texts of a node.
fn wipe(node: Yaml<'_>) {
    match node {
        Yaml::Value(Scalar::String(Cow::Owned(mut text))) => text.zeroize(),
        Yaml::Sequence(nodes) => nodes.into_iter().for_each(wipe),
        Yaml::Mapping(entries) => entries.into_iter().for_each(|(name, value)| {
            wipe(name);
            wipe(value);
        }),
        Yaml::Tagged(_, node) => wipe(*node),
        _ => {}
    }
}

fn unusable(path: &Path, why: &str) -> Error {
    errors::not_configured(
        format!("the config file {} cannot be used: {why}", path.display()),
        "Correct it, or set the environment variable SCW_CONFIG_PATH to another file.",
    )
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

//! Credentials in files: those of the vendor's command line, and that of its SDKs.
//!
//! Files are wiped after use, and so is what the readers of INI and JSON give; the places that they put a value together in, character by
//! character or for its escapes, are not ours to wipe.
//!
//! Source: the documentation of TCCLI, "Configuration", and of the SDKs, "Credentials".

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use ini::{Ini, ParseOption};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::clouds::shared::setting::no_file;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::shared::{errors, paths};
use crate::clouds::tencentcloud::provider_block::Settings;
use crate::clouds::tencentcloud::setting_sources::{PROFILE, SHARED_CREDENTIALS_DIR};
use crate::framework::Error;
use crate::host::Host;
use crate::host::environment::Environment;
use crate::secret::Secret;
use crate::signing::Credentials;

/// What a profile says.
#[derive(Debug)]
pub struct Profile {
    /// The key pair, or temporary credentials; else why there are none.
    pub credentials: Result<Credentials, Error>,
    /// A role to assume with them, and the name of its session.
    pub role: Option<(String, Option<String>)>,
    /// The region.
    pub region: Option<Sourced<String>>,
    /// Where it stands.
    pub origin: Origin,
}

/// The content of `<profile>.credential`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CredentialFile {
    secret_id: Option<String>,
    secret_key: Option<Secret>,
    token: Option<Secret>,
    #[serde(rename = "role-arn")]
    role_arn: Option<String>,
    #[serde(rename = "role-session-name")]
    role_session_name: Option<String>,
    r#type: Option<String>,
    /// When a login ends, in seconds since 1970.
    expires_at: Option<i64>,
}

/// The content of `<profile>.configure`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigureFile {
    #[serde(rename = "_sys_param")]
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    region: Option<String>,
}

impl Profile {
    /// Reads the profile of the provider block, else of the environment, else `default`. None where there is none and none was
    /// asked for.
    ///
    /// # Errors
    ///
    /// Where a profile that was asked for is not there, a file cannot be understood, or a variable is no text.
    pub fn find(settings: &Settings, host: &Host) -> Result<Option<Self>, Error> {
        let environment = &host.environment;
        let Sourced { value: name, origin } = PROFILE.require(&settings.profile, environment, no_file)?;
        let folder = folder(settings, environment)?;
        let of_command_line = match &folder {
            Some(folder) => of_command_line(folder, &name, host)?,
            None => None,
        };
        let found = match of_command_line {
            Some(profile) => Some(profile),
            None => of_sdk(&name, host)?,
        };
        if found.is_none() && origin != Origin::Default {
            return Err(errors::not_configured(
                format!("{origin} is \"{name}\", but no file has such a profile"),
                "No other credentials were tried. Log in with `tccli auth login`, or use another profile.",
            ));
        }
        Ok(found)
    }
}

fn of_command_line(folder: &Path, name: &str, host: &Host) -> Result<Option<Profile>, Error> {
    let path = folder.join(format!("{name}.credential"));
    let Some(bytes) = read(&path, host)? else {
        return Ok(None);
    };
    let file: CredentialFile = json(&bytes, &path)?;
    let role_arn = file.role_arn.clone().filter(|arn| !arn.is_empty());
    let role = role_arn.map(|arn| (arn, file.role_session_name.clone().filter(|name| !name.is_empty())));
    let credentials = file.into_credentials(&path, host);
    let path_of_region = folder.join(format!("{name}.configure"));
    let region = match read(&path_of_region, host)? {
        Some(bytes) => {
            let file: ConfigureFile = json(&bytes, &path_of_region)?;
            file.parameters.and_then(|parameters| parameters.region)
        }
        None => None,
    };
    Ok(Some(Profile {
        credentials,
        role,
        region: region.filter(|region| !region.is_empty()).map(|region| Sourced {
            value: region,
            origin: Origin::File {
                entry: "region",
                profile: None,
                file: path_of_region,
            },
        }),
        origin: Origin::File {
            entry: "secretId",
            profile: None,
            file: path,
        },
    }))
}

impl CredentialFile {
    /// The credentials, unless they have ended.
    fn into_credentials(self, path: &Path, host: &Host) -> Result<Credentials, Error> {
        if let Some(ended) = self.expires_at.and_then(|at| DateTime::<Utc>::from_timestamp(at, 0))
            && ended <= (host.clock)()
        {
            return Err(errors::not_configured(
                format!("the login in {} ended at {}", path.display(), ended.to_rfc3339()),
                "No other credentials were tried. Log in again with `tccli auth login`.",
            ));
        }
        let is_some = |secret: &Secret| !secret.expose().is_empty();
        let secret_id = self.secret_id.filter(|id| !id.is_empty());
        match secret_id.zip(self.secret_key.filter(is_some)) {
            Some((access_key_id, secret_access_key)) => Ok(Credentials {
                access_key_id,
                secret_access_key,
                session_token: self.token.filter(is_some),
            }),
            None if self.r#type.as_deref() == Some("cvm-role") => {
                let what = "it stands for the role of the instance: set `cam_role_name`";
                Err(unusable(path, what))
            }
            None => Err(unusable(path, "it has no secretId and secretKey")),
        }
    }
}

fn of_sdk(name: &str, host: &Host) -> Result<Option<Profile>, Error> {
    let environment = &host.environment;
    let path = match environment.get_os("TENCENTCLOUD_CREDENTIALS_FILE") {
        Some(path) => PathBuf::from(path),
        None => match environment.home() {
            Some(home) => home.join(".tencentcloud").join("credentials"),
            None => return Ok(None),
        },
    };
    let Some(bytes) = read(&path, host)? else {
        return Ok(None);
    };
    let text = str::from_utf8(&bytes).map_err(|_| unusable(&path, "it is not UTF-8"))?;
    // Values are taken as they stand, as the SDKs do.
    let plain = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        ..ParseOption::default()
    };
    let mut file = Ini::load_from_str_opt(text, plain)
        .map_err(|error| unusable(&path, &format!("it is not an INI file (line {})", error.line)))?;
    let found = file.section(Some(name)).map(|section| {
        let written = |entry| section.get(entry).filter(|text| !text.is_empty());
        let (id, key) = (written("secret_id"), written("secret_key"));
        Some((id?.to_owned(), Secret::new(key?)))
    });
    for (_, section) in file.iter_mut() {
        section.iter_mut().for_each(|(_, value)| value.zeroize());
    }
    let Some(pair) = found else {
        return Ok(None);
    };
    let credentials = match pair {
        Some((access_key_id, secret_access_key)) => Ok(Credentials {
            access_key_id,
            secret_access_key,
            session_token: None,
        }),
        None => {
            let what = format!("its section \"{name}\" lacks secret_id or secret_key");
            Err(unusable(&path, &what))
        }
    };
    Ok(Some(Profile {
        credentials,
        role: None,
        region: None,
        origin: Origin::File {
            entry: "secret_id",
            profile: Some(name.to_owned()),
            file: path,
        },
    }))
}

/// The folder of the command line's files.
fn folder(settings: &Settings, environment: &Environment) -> Result<Option<PathBuf>, Error> {
    let argument = &settings.shared_credentials_dir;
    let Sourced { value: folder, origin } = SHARED_CREDENTIALS_DIR.require(argument, environment, no_file)?;
    let home = environment.home();
    let is_there = origin != Origin::Default || home.is_some();
    Ok(is_there.then(|| paths::expanded(&folder, home)))
}

fn read(path: &Path, host: &Host) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    match (host.read)(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &format!("it cannot be read ({error})"))),
    }
}

fn json<T: for<'de> Deserialize<'de>>(bytes: &[u8], path: &Path) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| {
        // The reader's own words may quote a value.
        unusable(
            path,
            &format!(
                "it is not as the command line writes it (line {}, column {})",
                error.line(),
                error.column()
            ),
        )
    })
}

fn unusable(path: &Path, why: &str) -> Error {
    errors::not_configured(
        format!("the file {} cannot be used: {why}", path.display()),
        "No other credentials were tried. Correct it, or use another profile.",
    )
}

#[cfg(test)]
mod fuzz {
    use super::*;
    use crate::fuzz::{Made, fuzz};
    use crate::host::tests::host;

    const FILES: &[&str] = &[
        r#"{"secretId":"AKID","secretKey":"k","token":"t","role-arn":"qcs::cam::uin/1:roleName/r","type":"oauth","expiresAt":1900000000}"#,
        r#"{"_sys_param":{"region":"ap-guangzhou","arrayCount":10},"cvm":{"endpoint":"e"}}"#,
        "[default]\nsecret_id = AKID\nsecret_key = k\n; comment\n[other]\nsecret_id: a\n",
    ];
    const TOKENS: &[&[u8]] = &[
        b"[",
        b"]",
        b"=",
        b":",
        b";",
        b"#",
        b"\n",
        b"\\",
        b"\"",
        b"{",
        b"}",
        b"null",
        b"1e999",
        b"-1",
        b"\xef\xbb\xbf",
        b"\xff",
        b"secret_key",
        b"secretKey",
    ];

    thread_local! {
        static FILE: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }

    #[test]
    fn tencentcloud_profile() {
        let seeds: Vec<_> = FILES.iter().map(|file| file.as_bytes().to_vec()).collect();
        let host = host(&[("HOME", "/")], |_| Ok(FILE.with_borrow(Clone::clone).into()));
        fuzz!(seeds, TOKENS, |input: &[u8]| {
            FILE.replace(input.to_vec());
            let read = [
                of_command_line(Path::new("/"), "default", &host),
                of_sdk("default", &host),
            ];
            let made = read.iter().any(|read| matches!(read, Ok(Some(_))));
            for error in read.into_iter().filter_map(Result::err) {
                let _ = error.to_string();
            }
            if made { Made::Something } else { Made::Nothing }
        });
    }
}

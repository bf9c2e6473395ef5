use apikeys::clouds::scaleway;
use apikeys::framework::{Error, Kind};
use apikeys::host::environment::Environment;
use chrono::{SecondsFormat, TimeDelta};
use cli::Use;

use super::name::Name;
use super::vendor::{self, Key, Vendor, Version};

/// Scaleway, and who is to hold the keys there.
pub(super) struct Scaleway {
    client: scaleway::client::Client,
    /// The argument that names the holder, and the holder's id.
    holder: (&'static str, String),
}

/// Who is to hold the keys: the argument, and the variable with the id.
pub(crate) const HOLDERS: [(&str, &str); 2] = [
    ("application_id", "APIKEYS_LIVE_SCW_APPLICATION_ID"),
    ("user_id", "APIKEYS_LIVE_SCW_USER_ID"),
];

impl Vendor for Scaleway {
    const USE: Use = Use {
        source: "scaleway/scaleway",
        name: "scaleway",
    };
    const RESOURCE: &'static str = "scaleway_iam_api_key";

    type Client = scaleway::client::Client;

    fn new(client: scaleway::client::Client, environment: &Environment) -> Result<Self, Error> {
        let mut holders = HOLDERS
            .into_iter()
            .filter_map(|(argument, variable)| Some((argument, environment.get(variable)?.to_owned())));
        let none = || {
            let [(_, application), (_, user)] = HOLDERS;
            let what = format!("neither {application} nor {user} says who is to hold the key");
            Error::new("", Kind::NotConfigured, what)
        };
        let holder = holders.next().ok_or_else(none)?;
        Ok(Self { client, holder })
    }

    /// A key that is left behind for good is of no use after a day.
    fn arguments(&self, name: &Name, version: Version) -> String {
        let (argument, id) = &self.holder;
        let description = match version {
            Version::First => name.to_string(),
            Version::Second => format!("{name} changed"),
        };
        let ends = (name.began + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("  {argument} = \"{id}\"\n  description = \"{description}\"\n  expires_at = \"{ends}\"\n")
    }

    async fn keys(&self) -> Result<Vec<Key>, Error> {
        let api = self.client.api(vendor::deadline())?;
        let mut keys = Vec::new();
        for page in 1.. {
            let listed = api.list_api_keys(None, page).await?;
            if listed.is_empty() {
                break;
            }
            keys.extend(listed.into_iter().map(|key| Key {
                id: key.access_key,
                name: key.description.unwrap_or_default(),
            }));
        }
        Ok(keys)
    }

    async fn has(&self, id: &str) -> Result<bool, Error> {
        let key = self.client.api(vendor::deadline())?.get_api_key(id).await?;
        Ok(key.is_some())
    }

    async fn remove(&self, id: &str) -> Result<(), Error> {
        self.client.api(vendor::deadline())?.delete_api_key(id).await
    }
}

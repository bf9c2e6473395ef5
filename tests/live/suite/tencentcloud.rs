use apikeys::clouds::tencentcloud;
use apikeys::clouds::tencentcloud::apigateway::list::Wanted;
use apikeys::clouds::tencentcloud::apigateway::model::Status;
use apikeys::framework::{Error, Kind};
use apikeys::host::environment::Environment;
use cli::Use;

use super::name::Name;
use super::vendor::{self, Key, Vendor, Version};

/// Tencent Cloud, in the region of the environment.
pub(super) struct TencentCloud(tencentcloud::client::Client);

impl Vendor for TencentCloud {
    const USE: Use = Use {
        source: "tencentcloudstack/tencentcloud",
        name: "tencentcloud",
    };
    const RESOURCE: &'static str = "tencentcloud_api_gateway_api_key";

    type Client = tencentcloud::client::Client;

    fn new(client: tencentcloud::client::Client, _: &Environment) -> Result<Self, Error> {
        Ok(Self(client))
    }

    fn arguments(&self, name: &Name, version: Version) -> String {
        let status = match version {
            Version::First => "on",
            Version::Second => "off",
        };
        let name = name.underscored();
        format!("  secret_name = \"{name}\"\n  status      = \"{status}\"\n")
    }

    async fn keys(&self) -> Result<Vec<Key>, Error> {
        let api = self.0.api(vendor::deadline()).await?;
        let keys = api.list_api_keys(Wanted::default()).await?;
        let keys = keys.into_iter().filter_map(|key| {
            Some(Key {
                id: key.access_key_id?,
                name: key.secret_name.unwrap_or_default(),
            })
        });
        Ok(keys.collect())
    }

    async fn has(&self, id: &str) -> Result<bool, Error> {
        let key = self.0.api(vendor::deadline()).await?.describe_api_key(id).await?;
        Ok(key.is_some())
    }

    /// Only a disabled key can be removed.
    async fn remove(&self, id: &str) -> Result<(), Error> {
        let api = self.0.api(vendor::deadline()).await?;
        match api.set_status(id, Status::Off).await {
            Err(error) if error.kind == Kind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => api.delete_api_key(id).await,
        }
    }
}

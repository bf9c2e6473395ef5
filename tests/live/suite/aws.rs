use apikeys::clouds::aws;
use apikeys::clouds::aws::api_gateway::client::Api;
use apikeys::clouds::aws::api_gateway::list::Filter;
use apikeys::clouds::aws::api_gateway::model::Include;
use apikeys::framework::Error;
use apikeys::host::environment::Environment;
use apikeys::schema::Attr;
use cli::Use;

use super::name::{Name, PREFIX};
use super::vendor::{self, Key, Vendor, Version};

/// AWS, in the region of the environment.
pub(super) struct Aws {
    client: aws::client::Client,
}

impl Aws {
    async fn api(&self) -> Result<Api, Error> {
        self.client.api(&Attr::Null, vendor::deadline()).await
    }
}

impl Vendor for Aws {
    const USE: Use = Use {
        source: "hashicorp/aws",
        name: "aws",
    };
    const RESOURCE: &'static str = "aws_api_gateway_api_key";

    type Client = aws::client::Client;

    fn new(client: aws::client::Client, _: &Environment) -> Result<Self, Error> {
        Ok(Self { client })
    }

    fn arguments(&self, name: &Name, version: Version) -> String {
        let (description, enabled, tags) = match version {
            Version::First => ("made", true, "first = \"1\", both = \"1\""),
            Version::Second => ("changed", false, "second = \"2\", both = \"2\""),
        };
        format!(
            "  name        = \"{name}\"\n  description = \"{description}\"\n  enabled     = {enabled}\n  tags        = {{ {tags} }}\n"
        )
    }

    async fn keys(&self) -> Result<Vec<Key>, Error> {
        let filter = Filter {
            name_prefix: PREFIX.to_owned(),
            ..Filter::default()
        };
        let keys = self.api().await?.api_keys(filter, Include::NoValue).await?;
        let keys = keys.into_iter().map(|key| Key {
            id: key.id,
            name: key.name.unwrap_or_default(),
        });
        Ok(keys.collect())
    }

    async fn has(&self, id: &str) -> Result<bool, Error> {
        let key = self.api().await?.get_api_key(id, Include::NoValue).await?;
        Ok(key.is_some())
    }

    async fn remove(&self, id: &str) -> Result<(), Error> {
        self.api().await?.delete_api_key(id).await
    }
}

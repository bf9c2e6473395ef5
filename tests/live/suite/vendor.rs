//! A cloud as the tests see it. It is reached as the provider reaches it: one way of finding credentials, one way of signing.

use std::time::Duration;

use apikeys::framework::{Client, Configuration, Error, Kind};
use apikeys::host::Host;
use apikeys::host::environment::Environment;
use apikeys::host::random;
use apikeys::http::Deadline;
use apikeys::schema::block::Block;
use chrono::Utc;
use cli::Use;
use tokio::time::Instant;

use super::name::Name;

/// A cloud, and the credentials for it.
pub(super) trait Vendor: Sized {
    /// The name the provider is used under.
    const USE: Use;
    /// The type of the resource.
    const RESOURCE: &'static str;
    /// The provider's connection to it.
    type Client: Client;

    /// The cloud behind a connection.
    ///
    /// # Errors
    ///
    /// Something is not configured that a test needs.
    fn new(client: Self::Client, environment: &Environment) -> Result<Self, Error>;

    /// The arguments of a key.
    fn arguments(&self, name: &Name, version: Version) -> String;

    /// The keys that these tests may have made, and perhaps others.
    async fn keys(&self) -> Result<Vec<Key>, Error>;

    /// Whether there is a key.
    async fn has(&self, id: &str) -> Result<bool, Error>;

    /// Removes a key.
    async fn remove(&self, id: &str) -> Result<(), Error>;
}

/// A key at a cloud.
#[derive(Debug)]
pub(super) struct Key {
    /// What it is imported and removed by.
    pub(super) id: String,
    /// The text that holds its [`Name`], if it has one.
    pub(super) name: String,
}

/// What a key is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// As it is made.
    First,
    /// With all changed that can be changed in place.
    Second,
}

/// The cloud that this environment leads to, without a provider block.
///
/// # Errors
///
/// Something is not configured that a test needs. The provider says so itself, or with the first call.
pub(super) fn connect<V: Vendor>(environment: Environment) -> Result<V, Error> {
    let host = Host {
        environment: environment.clone(),
        read: |path| std::fs::read(path).map(Into::into),
        write: |_, _| Err(std::io::ErrorKind::Unsupported.into()),
        clock: Utc::now,
        random_fraction: random::fraction,
        random_secret: random::secret,
        version: env!("CARGO_PKG_VERSION"),
    };
    let configuration = Configuration {
        records: Default::default(),
        host,
        terraform_version: "live".to_owned(),
        stop: Default::default(),
    };
    let client = V::Client::configure(empty(), &configuration).map_err(|invalid| {
        let issues = invalid.into_iter().map(|invalid| invalid.issue.message);
        Error::new("", Kind::Invalid, issues.collect::<Vec<_>>().join("; "))
    })?;
    client.summary().map_err(Clone::clone)?;
    V::new(client, &environment)
}

/// How long one call may take.
pub(super) fn deadline() -> Deadline {
    Deadline::at(Instant::now() + Duration::from_secs(60))
}

/// A provider block with nothing in it.
pub(super) fn empty<B: Block>() -> B {
    B::from_object(&B::schema().empty_object()).expect("an empty block fits its own schema")
}

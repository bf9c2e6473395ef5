//! The provider: which clouds it serves under which name, and its block.

mod name;

use std::iter;
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

pub use self::name::Name;
use crate::clouds;
use crate::framework::Diagnostic;
use crate::framework::managed::Handler;
use crate::framework::records::Records;
use crate::framework::{Cloud, Configuration, Configured, DataSourceHandler, ListHandler, validate};
use crate::host::Host;
use crate::schema::{NestedBlock, Nesting, Schema};
use crate::value::{Object, Path, Step, Value};

const DOC: &str = "\
Manages API keys on AWS API Gateway, Tencent Cloud API Gateway and Scaleway IAM.

Resource types, arguments, defaults, import ids and states are those of the official providers.

Each resource and data source must set `provider = apikeys`. Otherwise Terraform takes the first word of its type for the name of its
provider: `aws_api_gateway_api_key` would belong to `hashicorp/aws`. The entry in `required_providers` is required, too.

The file name selects which of four providers the binary serves. `apikeys/apikeys` serves all three clouds, each with its own block, as on this
page. `apikeys/aws`, `apikeys/tencentcloud` and `apikeys/scaleway` serve one cloud in place of the official provider: the arguments of the
cloud's block on this page are arguments of the provider block itself, and resources and data sources need no `provider` argument.

A cloud without a block takes its settings from the environment. Missing credentials are an error only when a key of that cloud is used. See
the authentication guides for all sources of settings and their order: [AWS](guides/aws-authentication.md),
[Tencent Cloud](guides/tencentcloud-authentication.md), [Scaleway](guides/scaleway-authentication.md).";

/// A provider: one cloud with its settings flat in the provider block, or all of them with a nested block each.
pub struct Provider {
    name: Name,
    clouds: Vec<Cloud>,
    other_clouds: Vec<&'static str>,
    host: Host,
    records: Records,
    stop: Mutex<CancellationToken>,
}

impl Provider {
    /// The provider that a program file of this name is. Nothing is connected or read yet.
    pub fn of_program(program: &std::path::Path, host: Host, records: Records) -> Self {
        let mut clouds = clouds::all(host.clock);
        let name = Name::of_program(program, clouds.iter().map(|cloud| cloud.name));
        let others = clouds.iter().map(|cloud| cloud.name);
        let other_clouds = others.filter(|cloud| !name.serves(cloud)).collect();
        clouds.retain(|cloud| name.serves(cloud.name));
        Self {
            name,
            clouds,
            other_clouds,
            host,
            records,
            stop: Mutex::default(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The source addresses it is used under: its own, and that of the official provider whose place it takes. They have no host:
    /// Terraform and OpenTofu take each the registry of its own for it.
    pub fn addresses(&self) -> Vec<String> {
        let official = self.only_cloud().map(|cloud| cloud.official.to_owned());
        iter::once(own_address(&self.name)).chain(official).collect()
    }

    /// The clouds it serves.
    pub fn clouds(&self) -> &[Cloud] {
        &self.clouds
    }

    /// The cloud whose official provider's place it takes.
    pub fn only_cloud(&self) -> Option<&Cloud> {
        match (&self.name, self.clouds.as_slice()) {
            (Name::Cloud(_), [cloud]) => Some(cloud),
            _ => None,
        }
    }

    /// The names of the clouds that it would serve under another name.
    pub fn other_clouds(&self) -> &[&'static str] {
        &self.other_clouds
    }

    /// Its resources.
    pub fn resources(&self) -> impl Iterator<Item = &dyn Handler> {
        self.clouds.iter().flat_map(|cloud| &cloud.resources).map(AsRef::as_ref)
    }

    /// The resource of this type.
    pub fn resource(&self, type_name: &str) -> Option<&dyn Handler> {
        self.resources().find(|resource| resource.type_name() == type_name)
    }

    /// Its data sources.
    pub fn data_sources(&self) -> impl Iterator<Item = &dyn DataSourceHandler> {
        self.clouds
            .iter()
            .flat_map(|cloud| &cloud.data_sources)
            .map(AsRef::as_ref)
    }

    /// The data source of this type.
    pub fn data_source(&self, type_name: &str) -> Option<&dyn DataSourceHandler> {
        self.data_sources().find(|source| source.type_name() == type_name)
    }

    /// Its list resources.
    pub fn lists(&self) -> impl Iterator<Item = &dyn ListHandler> {
        self.clouds.iter().flat_map(|cloud| &cloud.lists).map(AsRef::as_ref)
    }

    /// The list resource of this type.
    pub fn list(&self, type_name: &str) -> Option<&dyn ListHandler> {
        self.lists().find(|list| list.type_name() == type_name)
    }

    /// The providers whose resources of this type have the same states, as namespace and name: the official one, and this program under
    /// each of its names.
    pub fn predecessors(&self, type_name: &str) -> Vec<String> {
        let has_it = |cloud: &&Cloud| cloud.resources.iter().any(|resource| resource.type_name() == type_name);
        let cloud = self.clouds.iter().find(has_it);
        cloud.map_or_else(Vec::new, |cloud| {
            let own = [Name::All, Name::Cloud(cloud.name)].map(|name| own_address(&name));
            iter::once(cloud.official.to_owned()).chain(own).collect()
        })
    }

    /// The schema of the provider block.
    pub fn schema(&self) -> Schema {
        match self.only_cloud() {
            Some(cloud) => cloud.block(),
            None => Schema {
                doc: DOC,
                attributes: Vec::new(),
                blocks: self.clouds.iter().map(nested).collect(),
            },
        }
    }

    /// What is wrong with a provider block. Values may be unknown.
    pub fn validate(&self, config: &Object) -> Vec<Diagnostic> {
        validate(&self.schema(), &self.settled(config))
            .into_iter()
            .map(Diagnostic::from)
            .collect()
    }

    /// Connects the resources by what the provider block says. Makes no call.
    pub fn configure(&self, config: &Object, terraform_version: String) -> Vec<Diagnostic> {
        let configuration = Configuration {
            host: self.host.clone(),
            records: self.records.clone(),
            terraform_version,
            stop: self.begin(),
        };
        let config = self.settled(config);
        if let Some(cloud) = self.only_cloud() {
            let Configured { diagnostics, unusable } = cloud.configure(&config, &configuration);
            return diagnostics.into_iter().chain(unusable).collect();
        }
        // Which of the clouds is used shows in the plan only, and so does a configuration that cannot be used.
        let told = self.clouds.iter().flat_map(|cloud| {
            let configured = match config.get(cloud.name) {
                Some(Value::Object(block)) => cloud.configure(block, &configuration),
                _ => cloud.configure(&cloud.block().empty_object(), &configuration),
            };
            within(cloud.name, configured.diagnostics)
        });
        told.collect()
    }

    /// The provider block as it counts.
    fn settled(&self, config: &Object) -> Object {
        if let Some(cloud) = self.only_cloud() {
            return cloud.settled(config);
        }
        let mut settled = config.clone();
        for cloud in &self.clouds {
            if let Some(Value::Object(block)) = settled.get_mut(cloud.name) {
                *block = cloud.settled(block);
            }
        }
        settled
    }

    /// Ends the waits of the current configuration. Calls in flight go on, and so does the provider.
    pub fn stop(&self) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// A fresh stop signal: under a debugger one process serves many runs, and an old stop must not end a new one.
    fn begin(&self) -> CancellationToken {
        let fresh = CancellationToken::new();
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }
}

/// The source address of this program under a name.
fn own_address(name: &Name) -> String {
    format!("apikeys/{name}")
}

fn nested(cloud: &Cloud) -> NestedBlock {
    let schema = cloud.block();
    NestedBlock {
        name: cloud.name,
        doc: schema.doc,
        nesting: Nesting::Single,
        schema,
    }
}

fn within(block: &str, told: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let moved = told.into_iter().map(|diagnostic| {
        let path = diagnostic.path.map(|path| {
            let outer = Step::Attribute(block.to_owned());
            Path([outer].into_iter().chain(path.0).collect())
        });
        Diagnostic { path, ..diagnostic }
    });
    moved.collect()
}

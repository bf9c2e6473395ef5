//! Calls with values in our own terms.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::protocol::proto::tfplugin6::provider_client::ProviderClient;
use std::collections::BTreeMap;
use std::path::Path;

use apikeys::provider::Provider;
use apikeys::schema::Schema;
use apikeys::value::{Object, Value, msgpack};
use sandbox::Sandbox;
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::host::Host;
use crate::launch::Launch;
use crate::provider::provider;

/// A provider under one of its names, with the process it runs in.
pub struct Provided {
    /// The process, and the connection to it.
    pub host: Host,
    /// The same provider in this process, for its schemas.
    pub provider: Provider,
    _folder: TempDir,
}

impl Provided {
    /// Starts the program under a name, with the environment of a sandbox.
    pub async fn start(program: impl AsRef<Path>, name: &str, sandbox: Option<&Sandbox>) -> Self {
        Self::start_in(program, name, sandbox.map(Sandbox::environment).unwrap_or_default()).await
    }

    async fn start_in(program: impl AsRef<Path>, name: &str, environment: BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join(format!("terraform-provider-{name}"));
        std::os::unix::fs::symlink(program, &named).unwrap();
        let mut launch = Launch::new(&named);
        for (name, value) in environment {
            launch = launch.variable(&name, value);
        }
        Self {
            host: launch.host().await,
            provider: provider(&named),
            _folder: folder,
        }
    }

    /// Starts it and hands it an empty provider block.
    pub async fn configured(program: impl AsRef<Path>, name: &str, sandbox: &Sandbox) -> Self {
        Self::configured_in(program, name, sandbox.environment()).await
    }

    /// The same with this environment.
    pub async fn configured_in(program: impl AsRef<Path>, name: &str, environment: BTreeMap<String, String>) -> Self {
        let provided = Self::start_in(program, name, environment).await;
        let schema = provided.provider.schema();
        let request = pb::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: message(&schema, Some(schema.empty_object())),
            client_capabilities: None,
        };
        let response = provided.rpc().configure_provider(request).await.unwrap().into_inner();
        assert_eq!(response.diagnostics, []);
        provided
    }

    /// A client of its services.
    pub fn rpc(&self) -> ProviderClient<Channel> {
        self.host.provider()
    }

    /// The schema of a resource.
    pub fn schema(&self, type_name: &str) -> &Schema {
        self.provider.resource(type_name).unwrap().schema()
    }

    /// The schema of a data source.
    pub fn data_schema(&self, type_name: &str) -> &Schema {
        self.provider.data_source(type_name).unwrap().schema()
    }

    /// Reads a data source with these arguments, the others null.
    pub async fn read_data<const N: usize>(
        &self,
        type_name: &str,
        arguments: [(&str, Value); N],
    ) -> pb::read_data_source::Response {
        let schema = self.data_schema(type_name);
        let mut config = schema.empty_object();
        for (name, value) in arguments {
            assert!(config.insert(name.to_owned(), value).is_some(), "{name}");
        }
        let request = pb::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: message(schema, Some(config)),
            ..Default::default()
        };
        self.rpc().read_data_source(request).await.unwrap().into_inner()
    }

    /// The schema of a resource's identity.
    pub fn identity_schema(&self, type_name: &str) -> &Schema {
        self.provider.resource(type_name).unwrap().identity_schema()
    }

    /// An object of a resource: these attributes, the others null.
    pub fn object<const N: usize>(&self, type_name: &str, values: [(&str, Value); N]) -> Object {
        let mut object = self.schema(type_name).empty_object();
        for (name, value) in values {
            assert!(object.insert(name.to_owned(), value).is_some(), "{name}");
        }
        object
    }

    /// Plans a change, with the configuration as what Terraform proposes.
    pub async fn plan(
        &self,
        type_name: &str,
        prior: Option<&Object>,
        config: Option<&Object>,
    ) -> pb::plan_resource_change::Response {
        let schema = self.schema(type_name);
        let request = pb::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: message(schema, prior.cloned()),
            proposed_new_state: message(schema, config.cloned()),
            config: message(schema, config.cloned()),
            prior_private: b"private".to_vec(),
            ..Default::default()
        };
        self.rpc().plan_resource_change(request).await.unwrap().into_inner()
    }

    /// Applies a planned change.
    pub async fn apply(
        &self,
        type_name: &str,
        prior: Option<&Object>,
        planned: Option<&Object>,
    ) -> pb::apply_resource_change::Response {
        let schema = self.schema(type_name);
        let request = pb::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: message(schema, prior.cloned()),
            planned_state: message(schema, planned.cloned()),
            config: message(schema, planned.cloned()),
            planned_private: b"private".to_vec(),
            ..Default::default()
        };
        self.rpc().apply_resource_change(request).await.unwrap().into_inner()
    }

    /// Reads the object of a state.
    pub async fn read(&self, type_name: &str, state: &Object) -> pb::read_resource::Response {
        let request = pb::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: message(self.schema(type_name), Some(state.clone())),
            private: b"private".to_vec(),
            ..Default::default()
        };
        self.rpc().read_resource(request).await.unwrap().into_inner()
    }

    /// The object in an answer; `None` for null.
    pub fn answered(&self, type_name: &str, value: Option<&pb::DynamicValue>) -> Option<Object> {
        let value = value.expect("a value in the answer");
        match msgpack::decode(&value.msgpack, &self.schema(type_name).ty()).unwrap() {
            Value::Object(object) => Some(object),
            Value::Null => None,
            other => panic!("{other:?}"),
        }
    }
}

/// An object as it goes over the wire; null where there is none.
pub fn message(schema: &Schema, object: Option<Object>) -> Option<pb::DynamicValue> {
    let value = object.map_or(Value::Null, Value::Object);
    Some(pb::DynamicValue {
        msgpack: msgpack::encode(&value, &schema.ty()).unwrap(),
        json: Vec::new(),
    })
}

/// The names of attributes that diagnostics point at, with their summaries.
pub fn pointed_at(diagnostics: &[pb::Diagnostic]) -> Vec<(String, String)> {
    use pb::attribute_path::step::Selector;
    let path = |diagnostic: &pb::Diagnostic| {
        let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
        let steps = steps.map(|step| match step.selector.as_ref().unwrap() {
            Selector::AttributeName(name) => name.clone(),
            Selector::ElementKeyString(key) => format!("[{key}]"),
            Selector::ElementKeyInt(index) => format!("[{index}]"),
        });
        steps.collect::<Vec<_>>().join(".")
    };
    diagnostics
        .iter()
        .map(|diagnostic| (path(diagnostic), diagnostic.summary.clone()))
        .collect()
}

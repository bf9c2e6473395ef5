//! As much of Terraform's core as these tests need: one resource, its state, and what core does with a provider's answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use apikeys::framework::managed::Handler;
use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::protocol::proto::tfplugin6::provider_client::ProviderClient;
use apikeys::provider::Provider;
use apikeys::schema::Schema;
use apikeys::value::{Object, Value, msgpack};
use sandbox::Sandbox;
use support::calls::message;
use support::host::Host;
use support::launch::Launch;
use tempfile::TempDir;
use tonic::transport::Channel;

use super::PROVIDER;

/// What a state holds of the resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub object: Object,
    /// Whether its creation failed after it had made something: it is to be replaced.
    pub tainted: bool,
}

pub type State = Option<Stored>;

/// A provider process, configured.
pub struct Process {
    pub host: Host,
    rpc: ProviderClient<Channel>,
}

/// Terraform, with a provider process and one resource.
#[derive(Clone)]
pub struct Terraform {
    rpc: ProviderClient<Channel>,
    type_name: &'static str,
    provider: Arc<Provider>,
}

/// What the user is told.
pub type Told = Vec<pb::Diagnostic>;

impl Process {
    /// Starts the provider of all clouds on a sandbox, and configures it with a few attempts for AWS, whose default is 25. `folder` is
    /// Terraform's working folder.
    pub async fn start(sandbox: &Sandbox, folder: &Arc<TempDir>, provider: &Provider) -> Self {
        let mut launch = Launch::new(PROVIDER)
            .plaintext()
            .variable("TF_LOG", "DEBUG")
            .within(folder);
        for (name, value) in sandbox.environment() {
            launch = launch.variable(&name, value);
        }
        let host = launch.host().await;
        let schema = provider.schema();
        let mut config = schema.empty_object();
        let aws = schema.blocks.iter().find(|block| block.name == "aws").unwrap();
        let mut block = aws.schema.empty_object();
        block.insert("max_retries".to_owned(), Value::Number(6_i64.into()));
        config.insert("aws".to_owned(), Value::Object(block));
        let request = pb::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: message(&schema, Some(config)),
            client_capabilities: None,
        };
        let rpc = host.provider();
        let configured = rpc.clone().configure_provider(request).await.unwrap().into_inner();
        assert_eq!(configured.diagnostics, []);
        Self { host, rpc }
    }

    /// Ends it as Terraform does. No [`Terraform`] may be left that has it.
    pub async fn end(self) {
        drop(self.rpc);
        self.host.shutdown().await;
    }

    pub fn terraform(&self, type_name: &'static str, provider: &Arc<Provider>) -> Terraform {
        Terraform {
            rpc: self.rpc.clone(),
            type_name,
            provider: provider.clone(),
        }
    }
}

impl Terraform {
    fn schema(&self) -> &Schema {
        self.provider.resource(self.type_name).map(Handler::schema).unwrap()
    }

    /// An object of the resource: these values, the others null.
    pub fn object(&self, values: &BTreeMap<&'static str, Value>) -> Object {
        let mut object = self.schema().empty_object();
        for (name, value) in values {
            assert!(object.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
        }
        object
    }

    /// An object of the resource's `timeouts`: the same for every operation.
    pub fn timeouts(&self, time: &str) -> Value {
        let block = self
            .schema()
            .blocks
            .iter()
            .find(|block| block.name == "timeouts")
            .unwrap();
        let names = ["create", "read", "update", "delete"];
        let mut object = block.schema.empty_object();
        object.extend(names.map(|name| (name.to_owned(), time.into())));
        Value::Object(object)
    }

    /// Stops what waits, as Ctrl-C does.
    pub async fn stop(&self) {
        self.rpc
            .clone()
            .stop_provider(pb::stop_provider::Request {})
            .await
            .unwrap();
    }

    /// Shows the provider what is stored, as at the beginning of every plan.
    pub async fn show(&self, state: &State) {
        let Some(stored) = state else { return };
        let stored_json = json(&Value::Object(stored.object.clone())).to_string();
        let request = pb::upgrade_resource_state::Request {
            type_name: self.type_name.to_owned(),
            raw_state: Some(pb::RawState {
                json: stored_json.into_bytes(),
                flatmap: Default::default(),
            }),
            ..Default::default()
        };
        let answer = self
            .rpc
            .clone()
            .upgrade_resource_state(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.diagnostics, []);
        let shown = self.answered(answer.upgraded_state.as_ref());
        assert!(shown.as_ref() == Some(&stored.object), "{shown:?}");
    }

    /// Looks at the object. What is refused leaves the state as it is.
    pub async fn refresh(&self, state: &mut State) -> Told {
        let Some(stored) = state else { return Vec::new() };
        let request = pb::read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: message(self.schema(), Some(stored.object.clone())),
            ..Default::default()
        };
        let answer = self.rpc.clone().read_resource(request).await.unwrap().into_inner();
        if !is_refused(&answer.diagnostics) {
            let object = self.answered(answer.new_state.as_ref());
            *state = object.map(|object| Stored {
                object,
                ..stored.clone()
            });
        }
        answer.diagnostics
    }

    /// Takes an object into the state.
    pub async fn import(&self, id: &str, state: &mut State) -> Told {
        let request = pb::import_resource_state::Request {
            type_name: self.type_name.to_owned(),
            id: id.to_owned(),
            ..Default::default()
        };
        let answer = self
            .rpc
            .clone()
            .import_resource_state(request)
            .await
            .unwrap()
            .into_inner();
        let mut told = answer.diagnostics;
        if is_refused(&told) {
            return told;
        }
        let object = self.answered(answer.imported_resources[0].state.as_ref()).unwrap();
        let mut imported = Some(Stored { object, tainted: false });
        let read = self.refresh(&mut imported).await;
        if !is_refused(&read) {
            *state = imported;
        }
        told.extend(read);
        told
    }

    /// What a plan would make of the object, and whether that is anything else than what the state holds.
    pub async fn is_planned_unchanged(&self, config: Option<&Object>, state: &State) -> bool {
        match (config, state) {
            (None, None) => true,
            (Some(config), Some(stored)) if !stored.tainted => {
                let (planned, replaced, _) = self.plan(config, Some(&stored.object)).await;
                !replaced && planned.as_ref() == Some(&stored.object)
            }
            _ => false,
        }
    }

    /// Plans, and does what was planned, up to the first error.
    pub async fn apply(&self, config: Option<&Object>, state: &mut State) -> Told {
        let Some(config) = config else {
            return self.destroy(state).await;
        };
        let mut told = Vec::new();
        if let Some(stored) = state.clone().filter(|stored| !stored.tainted) {
            let (planned, replaced, diagnostics) = self.plan(config, Some(&stored.object)).await;
            told.extend(diagnostics);
            match planned {
                _ if is_refused(&told) => return told,
                Some(planned) if !replaced => {
                    if planned != stored.object {
                        told.extend(self.change(Some(&stored.object), Some(&planned), state).await);
                    }
                    return told;
                }
                _ => {}
            }
        }
        told.extend(self.destroy(state).await);
        if is_refused(&told) {
            return told;
        }
        let (planned, _, diagnostics) = self.plan(config, None).await;
        told.extend(diagnostics);
        if !is_refused(&told) {
            told.extend(self.change(None, planned.as_ref(), state).await);
        }
        told
    }

    async fn destroy(&self, state: &mut State) -> Told {
        match state.clone() {
            Some(stored) => self.change(Some(&stored.object), None, state).await,
            None => Vec::new(),
        }
    }

    async fn plan(&self, config: &Object, prior: Option<&Object>) -> (Option<Object>, bool, Told) {
        let request = pb::plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: message(self.schema(), prior.cloned()),
            proposed_new_state: message(self.schema(), Some(config.clone())),
            config: message(self.schema(), Some(config.clone())),
            ..Default::default()
        };
        let answer = self
            .rpc
            .clone()
            .plan_resource_change(request)
            .await
            .unwrap()
            .into_inner();
        let planned = self.answered(answer.planned_state.as_ref());
        (planned, !answer.requires_replace.is_empty(), answer.diagnostics)
    }

    /// The state is what the provider says, with an error too. What a failed creation has made is tainted.
    async fn change(&self, prior: Option<&Object>, planned: Option<&Object>, state: &mut State) -> Told {
        let request = pb::apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: message(self.schema(), prior.cloned()),
            planned_state: message(self.schema(), planned.cloned()),
            config: message(self.schema(), planned.cloned()),
            ..Default::default()
        };
        let answer = self
            .rpc
            .clone()
            .apply_resource_change(request)
            .await
            .unwrap()
            .into_inner();
        let is_refused = is_refused(&answer.diagnostics);
        let object = self.answered(answer.new_state.as_ref());
        if let Some(object) = &object {
            assert!(object.values().all(Value::is_wholly_known), "{object:?}");
        }
        if let (false, Some(planned), Some(object)) = (is_refused, planned, &object) {
            for (name, value) in planned.iter().filter(|(_, value)| value.is_wholly_known()) {
                assert!(object[name] == *value, "{name} is not as planned");
            }
        }
        let tainted = is_refused && prior.is_none();
        *state = object.map(|object| Stored { object, tainted });
        answer.diagnostics
    }

    fn answered(&self, value: Option<&pb::DynamicValue>) -> Option<Object> {
        match msgpack::decode(&value?.msgpack, &self.schema().ty()).unwrap() {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// The id of what a state holds; empty where it holds nothing.
pub fn id_of(state: &State) -> String {
    let id = state.as_ref().and_then(|stored| stored.object["id"].as_str());
    id.unwrap_or_default().to_owned()
}

/// Whether there is an error among diagnostics.
pub fn is_refused(told: &Told) -> bool {
    let error = pb::diagnostic::Severity::Error;
    told.iter().any(|diagnostic| diagnostic.severity() == error)
}

/// A value as Terraform stores it.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Unknown => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        Value::String(text) => text.as_str().into(),
        Value::List(elements) => elements.iter().map(json).collect(),
        Value::Set(elements) => elements.iter().map(json).collect(),
        Value::Map(entries) | Value::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), json(value)));
            serde_json::Value::Object(entries.collect())
        }
    }
}

//! As much of Terraform's core as `terraform query` needs, in versions 1.14 to 1.16. A check that fails there as "a bug in the provider"
//! panics here.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::{Object, Value, msgpack};
use support::calls::message;
use tonic::Streaming;

use super::terraform::{Core, Told};

/// An element of a query's result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) display_name: String,
    pub(crate) identity: Object,
    pub(crate) object: Option<Object>,
}

/// What a `list` block says.
#[derive(Clone, Default)]
pub(crate) struct Query {
    /// The arguments in its `config` block; the others are null, as all are without the block.
    pub(crate) config: Vec<(&'static str, Value)>,
    /// 100 without.
    pub(crate) limit: Option<i64>,
    pub(crate) include_resource: bool,
}

/// The results so far of a query that goes on.
pub(crate) struct Results<'p> {
    core: &'p Core<'p>,
    events: Streaming<pb::list_resource::Event>,
    is_included: bool,
}

impl Query {
    pub(crate) fn of<const N: usize>(config: [(&'static str, Value); N]) -> Self {
        Self {
            config: config.into(),
            ..Self::default()
        }
    }

    pub(crate) fn limited(self, limit: i64) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    pub(crate) fn with_objects(self) -> Self {
        Self {
            include_resource: true,
            ..self
        }
    }
}

impl Core<'_> {
    /// Runs a query. An error leaves none of its results.
    pub(crate) async fn query(&self, query: &Query) -> Result<Vec<Found>, Told> {
        self.validate_query(query).await?;
        let mut results = self.begin(query).await;
        let mut found = Vec::new();
        // What is left is cancelled when the stream is dropped.
        while (found.len() as i64) < query.limit.unwrap_or(100) {
            match results.next().await? {
                Some(one) => found.push(one),
                None => break,
            }
        }
        Ok(found)
    }

    pub(crate) async fn validate_query(&self, query: &Query) -> Result<(), Told> {
        // The fields for the limit and for objects are left unset up to 1.16.
        let request = pb::validate_list_resource_config::Request {
            type_name: self.resource.to_owned(),
            config: self.list_config(query),
            ..Default::default()
        };
        let answer = self.provided.rpc().validate_list_resource_config(request).await;
        failed(&answer.unwrap().into_inner().diagnostics)
    }

    /// Begins to read a query without having it validated.
    pub(crate) async fn begin(&self, query: &Query) -> Results<'_> {
        let request = pb::list_resource::Request {
            type_name: self.resource.to_owned(),
            config: self.list_config(query),
            include_resource_object: query.include_resource,
            limit: query.limit.unwrap_or(100),
        };
        Results {
            core: self,
            events: self.provided.rpc().list_resource(request).await.unwrap().into_inner(),
            is_included: query.include_resource,
        }
    }

    /// The configuration that is generated for an object. Terraform writes it without its sensitive attributes.
    pub(crate) async fn generate(&self, object: &Object) -> Result<Object, Told> {
        let schema = self.provided.schema(self.resource);
        let request = pb::generate_resource_config::Request {
            type_name: self.resource.to_owned(),
            state: message(schema, Some(object.clone())),
        };
        let answer = self.provided.rpc().generate_resource_config(request).await;
        let answer = answer.unwrap().into_inner();
        failed(&answer.diagnostics)?;
        Ok(self
            .provided
            .answered(self.resource, answer.config.as_ref())
            .expect("a configuration"))
    }

    fn list_config(&self, query: &Query) -> Option<pb::DynamicValue> {
        let schema = self.provided.provider.list(self.resource).unwrap().schema();
        let mut config = schema.empty_object();
        for (name, value) in &query.config {
            assert!(config.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
        }
        message(schema, Some(config))
    }
}

impl Results<'_> {
    /// The next result; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Found>, Told> {
        let Some(event) = self.events.message().await.expect("no gRPC status") else {
            return Ok(None);
        };
        failed(&event.diagnostic)?;
        assert_eq!(event.diagnostic, [], "one without an identity would be skipped");
        let identity = self.core.identity_in(event.identity.as_ref());
        let object = event.resource_object.map(|object| {
            let schema = self.core.provided.schema(self.core.resource);
            match msgpack::decode(&object.msgpack, &schema.ty()).unwrap() {
                Value::Object(object) => object,
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(object.is_some(), self.is_included);
        assert!(object.iter().flatten().all(|(_, value)| value.is_wholly_known()));
        assert!(!event.display_name.is_empty());
        Ok(Some(Found {
            display_name: event.display_name,
            identity: identity.expect("an identity in every event"),
            object,
        }))
    }
}

fn failed(diagnostics: &[pb::Diagnostic]) -> Result<(), Told> {
    let is_error = |diagnostic: &pb::Diagnostic| diagnostic.severity() == pb::diagnostic::Severity::Error;
    match diagnostics.iter().any(is_error) {
        true => Err(diagnostics.to_vec()),
        false => Ok(()),
    }
}

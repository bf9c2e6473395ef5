//! As much of Terraform's core as identities need: what it sends, what it stores, and what it checks of every answer in versions 1.12 to
//! 1.16. A check that fails there as "a bug in the provider" panics here.

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::schema::Schema;
use apikeys::value::{Object, Value, msgpack};
use support::calls::{Provided, message};

/// Core, with one resource of a provider.
pub(crate) struct Core<'p> {
    pub(crate) provided: &'p Provided,
    pub(crate) resource: &'static str,
}

/// What a state holds of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stored {
    pub(crate) object: Object,
    pub(crate) private: Vec<u8>,
    /// None in a state that a version before 1.12 has written.
    pub(crate) identity: Option<Object>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Delete,
}

/// What a plan holds of an object.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) action: Action,
    pub(crate) identity: Option<Object>,
    pub(crate) prior: Option<Stored>,
    pub(crate) config: Option<Object>,
    pub(crate) object: Option<Object>,
    pub(crate) private: Vec<u8>,
}

/// The errors and warnings of an answer with an error.
pub(crate) type Told = Vec<pb::Diagnostic>;

impl Core<'_> {
    /// An object of the resource: these attributes, the others null.
    pub(crate) fn object<const N: usize>(&self, values: [(&str, Value); N]) -> Object {
        self.provided.object(self.resource, values)
    }

    /// An identity of the resource: these attributes, the others null.
    pub(crate) fn identity<const N: usize>(&self, values: [(&str, &str); N]) -> Object {
        let mut identity = self.identity_schema().empty_object();
        for (name, value) in values {
            assert!(identity.insert(name.to_owned(), value.into()).is_some(), "{name}");
        }
        identity
    }

    /// Plans, and for a replacement plans the new object by itself.
    pub(crate) async fn plan(&self, prior: Option<&Stored>, config: Option<&Object>) -> Result<Planned, Told> {
        let none = Stored {
            object: Object::new(),
            private: Vec::new(),
            identity: None,
        };
        let (mut action, mut answer) = self.plan_once(prior, prior.unwrap_or(&none), config).await?;
        if action == Action::Replace {
            let kept = Stored {
                private: answer.planned_private,
                identity: self.identity_in(answer.planned_identity.as_ref()),
                ..none
            };
            (_, answer) = self.plan_once(None, &kept, config).await?;
            action = Action::Replace;
        }
        Ok(Planned {
            action,
            identity: self.identity_in(answer.planned_identity.as_ref()),
            prior: prior.cloned(),
            config: config.cloned(),
            object: self.provided.answered(self.resource, answer.planned_state.as_ref()),
            private: answer.planned_private,
        })
    }

    async fn plan_once(
        &self,
        prior: Option<&Stored>,
        kept: &Stored,
        config: Option<&Object>,
    ) -> Result<(Action, pb::plan_resource_change::Response), Told> {
        let schema = self.schema();
        let prior = prior.map(|prior| prior.object.clone());
        let request = pb::plan_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: message(schema, prior.clone()),
            proposed_new_state: message(schema, config.cloned()),
            config: message(schema, config.cloned()),
            prior_private: kept.private.clone(),
            prior_identity: self.sent(kept.identity.as_ref()),
            ..Default::default()
        };
        let answer = self
            .provided
            .rpc()
            .plan_resource_change(request)
            .await
            .unwrap()
            .into_inner();
        failed(&answer.diagnostics)?;
        let planned = self.provided.answered(self.resource, answer.planned_state.as_ref());
        let action = match (&prior, &planned) {
            (_, None) => Action::Delete,
            (None, _) => Action::Create,
            _ if !answer.requires_replace.is_empty() => Action::Replace,
            (prior, planned) if prior == planned => Action::NoOp,
            _ => Action::Update,
        };
        self.identity_in(answer.planned_identity.as_ref());
        Ok((action, answer))
    }

    /// Applies a plan, a replacement by removing the old object first. Gives what the state holds afterwards.
    pub(crate) async fn apply(&self, planned: &Planned) -> (Option<Stored>, Told) {
        let old = planned.prior.as_ref();
        if planned.action == Action::NoOp {
            return (old.cloned(), Vec::new());
        }
        if planned.action != Action::Replace {
            return self.apply_once(old, planned).await;
        }
        let removal = Planned {
            action: Action::Delete,
            object: None,
            identity: None,
            ..planned.clone()
        };
        let (left, told) = self.apply_once(old, &removal).await;
        if left.is_some() {
            return (left, told);
        }
        self.apply_once(None, planned).await
    }

    async fn apply_once(&self, prior: Option<&Stored>, planned: &Planned) -> (Option<Stored>, Told) {
        let schema = self.schema();
        let request = pb::apply_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: message(schema, prior.map(|prior| prior.object.clone())),
            planned_state: message(schema, planned.object.clone()),
            config: message(schema, planned.config.clone().filter(|_| planned.object.is_some())),
            planned_private: planned.private.clone(),
            planned_identity: self.sent(planned.identity.as_ref()),
            ..Default::default()
        };
        let answer = self
            .provided
            .rpc()
            .apply_resource_change(request)
            .await
            .unwrap()
            .into_inner();
        let identity = self.identity_in(answer.new_identity.as_ref());
        let object = match &answer.new_state {
            Some(_) => self.provided.answered(self.resource, answer.new_state.as_ref()),
            None => None,
        };
        let stored = object.map(|object| Stored {
            object,
            private: answer.private,
            identity,
        });
        let is_failed = failed(&answer.diagnostics).is_err();
        (
            stored.or_else(|| prior.cloned().filter(|_| is_failed)),
            answer.diagnostics,
        )
    }

    /// Refreshes. `None`: the object is gone.
    pub(crate) async fn read(&self, stored: &Stored) -> Result<Option<Stored>, Told> {
        let request = pb::read_resource::Request {
            type_name: self.resource.to_owned(),
            current_state: message(self.schema(), Some(stored.object.clone())),
            private: stored.private.clone(),
            current_identity: self.sent(stored.identity.as_ref()),
            ..Default::default()
        };
        let answer = self.provided.rpc().read_resource(request).await.unwrap().into_inner();
        let identity = self.identity_in(answer.new_identity.as_ref());
        failed(&answer.diagnostics)?;
        let object = self.provided.answered(self.resource, answer.new_state.as_ref());
        Ok(object.map(|object| Stored {
            object,
            private: answer.private,
            identity,
        }))
    }

    /// Imports by an id, and refreshes.
    pub(crate) async fn import(&self, id: &str) -> Result<Option<Stored>, Told> {
        self.import_by(id, None).await
    }

    /// Imports by an identity, and refreshes.
    pub(crate) async fn import_identity(&self, identity: &Object) -> Result<Option<Stored>, Told> {
        self.import_by("", Some(identity)).await
    }

    async fn import_by(&self, id: &str, identity: Option<&Object>) -> Result<Option<Stored>, Told> {
        let request = pb::import_resource_state::Request {
            type_name: self.resource.to_owned(),
            id: id.to_owned(),
            identity: self.sent(identity),
            ..Default::default()
        };
        let answer = self
            .provided
            .rpc()
            .import_resource_state(request)
            .await
            .unwrap()
            .into_inner();
        failed(&answer.diagnostics)?;
        let [imported] = answer.imported_resources.try_into().expect("one resource");
        assert_eq!(imported.type_name, self.resource);
        let known = self.identity_in(imported.identity.as_ref());
        assert!(
            identity.is_none() || known.is_some(),
            "an import by identity returns one"
        );
        let object = self.provided.answered(self.resource, imported.state.as_ref());
        let stored = Stored {
            object: object.expect("an imported state"),
            private: imported.private,
            identity: known,
        };
        self.read(&stored).await
    }

    /// Moves a state from another provider to this one. No private data that the other has stored is to come over.
    pub(crate) async fn moved(&self, request: pb::move_resource_state::Request) -> Result<Stored, Told> {
        let answer = self
            .provided
            .rpc()
            .move_resource_state(request)
            .await
            .unwrap()
            .into_inner();
        failed(&answer.diagnostics)?;
        let object = self.provided.answered(self.resource, answer.target_state.as_ref());
        let object = object.expect("a moved state");
        assert!(object.values().all(Value::is_wholly_known));
        Ok(Stored {
            object,
            private: answer.target_private,
            identity: self.identity_in(answer.target_identity.as_ref()),
        })
    }

    fn schema(&self) -> &Schema {
        self.provided.schema(self.resource)
    }

    fn identity_schema(&self) -> &Schema {
        self.provided.identity_schema(self.resource)
    }

    /// An identity as it is sent: not at all where there is none.
    fn sent(&self, identity: Option<&Object>) -> Option<pb::ResourceIdentityData> {
        let identity_data = message(self.identity_schema(), Some(identity?.clone()));
        Some(pb::ResourceIdentityData { identity_data })
    }

    /// The identity in an answer, which fits its schema and is known. Terraform would take an unknown one for an object that is planned to
    /// be made; OpenTofu 1.12 cannot store such a plan.
    pub(crate) fn identity_in(&self, data: Option<&pb::ResourceIdentityData>) -> Option<Object> {
        let data = data?.identity_data.as_ref()?;
        match msgpack::decode(&data.msgpack, &self.identity_schema().ty()).unwrap() {
            Value::Null => None,
            Value::Object(identity) => {
                let is_known = identity.values().all(Value::is_wholly_known);
                assert!(is_known, "unknown: {identity:?}");
                Some(identity)
            }
            other => panic!("{other:?}"),
        }
    }
}

fn failed(diagnostics: &[pb::Diagnostic]) -> Result<(), Told> {
    let is_error = |diagnostic: &pb::Diagnostic| diagnostic.severity() == pb::diagnostic::Severity::Error;
    match diagnostics.iter().any(is_error) {
        true => Err(diagnostics.to_vec()),
        false => Ok(()),
    }
}

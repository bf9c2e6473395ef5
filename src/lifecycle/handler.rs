//! From Terraform's calls to a resource's functions: decode everything first, act second, encode last.

use futures_util::future::BoxFuture;

use super::cloud::Connection;
use super::plan::{Plan, plan};
use super::{Error, Failure, Invalid, Kind, Resource, Settling, validate};
use crate::tf::block::Block;
use crate::tf::check::Complaint;
use crate::tf::{Diagnostic, Object, Path, Schema, Severity, Value};
use crate::world::Clock;

/// A resource without its types, as Terraform's calls find it.
pub trait Handler: Send + Sync {
    /// The resource's name in a configuration.
    fn type_name(&self) -> &'static str;

    /// Its declaration.
    fn schema(&self) -> &Schema;

    /// What is wrong with a configuration.
    fn validate(&self, config: &Object) -> Vec<Diagnostic>;

    /// Completes a stored state.
    fn upgrade(&self, state: Object) -> Outcome<Option<Object>>;

    /// Plans a create (no prior state) or an update.
    fn plan(&self, config: &Object, prior: Option<&Object>) -> Outcome<Option<Plan>>;

    /// Looks at the object. No state: it is gone. With an error the state is the prior one.
    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// Makes, changes (both states given) or removes (no planned state) the object. The state is what is true afterwards, with an
    /// error too.
    fn apply(&self, prior: Option<Object>, planned: Option<Object>) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// The state from which the object with this import id is read.
    fn import(&self, id: &str) -> Outcome<Option<Object>>;
}

/// What came of a call, and what the user is told.
#[derive(Debug)]
pub struct Outcome<T> {
    /// What came of it.
    pub value: T,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

/// The one implementation of [`Handler`].
pub struct Managed<R: Resource> {
    connection: Connection<R::Client>,
    clock: Clock,
    schema: Schema,
}

impl<R: Resource> Managed<R> {
    /// The handler of a resource on its cloud's connection.
    pub fn handler(connection: &Connection<R::Client>, clock: Clock) -> Box<dyn Handler> {
        Box::new(Self {
            connection: connection.clone(),
            clock,
            schema: R::State::schema(),
        })
    }

    fn client(&self) -> Result<std::sync::Arc<R::Client>, Error> {
        let missing = "the provider has not been configured";
        self.connection
            .client()
            .ok_or_else(|| Error::new("", Kind::NotConfigured, missing))
    }

    fn decode(&self, object: &Object) -> Result<R::State, Diagnostic> {
        R::State::from_object(object).ok_or_else(|| {
            let detail = format!(
                "An object of type {} does not fit its own schema. This is a defect of the provider.",
                R::TYPE
            );
            Diagnostic::error("Unreadable object", detail)
        })
    }

    async fn read_state(&self, prior: &Object) -> Result<Option<Object>, Diagnostic> {
        let state = self.decode(prior)?;
        let read = async { R::read(self.client()?.as_ref(), state).await };
        match read.await {
            Ok(state) => Ok(state.map(|state| known(state.to_object()))),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    async fn create(&self, planned: &Object) -> Result<Option<Object>, (Diagnostic, Option<Object>)> {
        let plan = self.decode(planned).map_err(|diagnostic| (diagnostic, None))?;
        let create = async { R::create(self.client()?.as_ref(), plan).await };
        let state = create
            .await
            .map_err(|failure| self.half_done("create", failure, None))?;
        Ok(Some(known(state.to_object())))
    }

    async fn update(&self, prior: &Object, planned: &Object) -> Result<Option<Object>, (Diagnostic, Option<Object>)> {
        let decoded = self.decode(prior).and_then(|state| Ok((state, self.decode(planned)?)));
        let (state, plan) = decoded.map_err(|diagnostic| (diagnostic, Some(prior.clone())))?;
        let update = async { R::update(self.client()?.as_ref(), state, plan).await };
        let state = update
            .await
            .map_err(|failure| self.half_done("update", failure, Some(prior)))?;
        Ok(Some(known(state.to_object())))
    }

    async fn delete(&self, prior: &Object) -> Result<Option<Object>, (Diagnostic, Option<Object>)> {
        let state = self
            .decode(prior)
            .map_err(|diagnostic| (diagnostic, Some(prior.clone())))?;
        let delete = async { R::delete(self.client()?.as_ref(), state).await };
        delete
            .await
            .map_err(|failure| self.half_done("delete", failure, Some(prior)))?;
        Ok(None)
    }

    fn half_done(
        &self,
        action: &str,
        failure: Failure<R::State>,
        before: Option<&Object>,
    ) -> (Diagnostic, Option<Object>) {
        let exists = failure.state.map(|state| known(state.to_object()));
        (self.failed(action, &failure.error), exists.or_else(|| before.cloned()))
    }

    fn failed(&self, action: &str, error: &Error) -> Diagnostic {
        let detail = match error.remedy() {
            Some(remedy) => format!("{error}\n\n{remedy}"),
            None => error.to_string(),
        };
        let diagnostic = Diagnostic::error(format!("Cannot {action} {}", R::TYPE), detail);
        match error.attribute {
            Some(attribute) => diagnostic.at(Path::attribute(attribute)),
            None => diagnostic,
        }
    }
}

impl<R: Resource> Handler for Managed<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Object) -> Vec<Diagnostic> {
        let mut invalid = validate(&self.schema, config);
        match self.decode(config) {
            Ok(config) => invalid.extend(R::check(&config)),
            Err(diagnostic) => return vec![diagnostic],
        }
        invalid.into_iter().map(Diagnostic::from).collect()
    }

    fn upgrade(&self, state: Object) -> Outcome<Option<Object>> {
        match self.decode(&state) {
            Ok(state) => Outcome::of(Some(R::upgrade(state).to_object())),
            Err(diagnostic) => Outcome::failed(None, diagnostic),
        }
    }

    fn plan(&self, config: &Object, prior: Option<&Object>) -> Outcome<Option<Plan>> {
        let mut told = Vec::new();
        let client = self.connection.client();
        let planned = plan(&self.schema, config, prior, |planned| {
            let settling = Settling {
                config: &self.decode(config)?,
                client: client.as_deref(),
                now: (self.clock)(),
            };
            let before = prior.map(|prior| self.decode(prior)).transpose()?;
            let mut typed = self.decode(planned)?;
            told = R::settle(&settling, before.as_ref(), &mut typed);
            *planned = typed.to_object();
            Ok(())
        });
        let mut diagnostics: Vec<_> = told.into_iter().map(Diagnostic::from).collect();
        let value = planned.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
        Outcome { value, diagnostics }
    }

    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            match self.read_state(&prior).await {
                Ok(state) => Outcome::of(state),
                Err(diagnostic) => Outcome::failed(Some(prior), diagnostic),
            }
        })
    }

    fn apply(&self, prior: Option<Object>, planned: Option<Object>) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            let applied = match (&prior, &planned) {
                (None, None) => Ok(None),
                (None, Some(planned)) => self.create(planned).await,
                (Some(prior), Some(planned)) => self.update(prior, planned).await,
                (Some(prior), None) => self.delete(prior).await,
            };
            match applied {
                Ok(state) => Outcome::of(state),
                Err((diagnostic, state)) => Outcome::failed(state, diagnostic),
            }
        })
    }

    fn import(&self, id: &str) -> Outcome<Option<Object>> {
        match R::import(id) {
            Ok(imported) => Outcome {
                value: Some(known(imported.state.to_object())),
                diagnostics: imported.warning.into_iter().collect(),
            },
            Err(complaint) => {
                let detail = format!("The import id {}.", complaint.message);
                Outcome::failed(None, Diagnostic::error(format!("Cannot import {}", R::TYPE), detail))
            }
        }
    }
}

impl<T> Outcome<T> {
    fn of(value: T) -> Self {
        Self {
            value,
            diagnostics: Vec::new(),
        }
    }

    fn failed(value: T, diagnostic: Diagnostic) -> Self {
        Self {
            value,
            diagnostics: vec![diagnostic],
        }
    }
}

impl From<Invalid> for Diagnostic {
    fn from(invalid: Invalid) -> Self {
        let name = invalid.path.name().unwrap_or("configuration").to_owned();
        let Complaint { severity, key, message } = invalid.complaint;
        let detail = match key {
            Some(key) => format!("The element \"{key}\" of \"{name}\" {message}."),
            None => format!("\"{name}\" {message}."),
        };
        let summary = match severity {
            Severity::Error => format!("Invalid {name}"),
            Severity::Warning => format!("Questionable {name}"),
        };
        let diagnostic = match severity {
            Severity::Error => Self::error(summary, detail),
            Severity::Warning => Self::warning(summary, detail),
        };
        diagnostic.at(invalid.path)
    }
}

/// A state without unknown values: what a service did not say is nothing.
fn known(object: Object) -> Object {
    let settle = |(name, value): (String, Value)| (name, if value.is_wholly_known() { value } else { Value::Null });
    object.into_iter().map(settle).collect()
}

//! From Terraform's calls to a resource's functions: decode everything first, act second, encode last.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::leftovers::Once;
use super::plan::{Plan, plan};
use super::{Resource, Settling, apply};
use crate::framework::Diagnostic;
use crate::framework::Outcome;
use crate::framework::context::{Task, known};
use crate::framework::registry::{Connection, Open};
use crate::framework::timeouts::Action;
use crate::framework::validate::{set_later, validate};
use crate::framework::{Error, Invalid, Kind};
use crate::host::Clock;
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::schema::check::Complaint;
use crate::schema::check::Severity;
use crate::value::{Object, Value};

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
    fn plan(&self, config: Object, prior: Option<Object>) -> BoxFuture<'_, Outcome<Option<Plan>>>;

    /// Looks at the object. No state: it is gone. With an error the state is the prior one.
    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// Makes, changes (both states given) or removes (no planned state) the object. The state is what is true afterwards, with an
    /// error too.
    fn apply(&self, prior: Option<Object>, planned: Option<Object>) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// Removes an object that was just made, since nobody is left to be told of it. Goes on although the provider was asked to stop.
    fn undo(&self, made: Object) -> BoxFuture<'_, ()>;

    /// The state from which the object with this import id is read.
    fn import(&self, id: &str) -> Outcome<Option<Object>>;
}

/// The one implementation of [`Handler`].
pub struct Managed<R: Resource> {
    connection: Connection<R::Client>,
    clock: Clock,
    schema: Schema,
    leftovers: Once,
}

impl<R: Resource> Managed<R> {
    /// The handler of a resource on its cloud's connection.
    pub fn handler(connection: &Connection<R::Client>, clock: Clock) -> Box<dyn Handler> {
        Box::new(Self {
            connection: connection.clone(),
            clock,
            schema: R::State::schema(),
            leftovers: Once::default(),
        })
    }

    fn open(&self) -> Result<Open<R::Client>, Error> {
        let missing = "the provider has not been configured";
        self.connection
            .opened()
            .ok_or_else(|| Error::new("", Kind::NotConfigured, missing))
    }

    fn task<'a>(&'a self, open: &'a Open<R::Client>, limit: Duration, prior: Option<Object>) -> Task<'a, R> {
        let deadline = Instant::now() + limit;
        Task::new(
            open.client.as_ref(),
            deadline,
            self.connection.known(),
            &open.records,
            &open.stop,
            prior,
        )
    }

    /// Takes note of an object that a state holds.
    fn own(&self, state: &Object) {
        if let Some(id) = state.get("id").and_then(Value::as_str) {
            self.connection.known().own(id);
        }
    }

    /// What is wrong with a configuration.
    fn invalid(&self, config: &Object) -> Result<Vec<Invalid>, Diagnostic> {
        let mut invalid = validate(&self.schema, config);
        invalid.extend(R::check(&decode::<R>(config)?));
        Ok(invalid)
    }

    fn planned(&self, config: &Object, prior: Option<&Object>) -> Outcome<Option<Plan>> {
        let mut told = set_later(&self.schema, config);
        match self.invalid(config) {
            // What is questionable only was said at validation.
            Ok(invalid) => told.extend(
                invalid
                    .into_iter()
                    .filter(|invalid| invalid.complaint.severity == Severity::Error),
            ),
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        }
        if !told.is_empty() {
            return Outcome {
                value: None,
                diagnostics: told.into_iter().map(Diagnostic::from).collect(),
            };
        }
        let open = self.connection.opened();
        let planned = plan(&self.schema, config, prior, |planned| {
            let settling = Settling {
                config: &decode::<R>(config)?,
                client: open.as_ref().map(|open| open.client.as_ref()),
                now: (self.clock)(),
            };
            let before = prior.map(decode::<R>).transpose()?;
            let mut typed = decode::<R>(planned)?;
            told = R::settle(&settling, before.as_ref(), &mut typed);
            *planned = typed.to_object();
            Ok(())
        });
        let mut diagnostics: Vec<_> = told.into_iter().map(Diagnostic::from).collect();
        let value = planned.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
        Outcome { value, diagnostics }
    }

    /// Warns of what interrupted runs have left behind.
    async fn leftovers(&self) -> Vec<Diagnostic> {
        let Some(open) = self.connection.opened() else {
            return Vec::new();
        };
        let task = self.task(&open, Action::Read.limit(&Object::new()), None);
        self.leftovers.warnings(&open.records, &task).await
    }

    async fn read_state(&self, prior: &Object) -> Result<Option<Object>, Diagnostic> {
        let state = decode::<R>(prior)?;
        let read = async {
            let open = self.open()?;
            let task = self.task(&open, Action::Read.limit(prior), Some(prior.clone()));
            R::read(&task, state).await
        };
        match read.await {
            Ok(state) => Ok(state.map(|state| known(state.to_object()))),
            Err(error) => Err(failed(Action::Read, R::TYPE, &error)),
        }
    }

    async fn applied(&self, prior: Option<Object>, planned: Option<Object>) -> Outcome<Option<Object>> {
        let (action, object) = match (&prior, &planned) {
            (_, Some(planned)) if prior.is_none() => (Action::Create, planned),
            (_, Some(planned)) => (Action::Update, planned),
            (Some(prior), None) => (Action::Delete, prior),
            (None, None) => return Outcome::of(None),
        };
        match self.open() {
            Ok(open) => {
                let task = self.task(&open, action.limit(object), prior.clone());
                apply::carry_out(&self.schema, &task, action, prior, planned).await
            }
            Err(error) => Outcome::failed(prior, failed(action, R::TYPE, &error)),
        }
    }

    async fn remove_again(&self, made: Object) -> Result<(), Error> {
        let Some(state) = R::State::from_object(&made) else {
            return Err(Error::new("", Kind::Invalid, "it does not fit its own schema"));
        };
        let open = self.open()?;
        let stop = CancellationToken::new();
        let deadline = Instant::now() + UNDOING;
        let known = self.connection.known();
        let task = Task::<R>::new(open.client.as_ref(), deadline, known, &open.records, &stop, None);
        loop {
            match R::delete(&task, state.clone()).await {
                // The waits between the client's own attempts have ended.
                Err(error) if error.kind == Kind::Stopped && Instant::now() < deadline => {
                    tokio::time::sleep(AGAIN).await;
                }
                done => {
                    done?;
                    break;
                }
            }
        }
        if let Some(id) = made.get("id").and_then(Value::as_str) {
            open.records.removed(id);
        }
        Ok(())
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
        match self.invalid(config) {
            Ok(invalid) => invalid.into_iter().map(Diagnostic::from).collect(),
            Err(diagnostic) => vec![diagnostic],
        }
    }

    fn upgrade(&self, state: Object) -> Outcome<Option<Object>> {
        let _visit = self.connection.known().visit();
        self.own(&state);
        if let (Some(open), Some(id)) = (self.connection.opened(), state.get("id").and_then(Value::as_str)) {
            open.records.shown(id);
        }
        match decode::<R>(&state) {
            Ok(state) => Outcome::of(Some(R::upgrade(state).to_object())),
            Err(diagnostic) => Outcome::failed(None, diagnostic),
        }
    }

    fn plan(&self, config: Object, prior: Option<Object>) -> BoxFuture<'_, Outcome<Option<Plan>>> {
        Box::pin(async move {
            let _visit = self.connection.known().visit();
            if let Some(prior) = &prior {
                self.own(prior);
            }
            if let Some(flaw) = self.connection.opened().and_then(|open| open.flaw) {
                return Outcome::failed(None, flaw);
            }
            let mut outcome = self.planned(&config, prior.as_ref());
            outcome.diagnostics.extend(self.leftovers().await);
            outcome
        })
    }

    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            let _visit = self.connection.known().visit();
            self.own(&prior);
            let mut outcome = match self.read_state(&prior).await {
                Ok(state) => Outcome::of(state),
                Err(diagnostic) => Outcome::failed(Some(prior), diagnostic),
            };
            outcome.diagnostics.extend(self.leftovers().await);
            outcome
        })
    }

    fn apply(&self, prior: Option<Object>, planned: Option<Object>) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            if let Some(prior) = &prior {
                self.own(prior);
            }
            self.applied(prior, planned).await
        })
    }

    fn undo(&self, made: Object) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let id = made.get("id").and_then(Value::as_str).unwrap_or("unknown").to_owned();
            match self.remove_again(made).await {
                Ok(()) => tracing::warn!(
                    resource = R::TYPE,
                    id,
                    "removed again: Terraform is gone and cannot record it"
                ),
                Err(error) => tracing::warn!(
                    resource = R::TYPE, id, reason = %error,
                    "left behind: Terraform is gone and cannot record it, and it could not be removed"
                ),
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

/// How long it may take to remove what nobody is told of.
const UNDOING: Duration = Duration::from_secs(60);

/// How long to wait between two attempts at that.
const AGAIN: Duration = Duration::from_millis(500);

/// Reads an object of a resource's own schema.
pub(super) fn decode<R: Resource>(object: &Object) -> Result<R::State, Diagnostic> {
    R::State::from_object(object).ok_or_else(|| {
        let detail = format!(
            "An object of type {} does not fit its own schema. This is a defect of the provider.",
            R::TYPE
        );
        Diagnostic::error("Unreadable object", detail)
    })
}

/// The diagnostic that an operation failed.
pub(super) fn failed(action: Action, type_name: &str, error: &Error) -> Diagnostic {
    error.diagnostic(format!("Cannot {} {type_name}", action.word()))
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

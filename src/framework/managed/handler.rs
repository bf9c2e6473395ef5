//! From Terraform's calls to a resource's functions: decode everything first, act second, encode last.

use std::sync::LazyLock;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::apply;
use super::generate;
use super::leftovers::LeftoverCheck;
use super::plan::{Plan, plan};
use super::recorder::{StateRecorder, nullify_unknowns};
use super::resource::{Imported, PlanContext, Resource, StateWriter, decode, mismatch};
use crate::framework::client::Connection;
use crate::framework::identity::merged;
use crate::framework::timeouts::Action;
use crate::framework::validate::{unknown_computed, validate};
use crate::framework::{Diagnostic, Error, Invalid, Kind, Outcome, Seed};
use crate::host::Clock;
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::schema::check::Severity;
use crate::value::Object;

/// A resource without its types, as Terraform's calls find it.
pub trait Handler: Send + Sync {
    /// The resource's name in a configuration.
    fn type_name(&self) -> &'static str;

    /// Its declaration.
    fn schema(&self) -> &Schema;

    /// The declaration of its identity.
    fn identity_schema(&self) -> &Schema;

    /// The identity of the object of a state, where this one was stored: completed by what is known now. An error if that is another.
    fn identity(&self, stored: Option<&Object>, state: &Object) -> Result<Object, Diagnostic>;

    /// What is wrong with a configuration.
    fn validate(&self, config: &Object) -> Vec<Diagnostic>;

    /// Completes a stored state.
    fn upgrade(&self, state: Object, writer: StateWriter) -> Outcome<Option<Object>>;

    /// Plans a create (no prior state) or an update.
    fn plan(&self, config: Object, prior: Option<Object>) -> BoxFuture<'_, Outcome<Option<Plan>>>;

    /// What the random values of a planned creation follow from: what an earlier plan of it has kept, or else a new seed. `None` where
    /// it has no random values.
    fn seed(&self, kept: Option<Seed>) -> Option<Seed>;

    /// Looks at the object. No state: it is gone. With an error the state is the prior one.
    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// Makes, changes (both states given) or removes (no planned state) the object. The state is what is true afterwards, with an
    /// error too. The seed is what the plan has kept.
    fn apply(
        &self,
        prior: Option<Object>,
        planned: Option<Object>,
        seed: Option<Seed>,
    ) -> BoxFuture<'_, Outcome<Option<Object>>>;

    /// Removes an object that was just made, since nobody is left to be told of it. Goes on although the provider was asked to stop.
    fn undo(&self, made: Object) -> BoxFuture<'_, ()>;

    /// The state from which the object with this import id is read.
    fn import(&self, id: &str) -> Outcome<Option<Object>>;

    /// The state from which the object with this identity is read.
    fn import_identity(&self, identity: &Object) -> Outcome<Option<Object>>;

    /// The configuration that a person would write for the object of a state.
    fn generate(&self, state: &Object) -> Outcome<Option<Object>>;
}

/// The one implementation of [`Handler`].
pub struct Managed<R: Resource> {
    connection: Connection<R::Client>,
    clock: Clock,
    /// Like that of the identity, built when it is first needed: a process serves few of the types that it has.
    schema: LazyLock<Schema>,
    identity: LazyLock<Schema>,
    leftovers: LeftoverCheck,
}

impl<R: Resource> Managed<R> {
    /// The handler of a resource on its cloud's connection.
    pub fn handler(connection: &Connection<R::Client>, clock: Clock) -> Box<dyn Handler> {
        Box::new(Self {
            connection: connection.clone(),
            clock,
            schema: LazyLock::new(R::State::schema),
            identity: LazyLock::new(R::Identity::schema),
            leftovers: LeftoverCheck::default(),
        })
    }

    /// Takes note of an object that a state holds.
    fn own(&self, state: &R::State) {
        if let Some(id) = R::object_id(state) {
            self.connection.ownership().own(&id);
        }
    }

    /// What is wrong with a configuration.
    fn invalid(&self, config: &Object) -> Result<Vec<Invalid>, Diagnostic> {
        let mut invalid = validate(&self.schema, config);
        invalid.extend(R::check(&decode::<R>(config)?));
        Ok(invalid)
    }

    fn planned(&self, config: &Object, prior: Option<&Object>) -> Outcome<Option<Plan>> {
        let mut told = unknown_computed(&self.schema, config);
        match self.invalid(config) {
            // What is questionable only was said at validation.
            Ok(invalid) => told.extend(
                invalid
                    .into_iter()
                    .filter(|invalid| invalid.issue.severity == Severity::Error),
            ),
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        }
        if !told.is_empty() {
            return Outcome {
                value: None,
                diagnostics: told.into_iter().map(Diagnostic::from).collect(),
            };
        }
        match self.customized(config, prior) {
            Ok((planned, told)) => Outcome {
                value: Some(planned),
                diagnostics: told.into_iter().map(Diagnostic::from).collect(),
            },
            Err(diagnostic) => Outcome::failed(None, diagnostic),
        }
    }

    /// The plan by a valid configuration, and what is wrong with it.
    fn customized(&self, config: &Object, prior: Option<&Object>) -> Result<(Plan, Vec<Invalid>), Diagnostic> {
        let open = self.connection.opened();
        let mut told = Vec::new();
        let planned = plan::<Diagnostic>(&self.schema, config, prior, |planned| {
            let context = PlanContext {
                config: &decode::<R>(config)?,
                client: open.as_ref().map(|open| open.client.as_ref()),
                now: (self.clock)(),
            };
            let before = prior.map(decode::<R>).transpose()?;
            let mut typed = decode::<R>(planned)?;
            told = R::customize_plan(&context, before.as_ref(), &mut typed);
            *planned = typed.to_object();
            Ok(())
        })?;
        Ok((planned, told))
    }

    /// Warns of what interrupted runs have left behind.
    async fn leftovers(&self) -> Vec<Diagnostic> {
        let Some(open) = self.connection.opened() else {
            return Vec::new();
        };
        let context = self.connection.context(&open, Action::Read.limit(&Object::new()));
        self.leftovers.warnings::<R>(&context).await
    }

    async fn read_state(&self, prior: &Object) -> Outcome<Option<Object>> {
        let read = async {
            let state = decode::<R>(prior)?;
            self.own(&state);
            let before = R::object_id(&state);
            let failed = |error: Error| Action::Read.failed(R::TYPE, &error);
            let open = self.connection.configured().map_err(failed)?;
            let context = self.connection.context(&open, Action::Read.limit(prior));
            let read = R::read(&context, state).await.map_err(failed)?;
            match (&read, before) {
                // What an import says of the object may not have been enough to know which one it is.
                (Some(read), _) => self.own(read),
                (None, Some(before)) => context.ownership.is_gone(&before),
                (None, None) => {}
            }
            Ok((
                read.map(|state| self.schema.with_empty_values(nullify_unknowns(state.to_object()))),
                context.take_warnings(),
            ))
        };
        match read.await {
            Ok((value, diagnostics)) => Outcome { value, diagnostics },
            Err(diagnostic) => Outcome::failed(Some(prior.clone()), diagnostic),
        }
    }

    async fn applied(
        &self,
        prior: Option<Object>,
        planned: Option<Object>,
        seed: Option<Seed>,
    ) -> Outcome<Option<Object>> {
        let (action, object) = match (&prior, &planned) {
            (_, Some(planned)) if prior.is_none() => (Action::Create, planned),
            (_, Some(planned)) => (Action::Update, planned),
            (Some(prior), None) => (Action::Delete, prior),
            (None, None) => return Outcome::new(None),
        };
        match self.connection.configured() {
            Ok(open) => {
                let mut context = self.connection.context(&open, action.limit(object));
                context.seed = seed;
                apply::execute::<R>(&self.schema, &context, action, prior, planned).await
            }
            Err(error) => Outcome::failed(prior, action.failed(R::TYPE, &error)),
        }
    }

    async fn remove_again(&self, made: Object) -> Result<(), Error> {
        let Some(state) = R::State::from_object(&made) else {
            return Err(Error::new("", Kind::Invalid, "it does not match its own schema"));
        };
        let open = self.connection.configured()?;
        let deadline = Instant::now() + UNDOING;
        let context = self.connection.context(&open, UNDOING).until(deadline);
        let recorder = StateRecorder::new(&context.ownership, R::object_id, None);
        loop {
            match R::delete(&context, &recorder, state.clone()).await {
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
        if let Some(id) = R::object_id(&state) {
            open.records.removed(&id);
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

    fn identity_schema(&self) -> &Schema {
        &self.identity
    }

    fn identity(&self, stored: Option<&Object>, state: &Object) -> Result<Object, Diagnostic> {
        let open = self.connection.opened();
        let client = open.as_ref().map(|open| open.client.as_ref());
        let known = R::identity(client, &decode::<R>(state)?).to_object();
        merged(&self.identity, stored, &known).map_err(|difference| difference.diagnostic(R::TYPE))
    }

    fn validate(&self, config: &Object) -> Vec<Diagnostic> {
        match self.invalid(config) {
            Ok(invalid) => invalid.into_iter().map(Diagnostic::from).collect(),
            Err(diagnostic) => vec![diagnostic],
        }
    }

    fn upgrade(&self, state: Object, writer: StateWriter) -> Outcome<Option<Object>> {
        let _visit = self.connection.ownership().visit();
        let state = match decode::<R>(&self.schema.with_empty_values(state)) {
            Ok(state) => R::upgrade(state, writer),
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        self.own(&state);
        if let (Some(open), Some(id)) = (self.connection.opened(), R::object_id(&state)) {
            open.records.shown(&id);
        }
        Outcome::new(Some(state.to_object()))
    }

    fn plan(&self, config: Object, prior: Option<Object>) -> BoxFuture<'_, Outcome<Option<Plan>>> {
        Box::pin(async move {
            let _visit = self.connection.ownership().visit();
            if let Some(Ok(prior)) = prior.as_ref().map(decode::<R>) {
                self.own(&prior);
            }
            if let Some(unusable) = self.connection.opened().and_then(|open| open.unusable) {
                return Outcome::failed(None, unusable);
            }
            let mut outcome = self.planned(&config, prior.as_ref());
            outcome.diagnostics.extend(self.leftovers().await);
            outcome
        })
    }

    fn read(&self, prior: Object) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            let _visit = self.connection.ownership().visit();
            let mut outcome = self.read_state(&prior).await;
            outcome.diagnostics.extend(self.leftovers().await);
            outcome
        })
    }

    fn seed(&self, kept: Option<Seed>) -> Option<Seed> {
        let open = self.connection.opened().filter(|_| R::IS_RANDOM)?;
        kept.or_else(|| Seed::draw(open.random_secret, open.records.run()))
    }

    fn apply(
        &self,
        prior: Option<Object>,
        planned: Option<Object>,
        seed: Option<Seed>,
    ) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(self.applied(prior, planned, seed))
    }

    fn undo(&self, made: Object) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let id = decode::<R>(&made).ok().as_ref().and_then(R::object_id);
            let id = id.map_or_else(|| "unknown".to_owned(), |id| id.id);
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
        let imported = R::import(id).map_err(|issue| {
            let detail = format!("The import id {}.", issue.message);
            Diagnostic::error(format!("Cannot import {}", R::TYPE), detail)
        });
        of_import::<R>(imported)
    }

    fn import_identity(&self, identity: &Object) -> Outcome<Option<Object>> {
        let invalid = validate(&self.identity, identity);
        if !invalid.is_empty() {
            let diagnostics = invalid.into_iter().map(Diagnostic::from).collect();
            return Outcome {
                value: None,
                diagnostics,
            };
        }
        let imported = R::Identity::from_object(identity).ok_or_else(|| mismatch(R::TYPE));
        of_import::<R>(imported.and_then(|identity| R::import_identity(identity).map_err(Diagnostic::from)))
    }

    fn generate(&self, state: &Object) -> Outcome<Option<Object>> {
        let plan = |config: &Object, prior: Option<&Object>| self.customized(config, prior);
        match generate::configuration(&self.schema, state, plan) {
            Ok(config) => Outcome::new(Some(config)),
            Err(diagnostic) => Outcome::failed(None, diagnostic),
        }
    }
}

fn of_import<R: Resource>(imported: Result<Imported<R::State>, Diagnostic>) -> Outcome<Option<Object>> {
    match imported {
        Ok(imported) => Outcome {
            value: Some(nullify_unknowns(imported.state.to_object())),
            diagnostics: imported.warning.into_iter().collect(),
        },
        Err(diagnostic) => Outcome::failed(None, diagnostic),
    }
}

/// How long it may take to remove what nobody is told of.
const UNDOING: Duration = Duration::from_secs(60);

/// How long to wait between two attempts at that.
const AGAIN: Duration = Duration::from_millis(500);

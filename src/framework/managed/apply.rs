//! Carrying out a plan. Whatever happens on the way, what Terraform is told afterwards is what exists.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::recorder::{StateRecorder, nullify_unknowns};
use super::resource::{Resource, decode};
use crate::framework::timeouts::Action;
use crate::framework::{Context, Diagnostic, Error, Kind, Outcome, panics};
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::value::{Object, Value};

/// Makes, changes or removes an object.
///
/// An operation that fails, or panics, leaves what was recorded. Where a failure leaves in doubt what was done, the object
/// is looked at: it may be as planned all the same, or gone as it was to be.
pub(super) async fn execute<R: Resource>(
    schema: &Schema,
    context: &Context<R::Client>,
    action: Action,
    prior: Option<Object>,
    planned: Option<Object>,
) -> Outcome<Option<Object>> {
    let prior_state = prior.as_ref().map(decode::<R>).transpose();
    let before = prior_state
        .as_ref()
        .ok()
        .and_then(Option::as_ref)
        .and_then(R::object_id);
    let recorder = StateRecorder::new(&context.ownership, R::object_id, prior);
    if let Some(before) = &before {
        context.ownership.own(before);
    }
    let done = async {
        match work::<R>(context, &recorder, prior_state, planned.as_ref()).await {
            Ok(state) => Ok(state),
            Err(Fault::Defect(diagnostic)) => Err(diagnostic),
            Err(Fault::Failed(error)) => {
                resolve_uncertain::<R>(schema, context, &recorder, action, planned, &error).await
            }
        }
    };
    let result = AssertUnwindSafe(done).catch_unwind().await;
    let result = result.unwrap_or_else(|panic| Err(panicked(action, R::TYPE, panic.as_ref())));
    let warnings = context.take_warnings();
    if let (Ok(None), Some(id)) = (&result, &before) {
        context.ownership.is_gone(id);
    }
    match result {
        Ok(state) => Outcome {
            value: state,
            diagnostics: warnings,
        },
        Err(diagnostic) => Outcome {
            value: recorder.recorded(),
            diagnostics: warnings.into_iter().chain([diagnostic]).collect(),
        },
    }
}

enum Fault {
    Defect(Diagnostic),
    Failed(Error),
}

async fn work<R: Resource>(
    context: &Context<R::Client>,
    recorder: &StateRecorder<'_, R::State>,
    prior: Result<Option<R::State>, Diagnostic>,
    planned: Option<&Object>,
) -> Result<Option<Object>, Fault> {
    let prior = prior?;
    let planned = planned.map(decode::<R>).transpose()?;
    let state = match (prior, planned) {
        (None, None) => None,
        (None, Some(plan)) => Some(R::create(context, recorder, plan).await?),
        (Some(prior), Some(plan)) => Some(R::update(context, recorder, prior, plan).await?),
        (Some(prior), None) => {
            R::delete(context, recorder, prior).await?;
            None
        }
    };
    if let Some(state) = &state {
        recorder.record(state);
    }
    Ok(state.map(|state| nullify_unknowns(state.to_object())))
}

/// Finds out what a failed operation has done where that is in doubt.
async fn resolve_uncertain<R: Resource>(
    schema: &Schema,
    context: &Context<R::Client>,
    recorder: &StateRecorder<'_, R::State>,
    action: Action,
    planned: Option<Object>,
    error: &Error,
) -> Result<Option<Object>, Diagnostic> {
    let failure = || action.failed(R::TYPE, error);
    let Some(recorded) = recorder.recorded().filter(|_| error.leaves_doubt()) else {
        return Err(failure());
    };
    let recorded = decode::<R>(&recorded)?;
    // The time of the operation may be over, or Terraform waiting for it to stop.
    let context = context.until(Instant::now() + LOOK_AFTER);
    match R::read(&context, recorded).await {
        Ok(None) if planned.is_none() => Ok(None),
        // It was there, and Terraform believes that it is. The next refresh tells it otherwise.
        Ok(None) => Err(failure()),
        Ok(Some(seen)) => {
            recorder.record(&seen);
            let fulfilled =
                planned.and_then(|planned| fulfilled(schema, &planned, &nullify_unknowns(seen.to_object())));
            let Some(state) = fulfilled else { return Err(failure()) };
            tracing::warn!(resource = R::TYPE, reason = %error, "the answer was lost, but the object is as planned");
            Ok(Some(state))
        }
        Err(unseen) => {
            let advice = format!(
                "What was done is not known: reading the {} afterwards failed, too: {unseen}.\n\nThe state says what was known before; \
                 the next plan reads it again.",
                R::NOUN
            );
            Err(action.failed(R::TYPE, &error.clone().advise(advice)))
        }
    }
}

/// How long the look after a lost answer may take.
const LOOK_AFTER: Duration = Duration::from_secs(30);

/// The planned object completed by what was seen; `None` where what was seen is not as planned.
fn fulfilled(schema: &Schema, planned: &Object, seen: &Object) -> Option<Object> {
    let mut state = planned.clone();
    for attribute in &schema.attributes {
        let seen = seen.get(attribute.name).unwrap_or(&Value::Null);
        match planned.get(attribute.name) {
            Some(Value::Unknown) | None => {
                state.insert(attribute.name.to_owned(), seen.clone());
            }
            Some(planned) if attribute.is_equivalent(planned, seen) => {}
            Some(_) => return None,
        }
    }
    Some(nullify_unknowns(state))
}

fn panicked(action: Action, type_name: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let error = Error::new("", Kind::Server, panics::reason(panic));
    let advice = format!("The state holds what was known to exist. {}", panics::REPORT);
    action.failed(type_name, &error.advise(advice))
}

impl From<Diagnostic> for Fault {
    fn from(defect: Diagnostic) -> Self {
        Self::Defect(defect)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests;

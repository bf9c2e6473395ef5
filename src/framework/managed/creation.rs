//! Creating an object whose answer may be lost: what a request has created is recognised by something only that request carried.
//! Without such proof nothing is adopted, changed or deleted.

use std::mem;
use std::time::Duration;

use tokio::time::Instant;

use super::candidate::Candidate;
use super::recorder::StateRecorder;
use super::resource::Resource;
use crate::framework::records::{Pending, Record};
use crate::framework::{Context, Diagnostic, Error, Kind, ObjectId};
use crate::schema::block::Block;

/// How an object is created at one cloud, and found when the answer to that was lost.
pub trait Creation: Sync {
    /// The object as the service answers it.
    type Object: Send;

    /// What one request carries that no other does.
    type Proof: Send + Sync;

    /// How another request may follow one whose outcome is unknown.
    fn repetition(&self) -> Repetition;

    /// What the next request is to be recognised by, and what is written down of it.
    ///
    /// # Errors
    ///
    /// Where there is no randomness to be had.
    fn prove(&self) -> Result<(Self::Proof, Record), Error>;

    /// Sends a request, once, and checks that its answer is about what was asked. [`Kind::Uncertain`] where the object may have been
    /// created all the same.
    fn send(&self, proof: &Self::Proof) -> impl Future<Output = Result<Self::Object, Error>> + Send;

    /// Looks for what a request has created. [`Kind::Conflict`] where somebody else's object is what stands in the way.
    fn find(&self, proof: &Self::Proof) -> impl Future<Output = Result<Found<Self::Object>, Error>> + Send;

    /// Which object it is.
    fn object_id(&self, object: &Self::Object) -> ObjectId;
}

/// How another request may follow one whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repetition {
    /// At any time, with the same proof: the service refuses to create the same object twice.
    Refused {
        /// Whether only a request of this creation can be what makes the service refuse.
        proves_ours: bool,
    },
    /// Once the service has shown for a while that the first one created nothing, with a proof of its own.
    Settled,
}

/// What a look at the service has found of a request.
#[derive(Debug)]
pub enum Found<T> {
    /// Nothing.
    Nothing,
    /// What the request has created, proven.
    Ours(T),
    /// What the request has created, proven; it could not be used any more, and is gone. Its id.
    Removed(String),
    /// Objects that the request may have created, without proof.
    Candidates(Vec<Candidate>),
}

/// Creates an object. A request whose outcome is unknown is followed by a search that goes on as long as the operation may; another
/// request is sent only where it cannot lead to a second object that nobody knows.
///
/// What `state` makes of the object is recorded before anything else is done.
///
/// # Errors
///
/// The service's refusal, or [`Kind::Uncertain`] with what is known and what to do.
pub async fn create<R: Resource, C: Creation>(
    context: &Context<R::Client>,
    recorder: &StateRecorder<'_, R::State>,
    creation: &C,
    state: impl Fn(C::Object) -> R::State,
) -> Result<R::State, Error> {
    let mut search = None;
    let mut lost = None;
    let mut pending = None;
    // Where the service refuses to create the same object twice, the request itself finds it.
    let mut may_be_repeated = creation.repetition() == Repetition::Settled && context.may_be_repeated();
    loop {
        let (proof, record) = creation.prove()?;
        let record = match (pending.take(), creation.repetition()) {
            (Some(pending), Repetition::Refused { .. }) => pending,
            (None, _) | (Some(_), Repetition::Settled) => context.records.begin(record).await,
        };
        if mem::take(&mut may_be_repeated)
            && let Some(object) = made_before::<R, C>(context, creation, &proof).await
        {
            return Ok(created(recorder, record, &creation.object_id(&object), state(object)));
        }
        let error = match send(context, creation, &proof).await {
            Ok(object) => return Ok(created(recorder, record, &creation.object_id(&object), state(object))),
            Err(error) if is_open(creation, &error, lost.as_ref()) => error,
            Err(refused) => return Err(refuse(refused, lost, record)),
        };
        tracing::debug!(reason = %error, "the outcome of the request is unknown: searching for what it created");
        let search = search.get_or_insert_with(|| Search::begin::<R>(context));
        let found = match search.run(context, creation, &proof, &error).await {
            Ok(found) => found,
            Err(refused) if refused.kind == Kind::Conflict => {
                record.forget();
                return Err(refused);
            }
            Err(_) if error.kind == Kind::Throttled => return Err(refuse(error, lost, record)),
            Err(unsettled) => return Err(unsettled),
        };
        match found {
            Found::Ours(object) => {
                let id = creation.object_id(&object);
                context.ownership.own(&id);
                context.warn(found_warning::<R>(&id, &error));
                return Ok(created(recorder, record, &creation.object_id(&object), state(object)));
            }
            Found::Removed(id) => {
                record.forget();
                context.warn(removed_warning::<R>(&id, &error));
            }
            // The service has certainly refused it: nothing is left to be known.
            Found::Nothing if error.kind == Kind::Throttled => {
                record.forget();
                continue;
            }
            Found::Nothing => pending = Some(record.repeated()),
            // The record stays: what this request creates late is none of them.
            Found::Candidates(candidates) => return Err(ambiguous::<R>(&error, &candidates)),
        }
        lost = Some(error);
    }
}

/// What an earlier apply of the same saved plan has created, where it can be used.
async fn made_before<R: Resource, C: Creation>(
    context: &Context<R::Client>,
    creation: &C,
    proof: &C::Proof,
) -> Option<C::Object> {
    let lost = Error::new(
        "",
        Kind::Uncertain,
        "an earlier apply of this plan did not come to its end",
    );
    match creation.find(proof).await {
        Ok(Found::Ours(object)) => {
            let id = creation.object_id(&object);
            // Another process may apply the same plan right now.
            if context.claim(&id) {
                context.warn(found_warning::<R>(&id, &lost));
                return Some(object);
            }
        }
        Ok(Found::Removed(id)) => context.warn(removed_warning::<R>(&id, &lost)),
        Ok(Found::Nothing | Found::Candidates(_)) => {}
        Err(error) => context.warn(Diagnostic::warning(
            format!(
                "What an earlier apply of this plan created could not be looked for: {}",
                R::TYPE
            ),
            format!(
                "{error}.\n\nIf this plan was applied before, and that apply was interrupted, it may have left a {}.",
                R::NOUN
            ),
        )),
    }
    None
}

/// Whether a refused or lost request may have created what it asked for, or an earlier one has.
fn is_open<C: Creation>(creation: &C, error: &Error, lost: Option<&Error>) -> bool {
    match (error.kind, creation.repetition()) {
        (Kind::Uncertain, _) | (Kind::Throttled, Repetition::Settled) => true,
        (Kind::Conflict, Repetition::Refused { proves_ours }) => proves_ours || lost.is_some(),
        _ => false,
    }
}

async fn send<C: Creation>(
    context: &Context<impl Send + Sync>,
    creation: &C,
    proof: &C::Proof,
) -> Result<C::Object, Error> {
    let _request = context.ownership.request();
    let object = creation.send(proof).await?;
    let id = creation.object_id(&object);
    if context.claim(&id) {
        return Ok(object);
    }
    let what = format!("the response is about {id}, which was created by another request");
    Err(Error::new("", Kind::Uncertain, what))
}

fn created<S: Block>(recorder: &StateRecorder<'_, S>, record: Pending, id: &ObjectId, state: S) -> S {
    recorder.record(&state);
    record.made(id);
    state
}

/// A refusal of a request settles that one; what became of those before it may still be unknown, and then the record stays.
fn refuse(refused: Error, lost: Option<Error>, record: Pending) -> Error {
    let Some(lost) = lost else {
        record.forget();
        return refused;
    };
    let advice = format!(
        "{}\n\nAn earlier request of this creation has no known outcome: {lost}. {NEXT_PLAN}",
        refused.remedy().unwrap_or_default()
    );
    refused.advise(advice.trim_start())
}

/// The search for what requests of one creation have created.
struct Search {
    /// What is searched for.
    noun: &'static str,
    /// When it is given up.
    until: Instant,
    looks: u32,
}

impl Search {
    fn begin<R: Resource>(context: &Context<R::Client>) -> Self {
        Self {
            noun: R::NOUN,
            // Once something may exist, it is looked for even if the operation's time is over.
            until: context.deadline.max(Instant::now() + LEAST),
            looks: 0,
        }
    }

    /// Looks until something is found, or another request may be sent.
    async fn run<C: Creation>(
        &mut self,
        context: &Context<impl Send + Sync>,
        creation: &C,
        proof: &C::Proof,
        lost: &Error,
    ) -> Result<Found<C::Object>, Error> {
        if context.is_stopped() {
            self.until = self.until.min(Instant::now() + LEAST);
        }
        // Even what the service has certainly refused is looked for, once, before it is sent again.
        let has_to_settle = creation.repetition() == Repetition::Settled && lost.kind != Kind::Throttled;
        let settled = Instant::now() + if has_to_settle { SETTLED_AFTER } else { Duration::ZERO };
        loop {
            let mut failure = None;
            match creation.find(proof).await {
                Ok(Found::Nothing) => {}
                Ok(Found::Candidates(candidates)) => {
                    let candidates = self.nobodys(context, candidates).await;
                    if !candidates.is_empty() {
                        return Ok(Found::Candidates(candidates));
                    }
                }
                Ok(found) => return Ok(found),
                Err(error) if error.kind == Kind::Conflict => return Err(error),
                Err(error) if is_final(error.kind) => return Err(unsettled(self.noun, lost, Some(&error))),
                Err(error) => failure = Some(error),
            }
            let is_settled = failure.is_none() && Instant::now() >= settled && !context.is_stopped();
            if is_settled && has_to_settle {
                return Ok(Found::Nothing);
            }
            if !self.wait(context, settled).await {
                return Err(unsettled(self.noun, lost, failure.as_ref()));
            }
            if is_settled {
                return Ok(Found::Nothing);
            }
        }
    }

    /// The candidates that no other creation of this process turns out to have created.
    async fn nobodys<C>(&self, context: &Context<C>, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let _ = tokio::time::timeout_at(self.until, context.ownership.requests_ended()).await;
        candidates.retain(|candidate| !context.ownership.owns(&candidate.id));
        candidates
    }

    /// Waits before the next look, which is due when the outcome is settled at the latest. `false` when there is no time for one.
    async fn wait<C>(&mut self, context: &Context<C>, settled: Instant) -> bool {
        let now = Instant::now();
        if now >= self.until {
            return false;
        }
        let wait = FIRST_WAIT.saturating_mul(1 << self.looks.min(6)).min(LONGEST_WAIT);
        self.looks += 1;
        let due = if settled > now {
            settled.min(self.until)
        } else {
            self.until
        };
        let woken = due.min(now + wait);
        tokio::select! {
            () = tokio::time::sleep_until(woken) => {}
            () = context.stopped(), if !context.is_stopped() => {
                self.until = self.until.min(Instant::now() + LEAST);
                self.looks = 0;
            }
        }
        true
    }
}

/// The wait after the first look; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long is searched at least, whatever the operation's timeout says, and at most once Terraform has asked to stop.
const LEAST: Duration = Duration::from_secs(10);

/// How long the service has to show nothing of a request before that counts as not carried out: longer than its lists lag, and than
/// a gateway that has given up lets a service go on.
const SETTLED_AFTER: Duration = Duration::from_secs(12);

/// Whether a failed look will fail again, however often it is repeated.
fn is_final(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Denied
            | Kind::Invalid
            | Kind::Limit
            | Kind::NoCredentials
            | Kind::NotConfigured
            | Kind::NotKnownYet
            | Kind::NotServed
            | Kind::Stopped
            | Kind::Unauthenticated
    )
}

fn found_warning<R: Resource>(id: &ObjectId, lost: &Error) -> Diagnostic {
    let detail = format!(
        "{lost}.\n\nThe request had been carried out all the same: it created {id}, which is in the state now."
    );
    Diagnostic::warning(
        format!("The answer to the creation of {} {id} was lost", R::NOUN),
        detail,
    )
}

fn removed_warning<R: Resource>(id: &str, lost: &Error) -> Diagnostic {
    let detail = format!(
        "{lost}.\n\nThe request had been carried out all the same: it created {id}. What only the lost answer said is lost with it, \
         so it was deleted, and another one is created in its place."
    );
    Diagnostic::warning(
        format!("The answer to the creation of {} {id} was lost", R::NOUN),
        detail,
    )
}

fn ambiguous<R: Resource>(lost: &Error, candidates: &[Candidate]) -> Error {
    let listed = candidates.iter().map(|candidate| {
        format!(
            "- {}\n\n  import {{\n    to = {}.<name>\n    id = \"{}\"\n  }}",
            candidate.described(R::NOUN),
            R::TYPE,
            candidate.import_id
        )
    });
    let advice = format!(
        "The request may have been carried out. Each of these could be what it created, and the service offers no proof of \
         that:\n\n{}\n\nNone of them was touched. Import the one that is yours, or delete it, then apply again.",
        listed.collect::<Vec<_>>().join("\n")
    );
    uncertain(lost).advise(advice)
}

fn unsettled(noun: &str, lost: &Error, failed: Option<&Error>) -> Error {
    let found = match failed {
        Some(error) => format!("the search for the {noun} that it may have created failed: {error}"),
        None => format!("no {noun} that it created was found in time"),
    };
    uncertain(lost).advise(format!("The request may have been carried out; {found}. {NEXT_PLAN}"))
}

/// What the record that stays is for.
const NEXT_PLAN: &str = "The next plan in this folder searches again, and names what it finds.";

fn uncertain(lost: &Error) -> Error {
    Error {
        kind: Kind::Uncertain,
        ..lost.clone()
    }
}

#[cfg(test)]
mod tests;

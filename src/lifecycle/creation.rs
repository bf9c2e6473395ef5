//! Making an object whose answer may be lost: a lost answer leads to a search, never to a blind repeat.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Error, Kind, Resource, Task};
use crate::tf::Diagnostic;

/// How an object is made at one cloud, and found when the answer to that was lost.
pub trait Creation: Sync {
    /// The object as the service answers it.
    type Object: Send;

    /// Whether the service refuses to make the same object twice, so that the request can be repeated.
    fn is_unique(&self) -> bool;

    /// Sends the request, once.
    fn create(&self) -> impl Future<Output = Result<Candidate<Self::Object>, Error>> + Send;

    /// The objects that the request may have made: as it asked for, and made since it was sent. That nobody else is known to own
    /// them is checked by the caller.
    fn search(&self) -> impl Future<Output = Result<Vec<Candidate<Self::Object>>, Error>> + Send;

    /// Takes over the one object that the request has made.
    fn adopt(&self, found: Self::Object) -> impl Future<Output = Result<Adopted<Self::Object>, Error>> + Send;
}

/// An object at the service.
#[derive(Clone, Debug)]
pub struct Candidate<T> {
    /// Its id.
    pub id: String,
    /// The name a user knows it by.
    pub name: String,
    /// When it was made, where the service says so.
    pub created: Option<DateTime<Utc>>,
    /// The object itself.
    pub object: T,
}

/// What became of an object that was found.
pub enum Adopted<T> {
    /// It is what was asked for.
    Kept(T),
    /// It could not be used any more and was removed; another one is to be made.
    Removed,
}

/// Makes an object. A request whose outcome is unknown is followed by a search for what it has made: exactly one object is taken
/// over, with a warning; several are an error that lists them, and none of them is touched.
///
/// What `state` makes of the object is recorded before anything else is done.
///
/// # Errors
///
/// The service's refusal, or [`Kind::Uncertain`] with what is known and what to do.
pub async fn create<R: Resource, C: Creation>(
    task: &Task<'_, R>,
    creation: &C,
    state: impl FnOnce(C::Object) -> R::State,
) -> Result<R::State, Error> {
    let mut lost = None;
    for wait in ROUNDS {
        let error = match send(task, creation).await {
            Ok(made) => {
                let state = state(made);
                task.is_now(&state);
                if lost.is_some() && !creation.is_unique() {
                    warn_of_latecomers(task, creation).await;
                }
                return Ok(state);
            }
            Err(error) if error.kind == Kind::Uncertain => error,
            // The request whose answer was lost may have made what now stands in the way.
            Err(error) if error.kind == Kind::Conflict && lost.is_some() => error,
            Err(error) => return Err(error),
        };
        let found = search(task, creation).await;
        match found.map_err(|failed| unsearched(&error, &failed))? {
            Found::None if error.kind == Kind::Conflict => return Err(error),
            Found::None => {}
            Found::One(candidate) => {
                if let Some(object) = take_over(task, creation, candidate, &error).await? {
                    let state = state(object);
                    task.is_now(&state);
                    return Ok(state);
                }
            }
            Found::Several(candidates) => return Err(ambiguous(error, &candidates)),
        }
        lost = Some(error);
        if task.pause(wait).await.is_err() {
            break;
        }
    }
    Err(lost.map_or_else(|| Error::new("", Kind::Uncertain, "nothing was sent"), not_found))
}

/// How long to wait after each round that neither made an object nor found one.
const ROUNDS: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::ZERO,
];

/// How long to wait between looks for an object that the service would make a second time: a gateway that has given up may stand
/// in front of a service that has not.
const LOOKS: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

enum Found<T> {
    None,
    One(Candidate<T>),
    Several(Vec<Candidate<T>>),
}

async fn send<R: Resource, C: Creation>(task: &Task<'_, R>, creation: &C) -> Result<C::Object, Error> {
    let _making = task.known.creations().read().await;
    let made = creation.create().await?;
    task.known.own(&made.id);
    Ok(made.object)
}

/// Looks for what a lost request has made; more than once where the request could be carried out late and then a second time.
async fn search<R: Resource, C: Creation>(task: &Task<'_, R>, creation: &C) -> Result<Found<C::Object>, Error> {
    let mut waits = if creation.is_unique() { [].iter() } else { LOOKS.iter() };
    loop {
        match look(task, creation).await? {
            Found::None => {}
            found => return Ok(found),
        }
        match waits.next() {
            Some(wait) if task.pause(*wait).await.is_ok() => {}
            _ => return Ok(Found::None),
        }
    }
}

async fn look<R: Resource, C: Creation>(task: &Task<'_, R>, creation: &C) -> Result<Found<C::Object>, Error> {
    let _searching = task.known.creations().write().await;
    let mut candidates = creation.search().await?;
    candidates.retain(|candidate| task.known.may_be_lost(&candidate.id));
    Ok(match candidates.pop() {
        None => Found::None,
        Some(candidate) if candidates.is_empty() => {
            // From here on it is ours, whether it is kept or removed.
            task.known.own(&candidate.id);
            Found::One(candidate)
        }
        Some(candidate) => {
            candidates.push(candidate);
            Found::Several(candidates)
        }
    })
}

async fn take_over<R: Resource, C: Creation>(
    task: &Task<'_, R>,
    creation: &C,
    candidate: Candidate<C::Object>,
    lost: &Error,
) -> Result<Option<C::Object>, Error> {
    let what = candidate.to_string();
    let (object, outcome) = match creation.adopt(candidate.object).await {
        Ok(Adopted::Kept(object)) => (Some(object), "It was found and is in the state now."),
        Ok(Adopted::Removed) => (
            None,
            "It was found and removed, since what only the lost answer said is lost with it; another one is made in its place.",
        ),
        Err(failed) => {
            let advice =
                format!("The lost request has made {what}, which could not be taken over: {failed}.\n\n{TIDY_UP}");
            return Err(uncertain(lost).advise(advice));
        }
    };
    let detail = format!("{lost}.\n\nThe request had been carried out all the same: it has made {what}. {outcome}");
    task.warn(Diagnostic::warning("The answer to a creation was lost", detail));
    Ok(object)
}

/// After a repeated request: whether the first one was carried out as well, after all looks.
async fn warn_of_latecomers<R: Resource, C: Creation>(task: &Task<'_, R>, creation: &C) {
    let late = match look(task, creation).await {
        Ok(Found::None) | Err(_) => return,
        Ok(Found::One(candidate)) => vec![candidate],
        Ok(Found::Several(candidates)) => candidates,
    };
    let detail = format!(
        "The answer to a request was lost, no key was found that it could have made, and it was sent again. Now there is more \
         than the one key that is in the state:\n\n{}\n\n{TIDY_UP}",
        listed(&late)
    );
    task.warn(Diagnostic::warning("A key may have been made twice", detail));
}

fn ambiguous<T>(lost: Error, candidates: &[Candidate<T>]) -> Error {
    let advice = format!(
        "The request may have been carried out. Each of these keys could be the one it has made:\n\n{}\n\nNone of them was \
         touched. {TIDY_UP}",
        listed(candidates)
    );
    uncertain(&lost).advise(advice)
}

fn unsearched(lost: &Error, failed: &Error) -> Error {
    let advice = format!(
        "The request may have been carried out, and the search for the key it may have made failed: {failed}.\n\nLook at the vendor \
         for a key of this name that was made just now. {TIDY_UP}"
    );
    uncertain(lost).advise(advice)
}

fn not_found(lost: Error) -> Error {
    lost.advise(
        "The request may have been carried out, but no key is left that it could have made. Apply again; should a key of this name \
         turn up at the vendor later, made about now, it is of no use to anybody and can be deleted.",
    )
}

fn uncertain(lost: &Error) -> Error {
    Error {
        kind: Kind::Uncertain,
        ..lost.clone()
    }
}

const TIDY_UP: &str = "Import what you want to keep and delete what you do not, then apply again.";

fn listed<T>(candidates: &[Candidate<T>]) -> String {
    let lines = candidates.iter().map(|candidate| format!("- {candidate}"));
    lines.collect::<Vec<_>>().join("\n")
}

impl<T> fmt::Display for Candidate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {} (\"{}\")", self.id, self.name)?;
        match self.created {
            Some(time) => write!(f, ", made {}", time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

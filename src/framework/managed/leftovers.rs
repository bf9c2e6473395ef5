//! What earlier runs have left behind, because they were interrupted or never learnt what became of a creation: their records are
//! checked with the service, once, and what exists without a state is told.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::candidate::{Candidate, Trace};
use super::resource::Resource;
use crate::framework::records::Leftover;
use crate::framework::{Context, Diagnostic, Ownership};

/// Whether a call of this resource type has looked after the records already.
#[derive(Debug, Default)]
pub(super) struct LeftoverCheck(AtomicBool);

impl LeftoverCheck {
    /// Warns of each object of this type that an earlier run has created and no state has shown. Called in every read and plan;
    /// only the first looks, and only where there are records.
    pub(super) async fn warnings<R: Resource>(&self, context: &Context<R::Client>) -> Vec<Diagnostic> {
        if self.0.swap(true, Ordering::Relaxed) {
            return Vec::new();
        }
        let is_left = |leftover: &Leftover| {
            leftover.record.resource_type == R::TYPE && !context.ownership.owns_one(|id| leftover.record.is_about(id))
        };
        if !context.records.leftovers().iter().any(is_left) {
            return Vec::new();
        }
        tokio::select! {
            () = context.ownership.quiet() => {}
            () = context.stopped() => return Vec::new(),
        }
        // What states have shown meanwhile, to this process or to another of this run, is gone.
        let mut open = context.records.leftovers();
        open.retain(is_left);
        if open.is_empty() {
            return Vec::new();
        }
        let asked: Vec<_> = open.iter().map(|leftover| leftover.record.clone()).collect();
        match R::trace(context, &asked).await {
            Ok(traces) => {
                let told = open.into_iter().zip(traces);
                told.flat_map(|(leftover, trace)| judged::<R>(leftover, trace, &context.ownership))
                    .collect()
            }
            Err(error) => {
                let names = asked.iter().map(|record| format!("\"{}\"", record.name));
                vec![Diagnostic::warning(
                    format!("{} of an earlier run could not be looked for", R::TYPE),
                    format!(
                        "{CAUSE} It may have created {}, which no state holds. The search failed: {error}.\n\n\
                         The next plan searches again.",
                        names.collect::<Vec<_>>().join(", ")
                    ),
                )]
            }
        }
    }
}

/// What is to be told of one record. What a state holds, what does not exist, and what nothing proves, leaves the record.
fn judged<R: Resource>(leftover: Leftover, trace: Trace, ownership: &Ownership) -> Vec<Diagnostic> {
    match trace {
        Trace::Found(object) if ownership.owns(&object.id) => {
            // It may be there by an import that is only planned. Once a stored state shows it, the record goes.
            leftover.identified(&object.id.id);
            Vec::new()
        }
        // Another process of this run tells of it, or has just been shown a state that holds it.
        Trace::Found(_) | Trace::Possible(_) if !leftover.claim() => Vec::new(),
        Trace::Found(object) => vec![warning::<R>(&object)],
        // Somebody else's object would be told for ever.
        Trace::Possible(objects) => {
            leftover.forget();
            let strays = objects.iter().filter(|object| !ownership.owns(&object.id));
            strays.map(|stray| warning::<R>(stray)).collect()
        }
        Trace::Elsewhere if !is_old(leftover.record.sent) => Vec::new(),
        Trace::Absent | Trace::Elsewhere => {
            leftover.forget();
            Vec::new()
        }
    }
}

/// Credentials that do not come back within a week are not waited for.
fn is_old(sent: DateTime<Utc>) -> bool {
    Utc::now() - sent > TimeDelta::days(7)
}

/// Why there is a record: which of the two it was, it does not tell.
const CAUSE: &str =
    "An earlier run of this configuration was interrupted, or ended without knowing what became of a creation.";

fn warning<R: Resource>(stray: &Candidate) -> Diagnostic {
    let mut detail = format!(
        "{CAUSE} It created {}, which no state shown in this run holds.",
        stray.described(R::NOUN)
    );
    if let Some(note) = stray.note {
        let _ = write!(detail, " {note}");
    }
    let _ = write!(
        detail,
        "\n\nTo manage it, import it:\n\nimport {{\n  to = {}.<name>\n  id = \"{}\"\n}}\n\nOtherwise delete it.",
        R::TYPE,
        stray.import_id
    );
    // Terraform shows only the first of several warnings with one summary.
    Diagnostic::warning(
        format!("{} {} was left behind by an earlier run", R::NOUN, stray.id),
        detail,
    )
}

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use super::*;
use crate::framework::managed::test_resource::{State, TestClient, TestResource, error, toy, toy_id};
use crate::framework::records::{Records, tests as records};
use crate::framework::{Ownership, Seed};
use crate::host::random;

/// A creation that does as it is told. What it is told no more of, it refuses.
struct Scripted {
    repetition: Repetition,
    sends: Mutex<VecDeque<Result<&'static str, Kind>>>,
    looks: Mutex<VecDeque<Look>>,
    proofs: Mutex<Vec<usize>>,
}

#[derive(Clone, Copy)]
enum Look {
    Nothing,
    Ours(&'static str),
    Removed(&'static str),
    Candidates(&'static [&'static str]),
    Fails(Kind),
}

impl Creation for Scripted {
    type Object = &'static str;
    type Proof = usize;

    fn repetition(&self) -> Repetition {
        self.repetition
    }

    fn prove(&self) -> Result<(usize, Record), Error> {
        let number = self.proofs.lock().map(|proofs| proofs.len()).unwrap_or_default();
        Ok((number, records::record("toys_toy", &number.to_string())))
    }

    async fn send(&self, proof: &usize) -> Result<&'static str, Error> {
        let _ = self.proofs.lock().map(|mut proofs| proofs.push(*proof));
        let next = self.sends.lock().map(|mut script| script.pop_front()).ok().flatten();
        next.unwrap_or(Err(Kind::Invalid)).map_err(error)
    }

    async fn find(&self, _: &usize) -> Result<Found<&'static str>, Error> {
        let next = self.looks.lock().map(|mut script| script.pop_front()).ok().flatten();
        match next.unwrap_or(Look::Fails(Kind::Invalid)) {
            Look::Nothing => Ok(Found::Nothing),
            Look::Ours(id) => Ok(Found::Ours(id)),
            Look::Removed(id) => Ok(Found::Removed(id.to_owned())),
            Look::Candidates(ids) => Ok(Found::Candidates(ids.iter().map(|id| candidate(id)).collect())),
            Look::Fails(kind) => Err(error(kind)),
        }
    }

    fn object_id(&self, object: &&'static str) -> ObjectId {
        toy_id(object)
    }
}

fn candidate(id: &str) -> Candidate {
    Candidate {
        id: toy_id(id),
        import_id: format!("{id}@here"),
        name: "name".to_owned(),
        created: None,
        note: None,
    }
}

const LOST: Result<&str, Kind> = Err(Kind::Uncertain);
const CLASH: Result<&str, Kind> = Err(Kind::Conflict);
const RANDOM: Repetition = Repetition::Refused { proves_ours: true };
const CONFIGURED: Repetition = Repetition::Refused { proves_ours: false };

/// What came of a creation.
struct Came {
    result: Result<String, (Kind, String)>,
    warnings: Vec<String>,
    /// How much of the script is left.
    left: usize,
    /// How many records outlive a clean end.
    records: usize,
}

async fn run(repetition: Repetition, sends: &[Result<&'static str, Kind>], looks: &[Look]) -> Came {
    run_with(repetition, sends, looks, &CancellationToken::new()).await
}

async fn run_with(
    repetition: Repetition,
    sends: &[Result<&'static str, Kind>],
    looks: &[Look],
    stop: &CancellationToken,
) -> Came {
    run_planned(repetition, sends, looks, stop, None).await
}

/// The same, by a plan that the command line of this name has made.
async fn run_planned(
    repetition: Repetition,
    sends: &[Result<&'static str, Kind>],
    looks: &[Look],
    stop: &CancellationToken,
    planned_by: Option<&str>,
) -> Came {
    let scripted = Scripted {
        repetition,
        sends: Mutex::new(sends.iter().copied().collect()),
        looks: Mutex::new(looks.iter().copied().collect()),
        proofs: Mutex::default(),
    };
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let written = Records::in_data_folder(&Default::default(), folder.path(), Some("this run".to_owned()));
    let ownership = Arc::new(Ownership::default());
    ownership.own(&toy_id("state"));
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut context = Context::new(
        Arc::new(TestClient::default()),
        deadline,
        Arc::clone(&ownership),
        written.clone(),
        random::secret,
        stop.clone(),
    );
    context.seed = planned_by.and_then(|run| Seed::draw(random::secret, Some(run)));
    let recorder = StateRecorder::<State>::new(&ownership, TestResource::object_id, None);
    let result = create::<TestResource, _>(&context, &recorder, &scripted, |id| toy(Some(id), "name")).await;
    if let Ok(state) = &result {
        assert!(ownership.owns(&toy_id(state.id.text())));
        assert!(recorder.recorded().is_some(), "what was created is recorded");
    }
    written.finish();
    let later = Records::in_data_folder(&Default::default(), folder.path(), None);
    let left = |script: usize, looks: usize| script + looks;
    Came {
        result: result
            .map(|state| state.id.text().to_owned())
            .map_err(|error| (error.kind, error.advice.unwrap_or_default())),
        warnings: context
            .take_warnings()
            .into_iter()
            .map(|warning| warning.summary)
            .collect(),
        left: left(
            scripted.sends.lock().map(|left| left.len()).unwrap_or_default(),
            scripted.looks.lock().map(|left| left.len()).unwrap_or_default(),
        ),
        records: later.leftovers().len(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_request_has_created_is_taken_over_or_made_good() {
    use Look::{Candidates, Fails, Nothing, Ours, Removed};
    let settled = [Nothing; 7];
    #[rustfmt::skip]
    let rows: Vec<(&str, Repetition, Vec<Result<&'static str, Kind>>, Vec<Look>, &str, Vec<&str>, usize)> = vec![
        ("created at once", RANDOM, vec![Ok("1")], vec![], "1", vec![], 0),
        ("found", RANDOM, vec![LOST], vec![Ours("1")], "1", vec!["1"], 0),
        ("found although lists lag, answer nothing readable, throttle", RANDOM, vec![LOST, CLASH, CLASH, CLASH, CLASH],
         vec![Nothing, Fails(Kind::Malformed), Nothing, Fails(Kind::Throttled), Nothing, Fails(Kind::Server), Nothing, Ours("1")],
         "1", vec!["1"], 0),
        ("a random value that exists is ours", RANDOM, vec![CLASH], vec![Ours("1")], "1", vec!["1"], 0),
        ("not carried out, sent again", RANDOM, vec![LOST, Ok("2")], vec![Nothing], "2", vec![], 0),
        ("carried out late, found by the clash", CONFIGURED, vec![LOST, CLASH], vec![Nothing, Ours("1")], "1", vec!["1"], 0),
        ("answered with another's object", RANDOM, vec![Ok("state")], vec![Ours("1")], "1", vec!["1"], 0),
        ("answered without an id", RANDOM, vec![Ok("")], vec![Ours("1")], "1", vec!["1"], 0),
        // The record of the first request stays: it may yet be carried out.
        ("not carried out, sent again once that is settled", Repetition::Settled, vec![LOST, Ok("2")], settled.to_vec(), "2", vec![], 1),
        ("removed and created anew", Repetition::Settled, vec![LOST, Ok("2")], vec![Nothing, Removed("1")], "2", vec!["1"], 0),
        ("removed twice", Repetition::Settled, vec![LOST, LOST, Ok("3")], vec![Removed("1"), Removed("2")], "3", vec!["1", "2"], 0),
        ("only candidates that states hold", Repetition::Settled, vec![LOST, Ok("2")],
         [vec![Candidates(&["state"])], settled[1..].to_vec()].concat(), "2", vec![], 1),
    ];
    for (name, repetition, sends, looks, id, lost, records) in rows {
        let came = run(repetition, &sends, &looks).await;
        let warnings: Vec<_> = lost
            .iter()
            .map(|id| format!("The answer to the creation of toy {id} was lost"))
            .collect();
        assert_eq!(came.result, Ok(id.to_owned()), "{name}");
        assert_eq!(
            (came.warnings, came.left, came.records),
            (warnings, 0, records),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_an_error_that_says_what_to_do() {
    use Look::{Candidates, Fails, Nothing};
    #[rustfmt::skip]
    let rows: Vec<(&str, Repetition, Vec<Result<&'static str, Kind>>, Vec<Look>, Kind, &str, usize)> = vec![
        ("refused", RANDOM, vec![Err(Kind::Denied)], vec![], Kind::Denied, "", 0),
        ("a configured value that exists", CONFIGURED, vec![CLASH], vec![], Kind::Conflict, "", 0),
        ("a configured value that turns out to be another's", CONFIGURED, vec![LOST], vec![Fails(Kind::Conflict)], Kind::Conflict, "", 0),
        ("candidates", Repetition::Settled, vec![LOST], vec![Candidates(&["state", "1", "2"])], Kind::Uncertain,
         "- toy 1 (\"name\")\n\n  import {\n    to = toys_toy.<name>\n    id = \"1@here\"\n  }\n- toy 2", 1),
        ("the search is refused", RANDOM, vec![LOST], vec![Fails(Kind::Denied)], Kind::Uncertain, "failed: CallToy: it failed", 1),
        ("refused after a lost request", RANDOM, vec![LOST, Err(Kind::Limit)], vec![Nothing], Kind::Limit,
         "An earlier request of this creation has no known outcome", 1),
    ];
    for (name, repetition, sends, looks, kind, words, records) in rows {
        let came = run(repetition, &sends, &looks).await;
        let Err((found, advice)) = came.result else {
            panic!("{name}: {:?}", came.result)
        };
        assert_eq!(
            (found, came.warnings.len(), came.left, came.records),
            (kind, 0, 0, records),
            "{name}"
        );
        assert!(advice.contains(words), "{name}: {advice}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_search_goes_on_as_long_as_the_operation_may_and_its_record_stays() {
    for look in [
        Look::Nothing,
        Look::Fails(Kind::Malformed),
        Look::Fails(Kind::Unreachable),
    ] {
        let begun = Instant::now();
        let came = run(RANDOM, &[LOST; 100], &[look; 100]).await;
        let Err((Kind::Uncertain, advice)) = came.result else {
            panic!("{:?}", came.result)
        };
        assert!(
            advice.contains("The next plan in this folder searches again"),
            "{advice}"
        );
        assert!(
            (120..=121).contains(&begun.elapsed().as_secs()),
            "{:?}",
            begun.elapsed()
        );
        assert_eq!(came.records, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_nothing_is_sent_again_but_what_was_created_is_found() {
    let stop = CancellationToken::new();
    stop.cancel();
    let begun = Instant::now();
    let found = run_with(RANDOM, &[LOST], &[Look::Nothing, Look::Ours("1")], &stop).await;
    assert_eq!(found.result, Ok("1".to_owned()));
    for repetition in [RANDOM, Repetition::Settled] {
        let came = run_with(repetition, &[LOST, Ok("2")], &[Look::Nothing; 100], &stop).await;
        assert!(came.result.is_err());
        assert_eq!(came.records, 1);
    }
    assert!(begun.elapsed() < 3 * LEAST);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_apply_of_the_plan_has_created_is_looked_for_before_the_first_request() {
    use Look::{Candidates, Fails, Nothing, Ours, Removed};
    const UNSEEN: &str = "What an earlier apply of this plan created could not be looked for: toys_toy";
    let lost = |id: &str| format!("The answer to the creation of toy {id} was lost");
    #[rustfmt::skip]
    let rows: Vec<(&str, &str, Repetition, Vec<Result<&'static str, Kind>>, Vec<Look>, &str, Vec<String>)> = vec![
        ("planned and applied by one command", "this run", Repetition::Settled, vec![Ok("1")], vec![], "1", vec![]),
        ("applied for the first time", "another", Repetition::Settled, vec![Ok("1")], vec![Nothing], "1", vec![]),
        ("nothing that is proven", "another", Repetition::Settled, vec![Ok("2")], vec![Candidates(&["1"])], "2", vec![]),
        ("found", "another", Repetition::Settled, vec![], vec![Ours("1")], "1", vec![lost("1")]),
        ("found, and of no use", "another", Repetition::Settled, vec![Ok("2")], vec![Removed("1")], "2", vec![lost("1")]),
        ("cannot be looked for", "another", Repetition::Settled, vec![Ok("1")], vec![Fails(Kind::Denied)], "1", vec![UNSEEN.to_owned()]),
        ("refused twice by the service itself", "another", RANDOM, vec![CLASH], vec![Ours("1")], "1", vec![lost("1")]),
        ("looked for once", "another", Repetition::Settled, vec![LOST, LOST, Ok("4")],
         vec![Removed("1"), Removed("2"), Removed("3")], "4", vec![lost("1"), lost("2"), lost("3")]),
    ];
    for (name, planned_by, repetition, sends, looks, id, warnings) in rows {
        let stop = CancellationToken::new();
        let came = run_planned(repetition, &sends, &looks, &stop, Some(planned_by)).await;
        assert_eq!(came.result, Ok(id.to_owned()), "{name}");
        assert_eq!((came.warnings, came.left, came.records), (warnings, 0, 0), "{name}");
    }
}

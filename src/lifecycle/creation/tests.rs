use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::lifecycle::Known;
use crate::lifecycle::toy::{Toy, Toys, error, toy};

/// A creation that does as it is told. What it is told no more of, it refuses.
struct Scripted {
    is_unique: bool,
    creates: Mutex<VecDeque<Result<&'static str, Kind>>>,
    searches: Mutex<VecDeque<Result<Vec<&'static str>, Kind>>>,
    removes: bool,
}

impl Creation for Scripted {
    type Object = &'static str;

    fn is_unique(&self) -> bool {
        self.is_unique
    }

    async fn create(&self) -> Result<Candidate<&'static str>, Error> {
        next(&self.creates).map(candidate)
    }

    async fn search(&self) -> Result<Vec<Candidate<&'static str>>, Error> {
        Ok(next(&self.searches)?.into_iter().map(candidate).collect())
    }

    async fn adopt(&self, found: &'static str) -> Result<Adopted<&'static str>, Error> {
        match (self.removes, found) {
            (_, "stubborn") => Err(error(Kind::Denied)),
            (true, _) => Ok(Adopted::Removed),
            (false, found) => Ok(Adopted::Kept(found)),
        }
    }
}

fn next<T>(script: &Mutex<VecDeque<Result<T, Kind>>>) -> Result<T, Error> {
    let next = script.lock().map(|mut script| script.pop_front()).ok().flatten();
    next.unwrap_or(Err(Kind::Invalid)).map_err(error)
}

fn candidate(id: &'static str) -> Candidate<&'static str> {
    Candidate {
        id: id.to_owned(),
        name: "name".to_owned(),
        created: None,
        object: id,
    }
}

const LOST: Result<&str, Kind> = Err(Kind::Uncertain);
const CLASH: Result<&str, Kind> = Err(Kind::Conflict);

/// What came of it: the id or the kind and text of the error, the warnings' summaries, and how much of the script is left.
async fn run(
    is_unique: bool,
    removes: bool,
    creates: &[Result<&'static str, Kind>],
    searches: &[Result<Vec<&'static str>, Kind>],
) -> (Result<String, (Kind, String)>, Vec<String>, usize) {
    let scripted = Scripted {
        is_unique,
        removes,
        creates: Mutex::new(creates.iter().copied().collect()),
        searches: Mutex::new(searches.iter().cloned().collect()),
    };
    let (toys, known, stop) = (Toys::default(), Known::default(), CancellationToken::new());
    known.own("known");
    known.saw_before(["before"]);
    let task = Task::<Toy>::new(&toys, Instant::now() + Duration::from_secs(600), &known, &stop, None);
    let result = create(&task, &scripted, |id| toy(Some(id), "name")).await;
    let kept = std::mem::take(&mut *task.kept());
    if let Ok(state) = &result {
        assert!(known.owns(state.id.text()));
        assert!(kept.state.is_some(), "what was made is recorded");
    }
    let left = scripted.creates.lock().map(|left| left.len()).unwrap_or_default()
        + scripted.searches.lock().map(|left| left.len()).unwrap_or_default();
    let result = result.map(|state| state.id.text().to_owned());
    let result = result.map_err(|error| (error.kind, error.advice.unwrap_or_default()));
    (
        result,
        kept.warnings.into_iter().map(|warning| warning.summary).collect(),
        left,
    )
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_request_has_made_is_taken_over_or_made_good() {
    let lost_answer = "The answer to a creation was lost";
    let twice = "A key may have been made twice";
    let none = || Ok(vec![]);
    let one = |id| Ok(vec![id]);
    #[rustfmt::skip]
    let rows = [
        ("made at once", true, false, vec![Ok("1")], vec![], "1", vec![]),
        ("found", true, false, vec![LOST], vec![one("1")], "1", vec![lost_answer]),
        ("found among others'", true, false, vec![LOST], vec![Ok(vec!["known", "1", "before"])], "1", vec![lost_answer]),
        ("not run, made again", true, false, vec![LOST, Ok("2")], vec![none()], "2", vec![]),
        ("run late, found by the clash", true, false, vec![LOST, CLASH], vec![none(), one("1")], "1", vec![lost_answer]),
        ("found at a second look", false, false, vec![LOST], vec![none(), one("1")], "1", vec![lost_answer]),
        ("not run, made again, nothing late", false, false, vec![LOST, Ok("2")],
         vec![none(), none(), none(), none()], "2", vec![]),
        ("run late, made twice", false, false, vec![LOST, Ok("2")],
         vec![none(), none(), none(), Ok(vec!["1", "2"])], "2", vec![twice]),
        ("removed and made anew", false, true, vec![LOST, Ok("2")], vec![one("1")], "2", vec![lost_answer]),
        ("removed twice", false, true, vec![LOST, LOST, Ok("3")], vec![one("1"), one("2")], "3", vec![lost_answer, lost_answer]),
    ];
    for (name, is_unique, removes, creates, searches, id, warnings) in rows {
        let found = run(is_unique, removes, &creates, &searches).await;
        let warnings = warnings.into_iter().map(str::to_owned).collect();
        assert_eq!(found, (Ok(id.to_owned()), warnings, 0), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_an_error_that_says_what_to_do() {
    let none = || Ok(vec![]);
    let unique = || vec![none(), none(), none(), none()];
    #[rustfmt::skip]
    let rows = [
        ("refused", true, vec![Err(Kind::Denied)], vec![], Kind::Denied, ""),
        ("clash from the beginning", true, vec![CLASH], vec![], Kind::Conflict, ""),
        ("clash with what was there before", true, vec![LOST, CLASH], vec![none(), Ok(vec!["before"])], Kind::Conflict, ""),
        ("several", true, vec![LOST], vec![Ok(vec!["1", "2"])], Kind::Uncertain,
         "- the key 1 (\"name\")\n- the key 2 (\"name\")\n\nNone of them was touched."),
        ("search fails", true, vec![LOST], vec![Err(Kind::Denied)], Kind::Uncertain, "failed: CallToy: it failed"),
        ("cannot be taken over", true, vec![LOST], vec![Ok(vec!["stubborn"])], Kind::Uncertain, "the key stubborn (\"name\")"),
        ("lost for good", true, vec![LOST, LOST, LOST, LOST], unique(), Kind::Uncertain, "no key is left"),
        ("refused at last", true, vec![LOST, Err(Kind::Limit)], vec![none()], Kind::Limit, ""),
    ];
    for (name, is_unique, creates, searches, kind, words) in rows {
        let (result, warnings, left) = run(is_unique, false, &creates, &searches).await;
        let Err((found, advice)) = result else {
            panic!("{name}: {result:?}")
        };
        assert_eq!((found, warnings.len(), left), (kind, 0, 0), "{name}");
        assert!(advice.contains(words), "{name}: {advice}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_nothing_is_sent_again_but_what_was_made_is_found() {
    let (toys, known, stop) = (Toys::default(), Known::default(), CancellationToken::new());
    stop.cancel();
    for (search, made) in [(vec![], false), (vec!["1"], true)] {
        let task = Task::<Toy>::new(&toys, Instant::now() + Duration::from_secs(600), &known, &stop, None);
        let scripted = Scripted {
            is_unique: true,
            removes: false,
            creates: Mutex::new([LOST, Ok("2")].into()),
            searches: Mutex::new([Ok(search)].into()),
        };
        let result = create(&task, &scripted, |id| toy(Some(id), "name")).await;
        assert_eq!(result.is_ok(), made);
        assert_eq!(scripted.creates.lock().map(|left| left.len()).ok(), Some(1));
    }
}

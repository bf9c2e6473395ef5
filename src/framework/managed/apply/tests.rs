use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::framework::Ownership;
use crate::framework::managed::test_resource::{State, TestClient, TestResource, error, object, toy};
use crate::framework::records::Records;
use crate::host::random;
use crate::schema::check::Severity;

/// Applies, and gives the name of what exists afterwards and the errors' texts.
async fn applied(toys: TestClient, prior: Option<State>, planned: Option<State>) -> (Option<String>, Vec<String>) {
    let schema = State::schema();
    let (prior, planned) = (prior.as_ref().map(object), planned.as_ref().map(object));
    let action = match (&prior, &planned) {
        (None, _) => Action::Create,
        (Some(_), Some(_)) => Action::Update,
        (Some(_), None) => Action::Delete,
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    let context = Context::new(
        Arc::new(toys),
        deadline,
        Arc::new(Ownership::default()),
        Records::default(),
        random::secret,
        CancellationToken::new(),
    );
    let outcome = execute::<TestResource>(&schema, &context, action, prior, planned).await;

    let name = outcome.value.map(|object| {
        assert!(object.values().all(Value::is_wholly_known), "{object:?}");
        object["name"].as_str().unwrap_or_default().to_owned()
    });
    let errors = outcome
        .diagnostics
        .into_iter()
        .filter(|d| d.severity == Severity::Error);
    (name, errors.map(|diagnostic| diagnostic.detail).collect())
}

fn made(name: &str) -> Option<State> {
    Some(toy(Some("1"), name))
}

#[tokio::test]
async fn a_panic_leaves_what_was_recorded_before_it() {
    let after = TestClient {
        create: |recorder, plan| {
            recorder.record(&toy(Some("1"), plan.name.text()));
            panic!("after the call")
        },
        ..TestClient::default()
    };
    let (name, errors) = applied(after, None, Some(toy(None, "new"))).await;
    assert_eq!(name.as_deref(), Some("new"));
    assert!(
        errors[0].starts_with("the provider panicked: after the call"),
        "{errors:?}"
    );

    let before = TestClient {
        create: |_, _| panic!("before the call"),
        ..TestClient::default()
    };
    let (name, errors) = applied(before, None, Some(toy(None, "new"))).await;
    assert_eq!((name, errors.len()), (None, 1));

    let update = TestClient {
        update: |_, _, _| panic!("in the update"),
        ..TestClient::default()
    };
    let (name, errors) = applied(update, made("old"), made("new")).await;
    assert_eq!((name.as_deref(), errors.len()), (Some("old"), 1));
}

#[tokio::test]
async fn a_panic_while_the_outcome_is_found_out_leaves_what_was_recorded_before_it() {
    let toys = TestClient {
        create: |recorder, _| {
            recorder.record(&toy(Some("1"), "half done"));
            Err(error(Kind::Uncertain))
        },
        read: |_| panic!("in the look"),
        ..TestClient::default()
    };
    let (name, errors) = applied(toys, None, Some(toy(None, "new"))).await;
    assert_eq!(name.as_deref(), Some("half done"));
    assert!(
        errors[0].starts_with("the provider panicked: in the look"),
        "{errors:?}"
    );
}

#[tokio::test]
async fn a_change_in_doubt_is_looked_at_and_the_state_says_what_is() {
    let update: fn(&StateRecorder<'_, State>, State, State) -> Result<State, Error> =
        |_, _, _| Err(error(Kind::Uncertain));
    let rows: [(fn(State) -> Result<Option<State>, Error>, &str, usize); 4] = [
        (|_| Ok(made("new")), "new", 0),
        (|_| Ok(made("other")), "other", 1),
        (|_| Ok(None), "old", 1),
        (|_| Err(error(Kind::Denied)), "old", 1),
    ];
    for (read, expected, count) in rows {
        let toys = TestClient {
            update,
            read,
            ..TestClient::default()
        };
        let (name, errors) = applied(toys, made("old"), made("new")).await;
        assert_eq!((name.as_deref(), errors.len()), (Some(expected), count), "{errors:?}");
    }
}

#[tokio::test]
async fn a_removal_in_doubt_is_looked_at() {
    let delete: fn(State) -> Result<(), Error> = |_| Err(error(Kind::Server));
    let rows: [(fn(State) -> Result<Option<State>, Error>, Option<&str>, usize); 3] = [
        (|_| Ok(None), None, 0),
        (|_| Ok(made("still there")), Some("still there"), 1),
        (|_| Err(error(Kind::Unreachable)), Some("old"), 1),
    ];
    for (read, expected, count) in rows {
        let toys = TestClient {
            delete,
            read,
            ..TestClient::default()
        };
        let (name, errors) = applied(toys, made("old"), None).await;
        assert_eq!((name.as_deref(), errors.len()), (expected, count), "{errors:?}");
    }
}

#[tokio::test]
async fn a_create_is_looked_at_only_once_it_has_made_something() {
    let half_done = TestClient {
        create: |recorder, plan| {
            recorder.record(&toy(Some("1"), "half done"));
            let _ = plan;
            Err(error(Kind::Malformed))
        },
        read: |_| Ok(made("new")),
        ..TestClient::default()
    };
    assert_eq!(
        applied(half_done, None, Some(toy(None, "new"))).await,
        (Some("new".to_owned()), vec![])
    );

    let lost = TestClient {
        create: |_, _| Err(error(Kind::Uncertain)),
        ..TestClient::default()
    };
    let (name, errors) = applied(lost, None, Some(toy(None, "new"))).await;
    assert_eq!((name, errors.len()), (None, 1));
}

#[tokio::test]
async fn a_refusal_leaves_no_doubt_and_is_not_looked_at() {
    for kind in [
        Kind::Invalid,
        Kind::Denied,
        Kind::Unreachable,
        Kind::Throttled,
        Kind::Stopped,
        Kind::TimedOut,
    ] {
        let refused = Error {
            code: Some("NotToday".to_owned()),
            ..error(kind)
        };
        assert!(!refused.leaves_doubt(), "{kind:?}");
    }
    // It may come from anything in between.
    assert!(error(Kind::Throttled).leaves_doubt());
    let toys = TestClient {
        update: |recorder, _, _| {
            recorder.record(&toy(Some("1"), "half done"));
            Err(error(Kind::Invalid))
        },
        ..TestClient::default()
    };
    let (name, errors) = applied(toys, made("old"), made("new")).await;
    assert_eq!((name.as_deref(), errors.len()), (Some("half done"), 1));
}

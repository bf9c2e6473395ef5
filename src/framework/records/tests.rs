#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::process::{Command, Stdio};

use chrono::DateTime;
use tempfile::TempDir;

use super::folder::{FOLDER, LOCK, Stored};
use super::*;

/// A record of an object of this type and name.
pub(crate) fn record(resource_type: &str, name: &str) -> Record {
    Record {
        resource_type: resource_type.to_owned(),
        endpoint: "https://api.example".to_owned(),
        region: "here".to_owned(),
        account: "somebody".to_owned(),
        name: name.to_owned(),
        proof: [("value_sha256".to_owned(), "ab".to_owned())].into(),
        sent: DateTime::UNIX_EPOCH,
        id: None,
    }
}

fn records(folder: &TempDir, variables: &[(&'static str, &'static str)], run: Option<&str>) -> Records {
    let environment = variables.iter().copied().collect();
    Records::in_data_folder(&environment, folder.path(), run.map(str::to_owned))
}

fn names(records: &Records) -> Vec<String> {
    let mut names: Vec<_> = records
        .leftovers()
        .into_iter()
        .map(|leftover| leftover.record.name)
        .collect();
    names.sort();
    names
}

fn id(id: &str) -> ObjectId {
    ObjectId::global("t", id)
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn a_clean_end_leaves_what_is_unsettled_and_nothing_else() {
    let folder = folder();
    let first = records(&folder, &[], None);
    first.begin(record("t", "created")).await.made(&id("1"));
    first.begin(record("t", "refused")).await.forget();
    let open = first.begin(record("t", "open")).await;
    first.begin(record("t", "undone")).await.made(&id("2"));
    first.removed(&id("2"));
    // Its own process still runs.
    assert_eq!(names(&records(&folder, &[], None)), Vec::<String>::new());
    first.finish();
    drop(open);
    let later = records(&folder, &[], None);
    assert_eq!(names(&later), ["open"]);
    later.leftovers().into_iter().for_each(Leftover::forget);
    assert_eq!(names(&later), Vec::<String>::new());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "the lock and the folders are gone, too"
    );
}

#[tokio::test]
async fn a_clean_end_without_open_records_leaves_no_folder() {
    let folder = folder();
    let all = records(&folder, &[], None);
    all.begin(record("t", "created")).await.made(&id("1"));
    all.finish();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // What Terraform keeps there stays.
    fs::create_dir_all(folder.path().join(".terraform/providers")).unwrap();
    all.begin(record("t", "created")).await.made(&id("1"));
    all.finish();
    let kept: Vec<_> = fs::read_dir(folder.path().join(".terraform"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(kept, ["providers"]);
}

#[tokio::test]
async fn a_process_that_has_ended_leaves_what_it_had_begun_or_created() {
    let folder = folder();
    {
        let killed = records(&folder, &[], None);
        killed.begin(record("t", "created")).await.made(&id("1"));
        drop(killed.begin(record("t", "begun")).await);
    }
    let later = records(&folder, &[], None);
    assert_eq!(names(&later), ["begun", "created"]);
    let ids: Vec<_> = later
        .leftovers()
        .into_iter()
        .filter_map(|leftover| leftover.record.id)
        .collect();
    assert_eq!(ids, ["1"]);
}

#[tokio::test]
async fn records_of_another_folder_or_workspace_are_left_alone() {
    let (here, data) = (folder(), folder());
    let path: &'static str = data.path().to_str().unwrap().to_owned().leak();
    drop(
        records(&here, &[("TF_DATA_DIR", path), ("TF_WORKSPACE", "one")], None)
            .begin(record("t", "one"))
            .await,
    );
    let workspace = |name| records(&here, &[("TF_DATA_DIR", path), ("TF_WORKSPACE", name)], None);
    assert_eq!(names(&workspace("two")), Vec::<String>::new());
    assert_eq!(
        names(&records(
            &folder(),
            &[("TF_DATA_DIR", path), ("TF_WORKSPACE", "one")],
            None
        )),
        Vec::<String>::new()
    );
    assert_eq!(names(&workspace("one")), ["one"]);
    // What `terraform workspace select` writes.
    fs::write(data.path().join("environment"), "one\n").unwrap();
    assert_eq!(names(&records(&here, &[("TF_DATA_DIR", path)], None)), ["one"]);
}

#[tokio::test]
async fn one_process_of_a_run_tells_of_what_is_left() {
    let folder = folder();
    drop(records(&folder, &[], None).begin(record("t", "open")).await);
    let all = ["run", "run", "another"].map(|run| records(&folder, &[], Some(run)));
    // Each has asked the service before one of them tells.
    let left = all.map(|records| records.leftovers().remove(0));
    assert_eq!(left.map(|leftover| leftover.claim()), [true, false, true]);
    assert_eq!(names(&records(&folder, &[], Some("another"))), Vec::<String>::new());
    let unknown = records(&folder, &[], None).leftovers().remove(0);
    assert_eq!(
        (unknown.claim(), unknown.claim()),
        (true, true),
        "a run that cannot be told from others is told every time"
    );
    unknown.forget();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn processes_that_look_at_the_same_moment_see_the_same() {
    let folder = folder();
    drop(records(&folder, &[], None).begin(record("t", "open")).await);
    let inner = folder.path().join(".terraform").join(FOLDER);
    let mut files = fs::read_dir(inner).unwrap().flatten().map(|entry| entry.path());
    let lock = files.find(|path| path.extension().is_some_and(|found| found == LOCK));
    let another = File::open(lock.unwrap()).unwrap();
    another.try_lock_shared().unwrap();
    assert_eq!(names(&records(&folder, &[], None)), ["open"]);
}

#[tokio::test]
async fn what_cannot_be_written_or_read_stops_nobody() {
    let folder = folder();
    fs::write(folder.path().join(".terraform"), "no folder").unwrap();
    let all = records(&folder, &[], None);
    all.begin(record("t", "unwritten")).await.made(&id("1"));
    assert_eq!(names(&all), Vec::<String>::new());
    all.finish();
    Records::default().begin(record("t", "none")).await.made(&id("1"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_record_is_for_its_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let all = records(&folder, &[], None);
    let _open = all.begin(record("t", "open")).await;
    for entry in fs::read_dir(folder.path().join(".terraform").join(FOLDER))
        .unwrap()
        .flatten()
    {
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            entry.path()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_lock_of_a_living_process_protects_its_records() {
    let folder = folder();
    let inner = folder.path().join(".terraform").join(FOLDER);
    fs::create_dir_all(&inner).unwrap();
    let stored = Stored {
        origin: Origin {
            working_folder: folder.path().to_owned(),
            workspace: String::new(),
        },
        record: record("t", "other"),
        claimed: None,
    };
    fs::write(inner.join("7_0-0.json"), serde_json::to_vec(&stored).unwrap()).unwrap();
    let mut holder = Command::new("flock")
        .arg(inner.join("7_0.lock"))
        .args(["sh", "-c", "echo locked; read line"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut [0; 7]).unwrap();
    assert_eq!(names(&records(&folder, &[], None)), Vec::<String>::new());
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert_eq!(names(&records(&folder, &[], None)), ["other"]);
}

#[tokio::test]
async fn what_a_state_shows_is_left_behind_no_more() {
    let folder = folder();
    {
        let killed = records(&folder, &[], None);
        killed.begin(record("t", "created")).await.made(&id("1"));
        drop(killed.begin(record("t", "begun")).await);
    }
    let later = records(&folder, &[], None);
    later.shown(&id("2"));
    assert_eq!(names(&later), ["begun", "created"]);
    later.shown(&id("1"));
    assert_eq!(names(&later), ["begun"]);
    later
        .leftovers()
        .into_iter()
        .for_each(|leftover| leftover.identified("3"));
    later.shown(&id("3"));
    assert_eq!(names(&later), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_gone_may_yet_be_created_by_a_request_that_was_repeated() {
    let folder = folder();
    {
        let all = records(&folder, &[], None);
        all.begin(record("t", "settled")).await.made(&id("1"));
        all.begin(record("t", "repeated")).await.repeated().made(&id("2"));
        all.removed(&id("1"));
        all.removed(&id("2"));
    }
    let left = records(&folder, &[], None).leftovers();
    let left: Vec<_> = left
        .iter()
        .map(|left| (left.record.name.as_str(), &left.record.id))
        .collect();
    assert_eq!(left, [("repeated", &None)]);
}

#[tokio::test]
async fn an_object_of_another_process_in_the_folder_is_told() {
    let folder = folder();
    let (one, other) = (records(&folder, &[], None), records(&folder, &[], None));
    one.begin(record("t", "one")).await.made(&id("1"));
    other.begin(record("t", "other")).await.made(&id("2"));
    assert!(one.is_anothers(&id("2")) && other.is_anothers(&id("1")));
    assert!(!one.is_anothers(&id("1")) && !other.is_anothers(&id("3")));
    drop(other);
    assert!(!one.is_anothers(&id("2")), "it has ended, and its object may be gone");
}

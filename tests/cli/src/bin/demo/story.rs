use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use cli::{Cli, Failure};
use sandbox::{Cloud, Sandbox, aws, scaleway, tencentcloud};

use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::stage::{Stage, live};

/// Why the story broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Something else came about than is claimed.
    #[error("{step}: {claim} is not so: {found}")]
    Claim {
        step: &'static str,
        claim: &'static str,
        found: String,
    },
    /// A command did not do what it was told.
    #[error("{step}")]
    Command {
        step: &'static str,
        #[source]
        source: Failure,
    },
    /// The user did not want to wait for the end.
    #[error("interrupted")]
    Interrupted,
    /// What is found cannot be told.
    #[error("writing to the terminal")]
    Tell(#[from] std::io::Error),
}

/// What a step has found, in words; or what went otherwise.
type Found = Result<String, Wrong>;

enum Wrong {
    Claim(&'static str, String),
    Command(Failure),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Command(failure)
    }
}

type Step = (&'static str, fn(&Stage<'_>) -> Found);

const STEPS: [Step; 7] = [
    ("apply", make),
    ("plan", plan_nothing),
    ("apply", change_in_place),
    ("import", import),
    ("plan", plan_nothing),
    ("destroy", destroy),
    ("secrets", keep_secrets),
];

/// Plays all steps, and tells of each.
pub(crate) fn tell(
    progress: &mut Progress<impl Write>,
    cli: &Cli,
    provider: &Path,
    sandbox: &Sandbox,
    interrupt: &Interrupt,
) -> Result<(), Error> {
    let fill = |source| Error::Command {
        step: "a working folder",
        source,
    };
    let stage = Stage::new(cli, provider, sandbox).map_err(fill)?;
    progress.note(&format!(
        "{} in {}",
        cli.program().display(),
        stage.workspace.folder().display()
    ))?;
    for (step, act) in STEPS {
        let begun = Instant::now();
        let found = act(&stage).map_err(|wrong| wrong.at(step))?;
        progress.done(step, &found, begun.elapsed())?;
        if interrupt.came() {
            return Err(Error::Interrupted);
        }
    }
    let begun = Instant::now();
    let found = leave_nothing(stage).map_err(|wrong| wrong.at("end"))?;
    Ok(progress.done("end", &found, begun.elapsed())?)
}

fn make(stage: &Stage<'_>) -> Found {
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("3 added, 0 changed, 0 destroyed", &output.stdout)?;
    let ids = stage.ids()?;
    let in_state = ids.values().cloned().collect();
    let there = live(stage.sandbox);
    check(
        "the clouds have the keys of the state",
        there == in_state && ids.len() == 3,
        || format!("{there:?} and {in_state:?}"),
    )?;
    let ids: Vec<_> = ids.into_values().collect();
    Ok(format!("three keys made: {}", ids.join(", ")))
}

fn plan_nothing(stage: &Stage<'_>) -> Found {
    let output = stage.run(&["plan", "-detailed-exitcode"])?;
    claim("No changes.", &output.stdout)?;
    Ok("no changes".to_owned())
}

fn change_in_place(stage: &Stage<'_>) -> Found {
    let before = stage.ids()?;
    stage.workspace.write("demo.auto.tfvars", "in_service = false\n")?;
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("0 added, 3 changed, 0 destroyed", &output.stdout)?;
    let after = stage.ids()?;
    check("the keys are the same", after == before, || {
        format!("{before:?}, then {after:?}")
    })?;
    let in_service = [
        stage.sandbox.aws().keys().iter().any(|key| key.enabled),
        stage
            .sandbox
            .tencentcloud()
            .keys()
            .iter()
            .any(|key| key.status.is_enabled()),
        stage
            .sandbox
            .scaleway()
            .keys()
            .iter()
            .any(|key| key.description == "in service"),
    ];
    check(
        "the clouds have put them out of service",
        !in_service.contains(&true),
        || format!("in service on aws, tencentcloud, scaleway: {in_service:?}"),
    )?;
    Ok("three keys put out of service in place".to_owned())
}

/// Keys made by somebody else, past the provider, and their configuration.
fn import(stage: &Stage<'_>) -> Found {
    let (application, now) = ("22222222-2222-4222-8222-222222222222", chrono::Utc::now());
    let aws = stage.sandbox.aws().insert(aws::Key {
        description: Some("made by hand".to_owned()),
        ..aws::Key::new("us-east-1", "by-hand", now)
    });
    let tencentcloud = tencentcloud::Key::new("ap-guangzhou", "by_hand", now);
    let tencentcloud = stage.sandbox.tencentcloud().insert(tencentcloud);
    let scaleway = scaleway::Key::new(
        scaleway::Bearer::Application(application.to_owned()),
        "made by hand",
        now,
    );
    let scaleway = stage.sandbox.scaleway().insert(scaleway);
    let configuration = [
        adopted(
            "aws_api_gateway_api_key",
            &aws,
            &[("name", "by-hand"), ("description", "made by hand")],
        ),
        adopted(
            "tencentcloud_api_gateway_api_key",
            &tencentcloud,
            &[("secret_name", "by_hand")],
        ),
        adopted(
            "scaleway_iam_api_key",
            &scaleway,
            &[("application_id", application), ("description", "made by hand")],
        ),
    ];
    stage.workspace.write("by_hand.tf", &configuration.concat())?;
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("3 imported, 0 added, 0 changed, 0 destroyed", &output.stdout)?;
    Ok("three keys made elsewhere taken into the state, unchanged".to_owned())
}

/// A resource block, and the block that has the key `id` imported into it.
fn adopted(type_name: &str, id: &str, attributes: &[(&str, &str)]) -> String {
    let attributes = attributes
        .iter()
        .map(|(name, value)| format!("  {name} = \"{value}\"\n"));
    format!(
        "import {{\n  to = {type_name}.by_hand\n  id = \"{id}\"\n}}\n\nresource \"{type_name}\" \"by_hand\" {{\n{}}}\n\n",
        attributes.collect::<String>()
    )
}

fn destroy(stage: &Stage<'_>) -> Found {
    let output = stage.run(&["destroy", "-auto-approve"])?;
    claim("6 destroyed", &output.stdout)?;
    let left = live(stage.sandbox);
    check("no key is left", left.is_empty(), || format!("{left:?}"))?;
    let calls = stage.sandbox.journal();
    let on = |cloud: Cloud| calls.iter().filter(|call| call.cloud == cloud).count();
    let counts = Cloud::ALL.map(|cloud| format!("{} on {cloud}", on(cloud)));
    Ok(format!(
        "no key is left; {} calls in all, {}",
        calls.len(),
        counts.join(", ")
    ))
}

fn keep_secrets(stage: &Stage<'_>) -> Found {
    let (count, leaked) = stage.leaks();
    check("no command printed a secret", count == 6 && !leaked, || {
        format!("of {count} secrets, one printed: {leaked}")
    })?;
    Ok(format!("none of {count} in what the commands printed"))
}

fn leave_nothing(stage: Stage<'_>) -> Found {
    let left = stage.temporary().and_then(|folder| fs::read_dir(folder).ok());
    let left: Option<Vec<_>> = left.map(|entries| entries.flatten().map(|entry| entry.file_name()).collect());
    check("the temporary folder is empty", left == Some(Vec::new()), || {
        format!("{left:?}")
    })?;
    let folder = stage.workspace.folder();
    drop(stage);
    check("the working folder is gone", !folder.exists(), || {
        folder.display().to_string()
    })?;
    Ok("no socket, no temporary file, no folder is left".to_owned())
}

/// Claims that a command has said this.
fn claim(text: &'static str, printed: &str) -> Result<(), Wrong> {
    check(text, printed.contains(text), || printed.to_owned())
}

fn check(claim: &'static str, so: bool, found: impl FnOnce() -> String) -> Result<(), Wrong> {
    if so { Ok(()) } else { Err(Wrong::Claim(claim, found())) }
}

impl Wrong {
    fn at(self, step: &'static str) -> Error {
        match self {
            Self::Claim(claim, found) => Error::Claim { step, claim, found },
            Self::Command(source) => Error::Command { step, source },
        }
    }
}

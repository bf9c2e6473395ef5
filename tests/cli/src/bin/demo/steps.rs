use std::collections::BTreeSet;
use std::fs;

use cli::Failure;
use sandbox::{Cloud, aws, scaleway, tencentcloud};

use crate::stage::{Stage, live};

/// What a step has found, in words, with details in further lines; or what went otherwise.
pub(crate) type Found = Result<String, Wrong>;

pub(crate) enum Wrong {
    /// Something else came about than is claimed.
    Claim(&'static str, String),
    /// A command did not do what it was told.
    Command(Failure),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Command(failure)
    }
}

/// A part of the story.
pub(crate) struct Step {
    /// What it is for.
    pub(crate) comment: &'static str,
    /// What a user would type for it. `CLI` is the CLI.
    pub(crate) commands: &'static [&'static str],
    /// Does it.
    pub(crate) act: fn(&Stage<'_>) -> Found,
}

pub(crate) const STEPS: [Step; 9] = [
    Step {
        comment: "Create one key on each cloud: examples/demo/main.tf",
        commands: &["CLI apply -auto-approve"],
        act: create,
    },
    Step {
        comment: "Nothing is left to do",
        commands: &["CLI plan"],
        act: plan_nothing,
    },
    Step {
        comment: "Look them up with data sources: examples/demo/look_up.tf",
        commands: &["CLI apply -auto-approve", "CLI output found"],
        act: look_up,
    },
    Step {
        comment: "Put the AWS key into a usage plan that exists: examples/demo/usage_plan.tf",
        commands: &[
            "echo 'usage_plan_id = \"demo01\"' > usage_plan.auto.tfvars",
            "CLI apply -auto-approve",
        ],
        act: attach,
    },
    Step {
        comment: "Change all three in place",
        commands: &[
            "echo 'in_service = false' > demo.auto.tfvars",
            "CLI apply -auto-approve",
        ],
        act: change_in_place,
    },
    Step {
        comment: "Import three keys that were created elsewhere: by_hand.tf has an import block for each",
        commands: &["CLI apply -auto-approve"],
        act: import,
    },
    Step {
        comment: "Nothing is left to do",
        commands: &["CLI plan"],
        act: plan_nothing,
    },
    Step {
        comment: "Destroy them all",
        commands: &["CLI destroy -auto-approve"],
        act: destroy,
    },
    Step {
        comment: "Look for secrets in what these commands have printed",
        commands: &[],
        act: keep_secrets,
    },
];

fn create(stage: &Stage<'_>) -> Found {
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
    let ids = ids.iter().map(|(address, id)| {
        let cloud = address.split('_').next().unwrap_or_default();
        format!("\n{cloud:13} {id}")
    });
    Ok(format!("3 keys created{}", ids.collect::<String>()))
}

fn plan_nothing(stage: &Stage<'_>) -> Found {
    let output = stage.run(&["plan", "-detailed-exitcode"])?;
    claim("No changes.", &output.stdout)?;
    Ok("no changes".to_owned())
}

fn look_up(stage: &Stage<'_>) -> Found {
    stage.workspace.write("look_up.tf", LOOK_UP)?;
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("0 added, 0 changed, 0 destroyed", &output.stdout)?;
    let printed = stage.run(&["output", "-json", "found"])?.stdout;
    let found: BTreeSet<String> = serde_json::from_str(&printed).unwrap_or_default();
    check("the data sources found the keys", found == live(stage.sandbox), || {
        format!("{found:?}")
    })?;
    Ok("3 keys found, their secrets not shown".to_owned())
}

/// Written into the working folder once the keys exist.
const LOOK_UP: &str = include_str!("../../../../../examples/demo/look_up.tf");

/// Has somebody else create a usage plan, and the key put into it.
fn attach(stage: &Stage<'_>) -> Found {
    stage.sandbox.aws().insert_plan(AWS_REGION, USAGE_PLAN_ID, "demo");
    stage.workspace.write("usage_plan.tf", USAGE_PLAN)?;
    let variables = format!("usage_plan_id = \"{USAGE_PLAN_ID}\"\n");
    stage.workspace.write("usage_plan.auto.tfvars", &variables)?;
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("1 added, 0 changed, 0 destroyed", &output.stdout)?;
    let key = stage.ids()?.remove("aws_api_gateway_api_key.demo");
    let in_plan = keys_in_plan(stage);
    check(
        "the usage plan has the key",
        in_plan.len() == 1 && in_plan.first() == key.as_ref(),
        || format!("{in_plan:?}"),
    )?;
    Ok(format!(
        "1 key put into the usage plan\naws           {USAGE_PLAN_ID}/{}",
        in_plan.concat()
    ))
}

/// Written into the working folder once there is a plan.
const USAGE_PLAN: &str = include_str!("../../../../../examples/demo/usage_plan.tf");
const USAGE_PLAN_ID: &str = "demo01";
const AWS_REGION: &str = "us-east-1";

fn keys_in_plan(stage: &Stage<'_>) -> Vec<String> {
    stage.sandbox.aws().plan_keys(AWS_REGION, USAGE_PLAN_ID)
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
    Ok("3 keys put out of service in place".to_owned())
}

/// Keys that somebody else has created, without the provider, and their configuration.
fn import(stage: &Stage<'_>) -> Found {
    let (application, now) = ("22222222-2222-4222-8222-222222222222", chrono::Utc::now());
    let aws = stage.sandbox.aws().insert(aws::Key {
        description: Some("created by hand".to_owned()),
        ..aws::Key::new(AWS_REGION, "by-hand", now)
    });
    let tencentcloud = tencentcloud::Key::new("ap-guangzhou", "by_hand", now);
    let tencentcloud = stage.sandbox.tencentcloud().insert(tencentcloud);
    let scaleway = scaleway::Key::new(
        scaleway::Bearer::Application(application.to_owned()),
        "created by hand",
        now,
    );
    let scaleway = stage.sandbox.scaleway().insert(scaleway);
    let configuration = [
        adopted(
            "aws_api_gateway_api_key",
            &aws,
            &[("name", "by-hand"), ("description", "created by hand")],
        ),
        adopted(
            "tencentcloud_api_gateway_api_key",
            &tencentcloud,
            &[("secret_name", "by_hand")],
        ),
        adopted(
            "scaleway_iam_api_key",
            &scaleway,
            &[("application_id", application), ("description", "created by hand")],
        ),
    ];
    stage.workspace.write("by_hand.tf", &configuration.concat())?;
    let output = stage.run(&["apply", "-auto-approve"])?;
    claim("3 imported, 0 added, 0 changed, 0 destroyed", &output.stdout)?;
    Ok("3 keys imported into the state, unchanged".to_owned())
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
    claim("7 destroyed", &output.stdout)?;
    let left = live(stage.sandbox);
    check("no key is left", left.is_empty(), || format!("{left:?}"))?;
    let in_plan = keys_in_plan(stage);
    check("the usage plan is empty", in_plan.is_empty(), || format!("{in_plan:?}"))?;
    let calls = stage.sandbox.journal();
    let on = |cloud: Cloud| calls.iter().filter(|call| call.cloud == cloud).count();
    let counts = Cloud::ALL.map(|cloud| format!("\n{:13} {} calls", cloud.to_string(), on(cloud)));
    Ok(format!(
        "no key is left; all steps made {} calls{}",
        calls.len(),
        counts.concat()
    ))
}

fn keep_secrets(stage: &Stage<'_>) -> Found {
    let (count, leaked) = stage.leaks();
    check("no command printed a secret", count == 6 && !leaked, || {
        format!("of {count} secrets, one printed: {leaked}")
    })?;
    Ok(format!("none of the {count} secrets was printed"))
}

pub(crate) fn leave_nothing(stage: Stage<'_>) -> Found {
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

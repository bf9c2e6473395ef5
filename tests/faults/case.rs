//! One case: an operation under a fault, and whether afterwards every key is known.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use apikeys::provider::Provider;
use apikeys::rpc::proto::tfplugin6 as pb;
use apikeys::tf::Value;
use nix::sys::signal::Signal;
use sandbox::{Cloud, Options, Sandbox};

use super::clouds::{KINDS, Kind, live};
use super::fault::{self, Wrong};
use super::support::host::Host;
use super::support::provider::provider;
use super::terraform::{Process, State, Terraform, Told, is_refused};

/// What is done to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Create,
    Read,
    Update,
    Delete,
    Import,
}

/// How often a fault befalls an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persistence {
    FirstTime,
    EveryTime,
}

#[derive(Clone)]
pub struct Case {
    /// Its place among all cases.
    pub number: usize,
    pub kind: Kind,
    pub operation: Operation,
    pub wrong: Wrong,
    pub persistence: Persistence,
    provider: Arc<Provider>,
}

/// How the operation under the fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Done,
    Warned,
    Refused,
}

/// What is wrong with the clouds and the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A live key that is in no state.
    Orphan(String),
    /// A secret in the state that is not the live one.
    LostSecret(String),
    /// A state that says what is not so.
    WrongState(String),
    /// A plan that is not empty once all was put right.
    UncleanPlan,
    /// A plain apply that fails with nothing wrong any more.
    Refused,
}

pub struct Report {
    pub case: Case,
    pub outcome: Outcome,
    pub findings: Vec<Finding>,
    told: Told,
}

impl Case {
    /// Every case.
    pub fn all() -> Vec<Self> {
        let provider = Arc::new(provider("terraform-provider-apikeys".as_ref()));
        let mut cases = Vec::new();
        for kind in KINDS {
            for operation in kind.operations {
                for wrong in fault::ALL {
                    for persistence in [Persistence::FirstTime, Persistence::EveryTime] {
                        cases.push(Self {
                            number: cases.len(),
                            kind,
                            operation: *operation,
                            wrong,
                            persistence,
                            provider: Arc::clone(&provider),
                        });
                    }
                }
            }
        }
        cases
    }

    /// Runs it on clouds of its own.
    pub async fn run(self) -> Report {
        let sandbox = Arc::new(Sandbox::start(Options::default()).unwrap());
        let mut process = Process::start(&sandbox, &self.provider).await;
        let terraform = process.terraform(self.kind.type_name, &self.provider);
        let mut state = self.prepare(&terraform).await;
        let prepared = state.clone();

        let told = self.operate(&sandbox, &mut process.host, &terraform, &mut state).await;
        Wrong::disarm(&sandbox);
        drop(process);
        let mut findings = self.look(&sandbox, &state, &prepared, Moment::AfterFault);
        let outcome = outcome(&told);

        let process = Process::start(&sandbox, &self.provider).await;
        let terraform = process.terraform(self.kind.type_name, &self.provider);
        let mut told = told;
        let repaired = self.repair(&terraform, &sandbox, &mut state).await;
        if is_refused(&repaired) {
            findings.push(Finding::Refused);
        }
        told.extend(repaired);
        findings.extend(self.look(&sandbox, &state, &prepared, Moment::AtLast));
        terraform.refresh(&mut state).await;
        if !terraform
            .is_planned_unchanged(self.goal(&terraform).as_ref(), &state)
            .await
        {
            findings.push(Finding::UncleanPlan);
        }
        Report {
            case: self,
            outcome,
            findings,
            told,
        }
    }

    /// Brings about what the operation needs.
    async fn prepare(&self, terraform: &Terraform) -> State {
        let mut state = None;
        if self.operation != Operation::Create {
            let told = terraform.apply(Some(&self.config(terraform, false)), &mut state).await;
            assert!(!is_refused(&told), "{told:?}");
        }
        state
    }

    /// Does the operation, with the fault befalling it.
    async fn operate(&self, sandbox: &Arc<Sandbox>, host: &mut Host, terraform: &Terraform, state: &mut State) -> Told {
        let actions = self.kind.actions(self.operation);
        if self.wrong == Wrong::Refused {
            sandbox.close(self.kind.cloud).unwrap();
        }
        self.wrong.arm(sandbox, self.kind.cloud, &actions, self.persistence);
        let work = self.work(terraform, state);
        match (self.wrong, self.persistence) {
            (Wrong::Refused, Persistence::FirstTime) => {
                let reopen = async {
                    host.plugin
                        .process
                        .stderr
                        .wait_for(|line| line.contains("not sent"))
                        .await;
                    sandbox.open(self.kind.cloud).unwrap();
                };
                tokio::join!(work, reopen).0
            }
            (Wrong::Refused, Persistence::EveryTime) => {
                let told = work.await;
                sandbox.open(self.kind.cloud).unwrap();
                told
            }
            (Wrong::Interrupt | Wrong::Stop, _) => self.disturbed(sandbox, host, terraform, actions[0], work).await,
            _ => work.await,
        }
    }

    /// Disturbs the work once its first call is under way, and again and again until its end if that is asked for.
    async fn disturbed(
        &self,
        sandbox: &Arc<Sandbox>,
        host: &Host,
        terraform: &Terraform,
        action: &'static str,
        work: impl Future<Output = Told>,
    ) -> Told {
        let called = {
            let sandbox = Arc::clone(sandbox);
            move || sandbox.wait_for_call(action, Duration::from_secs(20))
        };
        let disturbing = async {
            assert!(tokio::task::spawn_blocking(called).await.unwrap().is_some(), "{action}");
            loop {
                match self.wrong {
                    Wrong::Interrupt => host.plugin.process.signal(Signal::SIGINT),
                    _ => terraform.stop().await,
                }
                if self.persistence == Persistence::FirstTime {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            told = work => told,
            () = disturbing => unreachable!("it goes on for ever"),
        }
    }

    async fn work(&self, terraform: &Terraform, state: &mut State) -> Told {
        match self.operation {
            Operation::Create | Operation::Update | Operation::Delete => {
                terraform.apply(self.goal(terraform).as_ref(), state).await
            }
            Operation::Read => terraform.refresh(state).await,
            Operation::Import => {
                let id = id_of(&state.take());
                terraform.import(&id, state).await
            }
        }
    }

    /// A plain apply, with nothing wrong any more. An import that failed is done again.
    async fn repair(&self, terraform: &Terraform, sandbox: &Sandbox, state: &mut State) -> Told {
        let mut told = Vec::new();
        if self.operation == Operation::Import && state.is_none() {
            let id = live(sandbox, self.kind.cloud)[0].id.clone();
            told.extend(terraform.import(&id, state).await);
        }
        told.extend(terraform.refresh(state).await);
        told.extend(terraform.apply(self.goal(terraform).as_ref(), state).await);
        told
    }

    /// What is configured in the end.
    fn goal(&self, terraform: &Terraform) -> Option<apikeys::tf::Object> {
        match self.operation {
            Operation::Delete => None,
            Operation::Update => Some(self.config(terraform, true)),
            _ => Some(self.config(terraform, false)),
        }
    }

    fn config(&self, terraform: &Terraform, changed: bool) -> apikeys::tf::Object {
        let mut values = if changed {
            self.kind.changed()
        } else {
            self.kind.values()
        };
        if let Some(time) = self.wrong.timeout(self.persistence) {
            values.insert("timeouts", terraform.timeouts(time));
        }
        terraform.object(&values)
    }

    /// Compares the state with what lives at the cloud.
    fn look(&self, sandbox: &Sandbox, state: &State, prepared: &State, moment: Moment) -> Vec<Finding> {
        let mut findings = Vec::new();
        // A key that is to be imported is nobody's until it is.
        let pending = match (self.operation, moment, state) {
            (Operation::Import, Moment::AfterFault, None) => Some(id_of(prepared)),
            _ => None,
        };
        let live = live(sandbox, self.kind.cloud);
        let held = state.as_ref().map(|_| id_of(state));
        for key in live
            .iter()
            .filter(|key| Some(&key.id) != held.as_ref() && Some(&key.id) != pending.as_ref())
        {
            findings.push(Finding::Orphan(key.id.clone()));
        }
        let Some(stored) = state else { return findings };
        let Some(key) = live.iter().find(|key| Some(&key.id) == held.as_ref()) else {
            // Somebody else may take a key away between an operation and its answer; here nobody does.
            findings.push(Finding::WrongState(format!("there is no key {held:?}")));
            return findings;
        };
        let (name, secret) = &key.secret;
        let unknowable = self.operation == Operation::Import && self.kind.cloud == Cloud::Scaleway;
        match &stored.object[*name] {
            Value::Null if unknowable => {}
            held if held.as_str() == Some(secret) => {}
            _ => findings.push(Finding::LostSecret(key.id.clone())),
        }
        for (name, value) in &key.attributes {
            let held = match &stored.object[*name] {
                Value::String(text) if text.is_empty() => &Value::Null,
                held => held,
            };
            if held != value {
                findings.push(Finding::WrongState(format!("{name} at moment {moment:?}")));
            }
        }
        findings
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    AfterFault,
    AtLast,
}

fn id_of(state: &State) -> String {
    let id = state.as_ref().and_then(|stored| stored.object["id"].as_str());
    id.unwrap_or_default().to_owned()
}

fn outcome(told: &Told) -> Outcome {
    let warning = pb::diagnostic::Severity::Warning;
    // That an imported key's secret is not known is no news of a fault.
    let is_news = |diagnostic: &&pb::Diagnostic| {
        diagnostic.severity() == warning && !diagnostic.summary.starts_with("The secret key of an imported key")
    };
    match (is_refused(told), told.iter().any(|diagnostic| is_news(&diagnostic))) {
        (true, _) => Outcome::Refused,
        (false, true) => Outcome::Warned,
        (false, false) => Outcome::Done,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case {
            kind,
            operation,
            wrong,
            persistence,
            ..
        } = &self.case;
        writeln!(
            f,
            "{} {} {operation:?}, {wrong:?} {persistence:?}: {:?}, {:?}",
            kind.cloud, kind.name, self.outcome, self.findings
        )?;
        for diagnostic in &self.told {
            writeln!(
                f,
                "    {}: {}",
                diagnostic.summary,
                diagnostic.detail.replace('\n', " ")
            )?;
        }
        Ok(())
    }
}

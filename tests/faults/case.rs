//! One case: an operation under a fault, and whether afterwards every key is known.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use apikeys::provider::Provider;
use futures_util::future::join_all;
use nix::sys::signal::Signal;
use sandbox::{Cloud, Options, Sandbox};
use support::host::Host;
use support::provider::provider;

use super::clouds::{KINDS, Kind, live};
use super::fault::{self, Wrong};
use super::judge::{self, Finding, Outcome};
use super::operation::{Operation, Persistence};
use super::terraform::{Process, State, Terraform, Told, id_of, is_refused};

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

/// What came of a case.
pub struct Report {
    pub case: Case,
    pub outcome: Outcome,
    /// How many live keys no state held, while a diagnostic of the operation named them with their import blocks.
    pub named: usize,
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
                    let persistences = [Persistence::FirstTime, Persistence::EveryTime].into_iter();
                    for persistence in persistences.filter(|persistence| wrong.befalls(&kind, *operation, *persistence))
                    {
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

    /// Runs it on clouds and in a folder of its own.
    pub async fn run(self) -> Report {
        let sandbox = Arc::new(Sandbox::start(Options::default()).unwrap());
        let folder = Arc::new(tempfile::tempdir().unwrap());
        self.kind.set_up(&sandbox);
        let mut process = Process::start(&sandbox, &folder, &self.provider).await;
        let terraform = process.terraform(self.kind.type_name, &self.provider);
        let mut states = self.prepare(&terraform).await;
        let prepared = states.clone();

        let mut told = self.operate(&sandbox, &mut process.host, &terraform, &mut states).await;
        Wrong::disarm(&sandbox);
        drop(terraform);
        process.end().await;
        let named = judge::named(&self.kind, &told, &live(&sandbox, &self.kind), &states);
        let outcome = judge::outcome(&told, &named);
        let mut findings = self.look(&sandbox, &states, &self.awaited(&prepared, &named));

        let process = Process::start(&sandbox, &folder, &self.provider).await;
        let terraform = process.terraform(self.kind.type_name, &self.provider);
        let repaired = self.repair(&terraform, &prepared, &named, &mut states).await;
        if is_refused(&repaired) {
            findings.push(Finding::Refused);
        }
        findings.extend(judge::false_alarms(&repaired));
        told.extend(repaired);
        findings.extend(self.look(&sandbox, &states, &[]));
        for (index, state) in states.iter_mut().enumerate() {
            terraform.show(state).await;
            terraform.refresh(state).await;
            let goal = self.goal(&terraform, index);
            if !terraform.is_planned_unchanged(goal.as_ref(), state).await {
                findings.push(Finding::UncleanPlan);
            }
        }
        drop(terraform);
        process.end().await;
        findings.extend(judge::records(folder.path()));
        Report {
            case: self,
            outcome,
            named: named.len(),
            findings,
            told,
        }
    }

    /// Brings about what the operation needs: the keys that it is done to, and one beside them for answers about another key.
    async fn prepare(&self, terraform: &Terraform) -> Vec<State> {
        let mut states = vec![None; self.operation.keys()];
        let mut needed = 0..states.len();
        if self.wrong == Wrong::Sibling {
            states.push(None);
            needed.end = states.len();
        }
        if self.operation.creates() {
            needed.start = self.operation.keys();
        }
        for index in needed {
            let config = self.config(terraform, index, false);
            let told = terraform.apply(Some(&config), &mut states[index]).await;
            assert!(!is_refused(&told), "{told:?}");
        }
        states
    }

    /// Does the operation, with the fault befalling it.
    async fn operate(
        &self,
        sandbox: &Arc<Sandbox>,
        host: &mut Host,
        terraform: &Terraform,
        states: &mut [State],
    ) -> Told {
        let actions = self.kind.actions(self.operation);
        if self.wrong == Wrong::Refused {
            sandbox.close(self.kind.cloud).unwrap();
        }
        let (states, siblings) = states.split_at_mut(self.operation.keys());
        let sibling = siblings.first().map(id_of).unwrap_or_default();
        self.wrong
            .arm(sandbox, &self.kind, &actions, self.persistence, &sibling);
        let work = self.work(terraform, states);
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

    async fn work(&self, terraform: &Terraform, states: &mut [State]) -> Told {
        let works = states.iter_mut().enumerate();
        let works = works.map(|(index, state)| self.work_on(terraform, index, state));
        join_all(works).await.into_iter().flatten().collect()
    }

    async fn work_on(&self, terraform: &Terraform, index: usize, state: &mut State) -> Told {
        match self.operation {
            Operation::Read => terraform.refresh(state).await,
            Operation::Import => {
                let id = id_of(&state.take());
                terraform.import(&self.kind.import_id(&id), state).await
            }
            _ => terraform.apply(self.goal(terraform, index).as_ref(), state).await,
        }
    }

    /// A plain apply, with nothing wrong any more. An import that failed is done again, and what an error has named is imported.
    async fn repair(&self, terraform: &Terraform, prepared: &[State], named: &[String], states: &mut [State]) -> Told {
        let mut named = named.iter();
        let looks = states.iter_mut().zip(prepared).map(|(state, prepared)| {
            let wanted = match self.operation {
                _ if state.is_some() => None,
                Operation::Import => Some(id_of(prepared)),
                operation if operation.creates() => named.next().cloned(),
                _ => None,
            };
            repair_state(terraform, state, wanted.map(|id| self.kind.import_id(&id)))
        });
        // All at once, as Terraform does: one after another, none would be told of what the others hold.
        let mut told: Told = join_all(looks).await.into_iter().flatten().collect();
        for (index, state) in states.iter_mut().enumerate() {
            told.extend(terraform.apply(self.goal(terraform, index).as_ref(), state).await);
        }
        told
    }

    /// The keys that may be in no state for now: what an error has named, and what is to be imported.
    fn awaited(&self, prepared: &[State], named: &[String]) -> Vec<String> {
        let to_import = prepared.iter().filter(|_| self.operation == Operation::Import);
        to_import.map(id_of).chain(named.iter().cloned()).collect()
    }

    fn look(&self, sandbox: &Sandbox, states: &[State], awaited: &[String]) -> Vec<Finding> {
        let is_secret_unknowable = self.operation == Operation::Import && self.kind.cloud == Cloud::Scaleway;
        judge::judge(&live(sandbox, &self.kind), states, awaited, is_secret_unknowable)
    }

    /// What is configured in the end.
    fn goal(&self, terraform: &Terraform, index: usize) -> Option<apikeys::value::Object> {
        let is_sibling = index >= self.operation.keys();
        match self.operation {
            Operation::Delete if !is_sibling => None,
            Operation::Update if !is_sibling => Some(self.config(terraform, index, true)),
            _ => Some(self.config(terraform, index, false)),
        }
    }

    fn config(&self, terraform: &Terraform, index: usize, changed: bool) -> apikeys::value::Object {
        let mut values = if changed {
            self.kind.changed(index)
        } else {
            self.kind.values(index)
        };
        if let Some(time) = self.wrong.timeout(self.persistence) {
            values.insert("timeouts", terraform.timeouts(time));
        }
        terraform.object(&values)
    }
}

/// Shows what is stored, or imports what is wanted, and looks at it.
async fn repair_state(terraform: &Terraform, state: &mut State, wanted: Option<String>) -> Told {
    terraform.show(state).await;
    let mut told = match wanted {
        Some(id) => terraform.import(&id, state).await,
        None => Vec::new(),
    };
    told.extend(terraform.refresh(state).await);
    told
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
            "{} {} {operation:?}, {wrong:?} {persistence:?}: {:?}, {} named, {:?}",
            kind.cloud, kind.name, self.outcome, self.named, self.findings
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

//! One run of a scenario: the real CLI, proxies, a cloud of its own, and the judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cli::Cli;
use sandbox::{Options, Sandbox};

use super::faults::Plan;
use super::judge::{Evidence, Finding, Folder, judge, orphans, states};
use super::kind::Operation;
use super::place::{Place, Told};
use super::processes;
use super::scenario::{Expected, Processes, Scenario, Then, Whom};
use super::scene::Scene;

/// What came of a scenario.
pub struct Report {
    pub scenario: Scenario,
    pub findings: BTreeSet<Finding>,
    /// Why there is no judgement: a kill came while Terraform wrote its state.
    pub is_torn: bool,
    pub took: Duration,
    said: Vec<String>,
    journals: Vec<Vec<String>>,
}

/// How long a provider may live when Terraform is gone.
const AFTERLIFE: Duration = Duration::from_secs(20);
/// How long requests may be under way when nobody waits for them any more: longer than any of them is held.
const PATIENCE: Duration = Duration::from_secs(60);
/// How late a create may be sent when another one hangs.
const UNBLOCKED: Duration = Duration::from_secs(10);

const APPLY: &[&str] = &["apply", "-auto-approve", "-json"];
const DESTROY: &[&str] = &["destroy", "-auto-approve", "-json"];
const REFRESH: &[&str] = &["apply", "-refresh-only", "-auto-approve", "-json"];

/// Runs a scenario.
pub fn run(scenario: Scenario, cli: &Cli) -> Report {
    let start = Instant::now();
    let mut stage = Stage::set(scenario, cli);
    stage.apply();
    stage.look();
    stage.go_on();
    let is_torn = stage.judge().is_none();
    let journals = stage.places.iter().map(|place| place.proxy.record().journal).collect();
    Report {
        scenario: stage.scenario,
        findings: stage.findings,
        is_torn,
        took: start.elapsed(),
        said: stage.told.into_iter().flatten().map(|told| told.text).collect(),
        journals,
    }
}

struct Stage {
    scenario: Scenario,
    scene: Arc<Scene>,
    places: Vec<Place>,
    /// What was said in each folder.
    told: Vec<Vec<Told>>,
    /// How many requests of each operation the first apply took in each folder.
    calls: Vec<BTreeMap<Operation, usize>>,
    findings: BTreeSet<Finding>,
}

impl Stage {
    fn set(scenario: Scenario, cli: &Cli) -> Self {
        let options = Options {
            clock_offset: scenario.clock,
            ..Options::default()
        };
        let scene = Arc::new(Scene::new(scenario.kind, Sandbox::start(options).unwrap()));
        if scenario.is_taken {
            scene.insert_first(scenario.first_name());
        }
        let place = |folder: usize| {
            let plan = if folder == 0 {
                &scenario.plan
            } else {
                &scenario.other_plan
            };
            let stranger = scenario.stranger.filter(|_| folder == 0);
            let stranger = stranger.map(|after| (scenario.first_name().to_owned(), after));
            let place = Place::new(cli, &scene, plan.clone(), stranger, scenario.has_data_folder);
            let configuration = scenario.configuration(folder, scenario.keys, scenario.is_changed);
            place.workspace.write("main.tf", &configuration).unwrap();
            place
        };
        let places: Vec<_> = (0..scenario.folders()).map(place).collect();
        Self {
            told: places.iter().map(|_| Vec::new()).collect(),
            calls: Vec::new(),
            findings: BTreeSet::new(),
            scenario,
            scene,
            places,
        }
    }

    /// The first apply, in all folders at once, and what kills it.
    fn apply(&mut self) {
        let running: Vec<_> = self.places.iter().map(|place| place.spawn(APPLY)).collect();
        if let Some(kill) = self.scenario.kill {
            let place = &self.places[0];
            place.proxy.wait_for_creates(kill.creates, PATIENCE);
            std::thread::sleep(kill.delay);
            processes::end(kill.whom, &running[0], &place.workspace.programs());
        }
        for (folder, running) in running.into_iter().enumerate() {
            let told = Told::of(running.wait());
            let may_fail = self.scenario.expected != Expected::Success && !self.scenario.is_faultless();
            self.heard(folder, told, may_fail);
        }
        self.settle();
        self.calls = self.places.iter().map(Place::calls).collect();
        if self.scenario.expected == Expected::NoneBlocked {
            self.expect_none_blocked();
        }
    }

    /// What comes after the first apply.
    fn go_on(&mut self) {
        let then = self.scenario.then.clone();
        let keys = self.scenario.keys;
        let mut last = APPLY;
        match then {
            Then::Nothing => return,
            Then::Again => {}
            Then::More(more) => self.configure(keys + more, false),
            Then::Change(plan) => {
                self.configure(keys, true);
                self.under(plan, APPLY);
                self.look();
            }
            Then::Destroy(plan) => {
                self.under(plan, DESTROY);
                last = DESTROY;
            }
            Then::Refresh(plan) => {
                self.under(plan, REFRESH);
                self.look();
            }
            Then::Import(plan) => self.import(plan),
        }
        for folder in 0..self.places.len() {
            self.places[folder].proxy.follow(Plan::default());
            let told = self.places[folder].run(last);
            self.heard(folder, told, self.scenario.is_disputed());
        }
        self.settle();
        let is_made_anew = |(place, calls): (&Place, &BTreeMap<_, _>)| {
            place.calls().get(&Operation::Create) != calls.get(&Operation::Create)
        };
        let keeps_keys = matches!(self.scenario.then, Then::Change(_) | Then::Import(_) | Then::Refresh(_));
        let keeps_keys = keeps_keys && !self.scenario.is_disputed();
        if keeps_keys && self.places.iter().zip(&self.calls).any(is_made_anew) {
            self.findings.insert(Finding::Run("keys were made anew".to_owned()));
        }
    }

    /// Holds what the states say now against the cloud.
    fn look(&mut self) {
        let evidence = self.evidence();
        self.findings.extend(evidence.iter().flat_map(states));
    }

    /// Takes the first key out of the state and imports it, first with faults.
    fn import(&mut self, plan: Plan) {
        let address = format!("{}.a[0]", self.scenario.kind.type_name());
        let held = self.places[0]
            .entries(self.scenario.kind, false, false)
            .unwrap_or_default();
        let Some(entry) = held.into_iter().find(|entry| entry.address == "a[0]") else {
            return;
        };
        let removed = self.places[0].run(&["state", "rm", &address]);
        self.heard(0, removed, false);
        self.places[0].proxy.follow(plan);
        let imported = self.places[0].import(&address, &entry.id);
        let is_imported = imported.has_succeeded;
        self.heard(0, imported, true);
        self.look();
        self.places[0].proxy.follow(Plan::default());
        if !is_imported {
            let imported = self.places[0].import(&address, &entry.id);
            self.heard(0, imported, false);
        }
    }

    fn configure(&self, keys: usize, is_changed: bool) {
        for (folder, place) in self.places.iter().enumerate() {
            let configuration = self.scenario.configuration(folder, keys, is_changed);
            place.workspace.write("main.tf", &configuration).unwrap();
        }
    }

    /// Runs a command in the first folder while things go wrong.
    fn under(&mut self, plan: Plan, arguments: &[&str]) {
        self.places[0].proxy.follow(plan);
        let told = self.places[0].run(arguments);
        self.heard(0, told, true);
    }

    fn judge(&mut self) -> Option<()> {
        let mut evidence = self.evidence()?;
        if self.scenario.kill.is_some() || !orphans(&evidence).is_empty() {
            for (folder, place) in self.places.iter().enumerate() {
                place.proxy.follow(Plan::default());
                let told = place.run(&["plan", "-json"]);
                evidence.folders[folder].plan.clone_from(&told.diagnostics);
                self.told[folder].push(told);
            }
            self.settle();
        }
        self.findings.extend(judge(&evidence));
        if self.scenario.is_faultless() {
            let left = self.places.iter().flat_map(Place::data_files);
            self.findings
                .extend(left.map(|file| Finding::Run(format!("left behind: {file}"))));
        }
        let is_missing =
            |folder: &Folder| folder.entries.iter().filter(|entry| !entry.is_tainted).count() != self.scenario.wanted();
        if self.scenario.expected == Expected::Success && evidence.folders.iter().any(is_missing) {
            self.findings.insert(Finding::Run(
                "a state has another number of keys than configured".to_owned(),
            ));
        }
        Some(())
    }

    fn evidence(&self) -> Option<Evidence> {
        let is_imported = matches!(self.scenario.then, Then::Import(_));
        let mut folders = Vec::new();
        for (place, (told, calls)) in self.places.iter().zip(self.told.iter().zip(&self.calls)) {
            folders.push(place.evidence(self.scenario.kind, is_imported, told, calls.clone())?);
        }
        Some(Evidence {
            kind: self.scenario.kind,
            is_faultless: self.scenario.is_faultless(),
            has_aliases: self.scenario.processes == Processes::TwoAliases,
            is_contested: self.scenario.is_contested,
            live: self.scene.live(),
            strangers: self.scene.strangers(),
            folders,
        })
    }

    /// Waits until processes and requests have ended, and looks at what they leave.
    fn settle(&mut self) {
        let whom = self.scenario.kill.map(|kill| kill.whom);
        let is_provider_killed = matches!(whom, Some(Whom::Both | Whom::InTurn | Whom::Provider));
        for place in &self.places {
            let left = processes::wait_for_end(&place.workspace.programs(), AFTERLIFE);
            if left > 0 {
                let finding = format!("{left} providers outlived Terraform by {AFTERLIFE:?}");
                self.findings.insert(Finding::Run(finding));
            }
            // What is killed itself can leave files.
            if left == 0 && !is_provider_killed {
                let files = place.temporary_files().into_iter();
                self.findings
                    .extend(files.map(|file| Finding::Run(format!("left behind: {file}"))));
            }
            place.proxy.settle(PATIENCE);
        }
    }

    fn expect_none_blocked(&mut self) {
        let arrivals = self.places[0].proxy.record().arrivals;
        let creates = arrivals.get(&Operation::Create).cloned().unwrap_or_default();
        let (first, last) = (
            creates.first().copied().unwrap_or_default(),
            creates.get(self.scenario.keys - 1),
        );
        if last.is_none_or(|last| *last > first + UNBLOCKED) {
            self.findings
                .insert(Finding::Run(format!("creates waited for another one: {creates:?}")));
        }
    }

    fn heard(&mut self, folder: usize, told: Told, may_fail: bool) {
        if told.is_late {
            self.findings.insert(Finding::Run("a command did not end".to_owned()));
        } else if !may_fail && !told.has_succeeded {
            self.findings
                .insert(Finding::Run("a command failed that should not".to_owned()));
        }
        self.told[folder].push(told);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "=== {} ({:.1?})", self.scenario, self.took)?;
        writeln!(f, "{:?}", self.scenario)?;
        for finding in &self.findings {
            writeln!(f, "  {finding:?}")?;
        }
        for (folder, journal) in self.journals.iter().enumerate() {
            writeln!(f, "--- what came by in folder {folder}\n{}", journal.join("\n"))?;
        }
        for said in &self.said {
            writeln!(f, "--- {said}")?;
        }
        Ok(())
    }
}

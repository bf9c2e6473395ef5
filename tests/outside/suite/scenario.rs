//! What a run is: which keys, made by whom, while what goes wrong.

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;

use super::faults::{Lapses, Plan};
use super::kind::{Kind, Operation};

#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: String,
    pub kind: Kind,
    pub processes: Processes,
    pub names: Names,
    /// How many keys each process makes.
    pub keys: usize,
    /// What goes wrong in the first working folder.
    pub plan: Plan,
    /// What goes wrong in the second one.
    pub other_plan: Plan,
    /// How long after the first create a person makes a key like the first one.
    pub stranger: Option<Duration>,
    /// A person has made the very object of the first resource before: it is in the plan, or its username is taken.
    pub is_taken: bool,
    /// Both processes are to make the same objects.
    pub is_contested: bool,
    /// How far the cloud's clock is ahead of this machine's.
    pub clock: TimeDelta,
    pub kill: Option<Kill>,
    /// What is done after the first apply.
    pub then: Then,
    /// Whether the first apply configures the keys as a change would: at Tencent Cloud that takes a second call for each.
    pub is_changed: bool,
    /// The `create` of the resources' `timeouts`, in seconds.
    pub timeout: u64,
    /// Whether `TF_DATA_DIR` names the data folder.
    pub has_data_folder: bool,
    pub expected: Expected,
}

/// Which processes of the provider make keys at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    One,
    /// One configuration with two provider blocks.
    TwoAliases,
    TwoFolders,
}

/// How the keys are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// No name at all, where a cloud lets keys have none.
    Absent,
    Different,
    Same,
}

/// What is killed, and when.
#[derive(Clone, Copy, Debug)]
pub struct Kill {
    pub whom: Whom,
    /// After that many creates have reached the proxy,
    pub creates: usize,
    /// and that much time.
    pub delay: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Terraform and the provider, with SIGKILL.
    Both,
    /// Both, with SIGHUP, as when a terminal is closed.
    Hangup,
    /// Terraform and the provider, with SIGKILL, the provider after a while.
    InTurn,
    /// The provider, with SIGKILL.
    Provider,
    /// Both, with SIGINT, twice.
    TwiceInterrupted,
    /// Terraform, with SIGKILL.
    Terraform,
}

/// What is done after the first apply. Faults of the plan befall that; then comes the same without faults.
#[derive(Clone, Debug)]
pub enum Then {
    /// The same is applied again, without faults.
    Again,
    /// The keys are changed.
    Change(Plan),
    /// Everything is destroyed.
    Destroy(Plan),
    /// The first key is taken out of the state and imported.
    Import(Plan),
    /// That many keys more are configured; nothing goes wrong.
    More(usize),
    Nothing,
    /// The state is refreshed.
    Refresh(Plan),
}

/// What is expected beyond the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// All creates are sent though the first one hangs.
    NoneBlocked,
    Nothing,
    /// Every key is made, and no command fails.
    Success,
}

impl Scenario {
    /// One key of one process, while nothing goes wrong.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            processes: Processes::One,
            names: Names::Same,
            keys: 1,
            plan: Plan::default(),
            other_plan: Plan::default(),
            stranger: None,
            is_taken: false,
            is_contested: false,
            clock: TimeDelta::zero(),
            kill: None,
            then: Then::Nothing,
            is_changed: false,
            timeout: 40,
            has_data_folder: false,
            expected: Expected::Nothing,
        }
    }

    /// The same with these lapses in the first folder.
    pub fn with(mut self, operation: Operation, lapses: Lapses) -> Self {
        self.plan.lapses.insert(operation, lapses);
        self
    }

    /// The same, to end well where the cloud lets keys be proven.
    pub fn succeeding(mut self) -> Self {
        if self.kind != Kind::TencentAuto {
            self.expected = Expected::Success;
        }
        self
    }

    /// Nothing is made to go wrong.
    pub fn is_faultless(&self) -> bool {
        let is_clean = match &self.then {
            Then::Again | Then::Nothing | Then::More(_) => true,
            Then::Change(plan) | Then::Destroy(plan) | Then::Import(plan) | Then::Refresh(plan) => plan.is_clean(),
        };
        let is_clean = is_clean && !self.is_disputed();
        is_clean && self.plan.is_clean() && self.other_plan.is_clean() && self.clock.is_zero() && self.kill.is_none()
    }

    /// Somebody else may have what a resource is to make, so that it can never be made.
    pub fn is_disputed(&self) -> bool {
        self.is_taken || self.is_contested || (self.kind == Kind::User && self.stranger.is_some())
    }

    /// How many working folders there are.
    pub fn folders(&self) -> usize {
        if self.processes == Processes::TwoFolders { 2 } else { 1 }
    }

    /// How many keys a folder is to have in the end.
    pub fn wanted(&self) -> usize {
        let each = match self.then {
            Then::Destroy(_) => 0,
            Then::More(more) => self.keys + more,
            _ => self.keys,
        };
        if self.processes == Processes::TwoAliases {
            2 * each
        } else {
            each
        }
    }

    /// The name of the first key.
    pub fn first_name(&self) -> &'static str {
        match self.names {
            Names::Absent if matches!(self.kind, Kind::Scaleway | Kind::Application) => "",
            Names::Absent | Names::Same => "same",
            Names::Different => "key-0",
        }
    }

    /// The configuration of a folder, with that many keys of each process.
    pub fn configuration(&self, folder: usize, keys: usize, is_changed: bool) -> String {
        let name = match self.names {
            Names::Different => "key-${count.index}",
            _ => self.first_name(),
        };
        let resource = |label: &str, provider: &str| {
            let own = match self.is_contested {
                true => "0a_${count.index}".to_owned(),
                false => format!("{folder}{label}_${{count.index}}"),
            };
            format!(
                "resource \"{}\" \"{label}\" {{\n  provider = {provider}\n  count = {keys}\n  {}\n  timeouts {{\n    \
                 create = \"{}s\"\n    read = \"20s\"\n    update = \"20s\"\n  }}\n}}\n",
                self.kind.type_name(),
                self.kind.arguments(name, &own, is_changed),
                self.timeout,
            )
        };
        let head = "terraform {\n  required_providers {\n    apikeys = { source = \"apikeys/apikeys\" }\n  }\n}\n";
        let alias = "provider \"apikeys\" {\n  alias = \"second\"\n}\n";
        match self.processes {
            Processes::TwoAliases => {
                [head, alias, &resource("a", "apikeys"), &resource("b", "apikeys.second")].concat()
            }
            Processes::One | Processes::TwoFolders => [head, &resource("a", "apikeys")].concat(),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.name)
    }
}

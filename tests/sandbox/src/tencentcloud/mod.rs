//! Tencent Cloud API Gateway, as far as keys and the usage plans they are bound to go: API 3.0 `2018-08-08`, and under a path of its own the API of 2017.

mod actions;
mod auth;
mod bindings;
mod keys;
mod list;
mod parameters;
mod plans;
mod refusal;
mod shapes;
mod sts;
mod v2017;

use std::collections::BTreeSet;

use actions::Action;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode};
use parameters::Parameters;
use refusal::Refusal;

use crate::limits::Rate;
use crate::random;
use crate::reply::{Received, Reply};
use crate::store::{Identified, Outside};
use crate::world::{World, lock};

/// A key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `AccessKeyId`.
    pub id: String,
    /// The region it lives in.
    pub region: String,
    /// `AccessKeySecret`.
    pub secret: String,
    /// `AccessKeyType`.
    pub kind: KeyKind,
    /// `SecretName`.
    pub name: String,
    /// `Status`.
    pub status: Status,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// When it was last changed, enabled or disabled.
    pub modified: DateTime<Utc>,
    /// `Tags`: names and values.
    pub tags: Vec<(String, String)>,
}

/// Who chose a key's id and secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The service did.
    Auto,
    /// The user did.
    Manual,
}

/// Whether a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 0 on the wire.
    Disabled,
    /// 1 on the wire.
    Enabled,
}

impl Status {
    /// Whether the key may be used.
    pub fn is_enabled(self) -> bool {
        self == Self::Enabled
    }
}

impl Key {
    /// An enabled automatic key with a generated id and secret.
    pub fn new(region: &str, name: &str, created: DateTime<Utc>) -> Self {
        Self {
            id: format!("AKID{}", random::text(random::MIXED, 36)),
            region: region.to_owned(),
            secret: random::text(random::MIXED, 40),
            kind: KeyKind::Auto,
            name: name.to_owned(),
            status: Status::Enabled,
            created,
            modified: created,
            tags: Vec::new(),
        }
    }
}

impl Identified for Key {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A usage plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// `UsagePlanName`.
    pub name: String,
    /// `UsagePlanDesc`.
    pub description: Option<String>,
    /// `MaxRequestNum`; -1 is no limit.
    pub max_requests: i64,
    /// `MaxRequestNumPreSec`; -1 is no limit.
    pub max_requests_per_second: i64,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub modified: DateTime<Utc>,
    /// The ids of the keys that are bound to it.
    pub keys: BTreeSet<String>,
}

impl Outside<'_, Key> {
    /// Creates an empty usage plan, and gives its id.
    pub fn create_plan(&self, region: &str, name: &str) -> String {
        let mut world = lock(self.world);
        let now = world.clock.now();
        plans::insert(&mut world, region, Plan::new(name, now))
    }

    /// Creates an empty usage plan of this id.
    pub fn insert_plan(&self, region: &str, usage_plan_id: &str, name: &str) {
        let place = (region.to_owned(), usage_plan_id.to_owned());
        let mut world = lock(self.world);
        let plan = Plan::new(name, world.clock.now());
        world.usage_plans.insert(place, plan);
    }

    /// Takes a usage plan away, as if it had been unbound and deleted elsewhere.
    pub fn remove_plan(&self, region: &str, usage_plan_id: &str) {
        let plan = (region.to_owned(), usage_plan_id.to_owned());
        lock(self.world).usage_plans.remove(&plan);
    }

    /// The ids of the keys that are bound to a usage plan; none if there is no such plan.
    pub fn bound(&self, region: &str, usage_plan_id: &str) -> BTreeSet<String> {
        let plan = (region.to_owned(), usage_plan_id.to_owned());
        let world = lock(self.world);
        world
            .usage_plans
            .get(&plan)
            .map(|plan| plan.keys.clone())
            .unwrap_or_default()
    }

    /// Binds a key to a usage plan, which comes into being if need be.
    pub fn bind(&self, region: &str, usage_plan_id: &str, id: &str) {
        let plan = (region.to_owned(), usage_plan_id.to_owned());
        let mut world = lock(self.world);
        let now = world.clock.now();
        let new = || Plan::new(usage_plan_id, now);
        let plan = world.usage_plans.entry(plan).or_insert_with(new);
        plan.keys.insert(id.to_owned());
    }

    /// Takes a key off a usage plan.
    pub fn unbind(&self, region: &str, usage_plan_id: &str, id: &str) {
        let plan = (region.to_owned(), usage_plan_id.to_owned());
        if let Some(plan) = lock(self.world).usage_plans.get_mut(&plan) {
            plan.keys.remove(id);
        }
    }
}

const VERSION: &str = "2018-08-08";
const PER_ACTION: f64 = 20.0;

/// The regions that the product has or had.
const REGIONS: [&str; 15] = [
    "ap-bangkok",
    "ap-beijing",
    "ap-chengdu",
    "ap-chongqing",
    "ap-guangzhou",
    "ap-hongkong",
    "ap-mumbai",
    "ap-nanjing",
    "ap-seoul",
    "ap-shanghai",
    "ap-singapore",
    "ap-tokyo",
    "eu-frankfurt",
    "na-siliconvalley",
    "na-toronto",
];

pub(crate) fn operation(request: &Received) -> String {
    if request.uri().path().starts_with(sts::METADATA) {
        return "InstanceMetadata".to_owned();
    }
    if request.uri().path() == v2017::PATH {
        return v2017::operation(request);
    }
    header(request.headers(), "x-tc-action").unwrap_or("Unknown").to_owned()
}

/// Who asks, and for which region, where the API of 2017 is asked.
pub(crate) fn caller_in_2017(request: &Received) -> Option<(Option<String>, Option<String>)> {
    (request.uri().path() == v2017::PATH).then(|| v2017::caller(request))
}

pub(crate) fn answer(world: &mut World, request: &Received) -> Reply {
    if let Some(role) = request.uri().path().strip_prefix(sts::METADATA) {
        return sts::metadata(world, role);
    }
    if request.uri().path() == v2017::PATH {
        return v2017::answer(world, request);
    }
    if request.uri().path() != "/" || ![Method::GET, Method::POST].contains(request.method()) {
        return Reply::html(StatusCode::NOT_FOUND);
    }
    let is_sts = header(request.headers(), "x-tc-version") == Some(sts::VERSION);
    let answered = if is_sts {
        sts::respond(world, request)
    } else {
        respond(world, request).map(|result| shapes::success(&result))
    };
    answered.unwrap_or_else(Refusal::into_reply)
}

/// An error that a fault asks for, in the words of the API that is called.
pub(crate) fn error(world: &World, request: &Received, code: &str) -> Reply {
    if request.uri().path() == v2017::PATH {
        return v2017::error(world, code);
    }
    Refusal::named(code).into_reply()
}

/// One call: its parameters, and where and when it happens.
struct Call<'a> {
    region: &'a str,
    parameters: Parameters,
    now: DateTime<Utc>,
}

fn respond(world: &mut World, request: &Received) -> Result<serde_json::Value, Refusal> {
    let now = world.clock.now();
    let headers = request.headers();
    let name = header(headers, "x-tc-action").ok_or_else(|| Refusal::missing("Action"))?;
    let version = header(headers, "x-tc-version").ok_or_else(|| Refusal::missing("Version"))?;
    auth::verify(world, request, "apigateway", now)?;
    let action = Action::named(name).ok_or_else(|| Refusal::no_such_action(name))?;
    if version != VERSION {
        return Err(Refusal::no_such_version(version));
    }
    let region = header(headers, "x-tc-region").ok_or_else(|| Refusal::missing("Region"))?;
    if !REGIONS.contains(&region) {
        return Err(Refusal::unsupported_region(region));
    }
    let bucket = format!("tencentcloud {region} {name}");
    world
        .limits
        .spend(bucket, Rate::per_second(PER_ACTION), now)
        .map_err(|_| Refusal::throttled())?;
    let parameters = Parameters::of(request)?.only(action.parameters())?;
    action.perform(
        world,
        &Call {
            region,
            parameters,
            now,
        },
    )
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

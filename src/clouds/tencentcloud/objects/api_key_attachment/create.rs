//! Binding a key to a usage plan, and finding out whether it was bound when the response was lost.
//!
//! A plan has a key or it does not, and the service does not say who bound it, or when. So the plan is read before the first request. If
//! it has the key already, somebody else bound it, and the creation fails. If it has not, and has it after a request whose response was
//! lost, then that request has bound it: only somebody who binds the same key to the same plan in the seconds in between could have done so
//! instead. What another process of this run, or another resource of this one, is known to have bound is not taken for it. After a run that
//! was killed those seconds may be days: then nothing is adopted, and the next plan names the key.

use super::TYPE;
use crate::clouds::tencentcloud::apigateway::client::Api;
use crate::clouds::tencentcloud::apigateway::model::{BoundKey, Status};
use crate::clouds::tencentcloud::apigateway::usage_plans::InPlan;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Context, Error, Kind, ObjectId};
use crate::http::Deadline;

/// A key that is to be bound to a usage plan.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    /// The key.
    pub key_id: &'a str,
    /// The plan.
    pub plan_id: &'a str,
}

/// A key to be bound to a usage plan that did not have it when it was read last.
pub struct NewAttachment<'a> {
    /// The calls.
    pub api: &'a Api,
    /// The call of Terraform.
    pub context: &'a Context<Client>,
    /// Key and plan.
    pub pair: Pair<'a>,
}

/// How a record names key and plan.
const KEY: &str = "api_key_id";
const PLAN: &str = "usage_plan_id";

impl Pair<'_> {
    /// The attachment's id.
    pub fn id(&self) -> String {
        format!("{}#{}", self.key_id, self.plan_id)
    }

    /// The attachment as an object.
    pub fn object_id(&self) -> ObjectId {
        ObjectId::global(TYPE, self.id())
    }

    /// What the plan's list says of the key.
    pub async fn look(&self, api: &Api) -> Result<InPlan, Error> {
        api.find_in_usage_plan(self.plan_id, self.key_id).await
    }

    /// Checks that key and plan exist, that the service can bind the key, and that it is not bound yet.
    pub async fn check_bindable(&self, api: &Api) -> Result<(), Error> {
        let region = api.region();
        let missing = |operation, what: String, attribute| {
            let advice = "Check the ID and the provider's `region`.";
            Error::new(operation, Kind::NotFound, what)
                .at_attribute(attribute)
                .advise(advice)
        };
        let Some(key) = api.describe_api_key(self.key_id).await? else {
            let what = format!("the key {} does not exist in {region}", self.key_id);
            return Err(missing("DescribeApiKey", what, KEY));
        };
        match self.look(api).await? {
            InPlan::NoPlan => {
                let what = format!("the usage plan {} does not exist in {region}", self.plan_id);
                return Err(missing("DescribeUsagePlanSecretIds", what, PLAN));
            }
            InPlan::Absent => {}
            InPlan::Bound(_) => return Err(self.clash()),
        }
        if key.status() == Some(Status::Off) {
            let what = format!(
                "the key {} is disabled, and the service binds only enabled keys",
                self.key_id
            );
            let advice = "Nothing was changed. Enable the key (`status = \"on\"`), and apply again. It can be disabled once it is bound.";
            return Err(Error::new("BindSecretIds", Kind::Invalid, what)
                .at_attribute(KEY)
                .advise(advice));
        }
        Ok(())
    }

    /// The error that the key is bound already.
    pub fn clash(&self) -> Error {
        let what = format!(
            "the key {} is bound to the usage plan {} already, and not by this resource",
            self.key_id, self.plan_id
        );
        let advice = format!(
            "Nothing was changed. To manage that attachment, import it:\n\nimport {{\n  to = {TYPE}.<name>\n  id = \"{}\"\n}}\n\n\
             If it is the one that this resource replaces, remove create_before_destroy so that it is removed first.",
            self.id()
        );
        Error::new("BindSecretIds", Kind::Conflict, what)
            .at_attribute(KEY)
            .advise(advice)
    }
}

impl Creation for NewAttachment<'_> {
    type Object = ();
    type Proof = ();

    fn repetition(&self) -> Repetition {
        Repetition::Refused { proves_ours: false }
    }

    fn prove(&self) -> Result<((), Record), Error> {
        let proof = [(KEY, self.pair.key_id), (PLAN, self.pair.plan_id)];
        let record = Record {
            resource_type: TYPE.to_owned(),
            endpoint: self.api.url().to_owned(),
            region: self.api.region().to_owned(),
            account: self.api.account(),
            name: self.pair.id(),
            proof: proof.map(|(name, id)| (name.to_owned(), id.to_owned())).into(),
            sent: self.api.caller().now(),
            id: None,
        };
        Ok(((), record))
    }

    async fn send(&self, (): &()) -> Result<(), Error> {
        self.api.bind_secret_id(self.pair.plan_id, self.pair.key_id).await
    }

    async fn find(&self, (): &()) -> Result<Found<()>, Error> {
        match self.pair.look(&self.api.to_finish()).await? {
            InPlan::NoPlan | InPlan::Absent => Ok(Found::Nothing),
            InPlan::Bound(_) if self.context.claim(&self.pair.object_id()) => Ok(Found::Ours(())),
            InPlan::Bound(_) => Err(self.pair.clash()),
        }
    }

    fn object_id(&self, (): &()) -> ObjectId {
        self.pair.object_id()
    }
}

/// What became of the requests in these records.
pub async fn trace(client: &Client, deadline: Deadline, records: &[Record]) -> Result<Vec<Trace>, Error> {
    let api = client.api(deadline).await?;
    let mut traces = Vec::new();
    for record in records {
        let (Some(key_id), Some(plan_id)) = (record.proof.get(KEY), record.proof.get(PLAN)) else {
            traces.push(Trace::Absent);
            continue;
        };
        if api.url() != record.endpoint {
            traces.push(Trace::Elsewhere);
            continue;
        }
        let pair = Pair { key_id, plan_id };
        traces.push(match pair.look(&api.in_region(&record.region)).await? {
            InPlan::Bound(key) => pair.traced(key, record),
            InPlan::NoPlan | InPlan::Absent if record.account == api.account() => Trace::Absent,
            InPlan::NoPlan | InPlan::Absent => Trace::Elsewhere,
        });
    }
    Ok(traces)
}

impl Pair<'_> {
    fn traced(&self, key: BoundKey, record: &Record) -> Trace {
        let candidate = Candidate {
            id: self.object_id(),
            import_id: self.id(),
            name: key.secret_name.unwrap_or_default(),
            created: None,
            note: None,
        };
        match record.id {
            Some(_) => Trace::Found(candidate),
            None => Trace::Possible(vec![Candidate {
                note: Some(
                    "The service offers no proof: somebody else may have bound it since. Then there is nothing to do.",
                ),
                ..candidate
            }]),
        }
    }
}

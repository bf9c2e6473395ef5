//! Adding a key to a usage plan, and finding out whether it was added when the answer was lost.
//!
//! A plan has a key or it does not, and the service does not say who added it, or when. So the plan is asked before the first request
//! whether it has the key already. If it has, somebody else added it, and the creation fails. If it has not, and has it after a request
//! whose answer was lost, then that request has added it: only somebody who adds the same key to the same plan in the seconds in between
//! could have done so instead. What another process of this run, or another resource of this one, is known to have added is not taken for
//! it. After a run that was killed those seconds may be days: then nothing is adopted, and the next plan names the key.

use super::TYPE;
use crate::clouds::aws::api_gateway::client::Api;
use crate::clouds::aws::api_gateway::model::UsagePlanKey;
use crate::clouds::aws::client::Client;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Context, Error, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::Attr;

/// A key that is to be in a usage plan.
pub struct Pair<'a> {
    /// The plan.
    pub plan_id: &'a str,
    /// The key.
    pub key_id: &'a str,
}

/// A key to be added to a usage plan that did not have it when it was asked last.
pub struct NewUsagePlanKey<'a> {
    /// The calls.
    pub api: &'a Api,
    /// The call of Terraform.
    pub context: &'a Context<Client>,
    /// The plan and the key.
    pub pair: Pair<'a>,
    /// `API_KEY`.
    pub key_type: &'a str,
}

/// How a record names plan and key.
const PLAN: &str = "usage_plan_id";
const KEY: &str = "key_id";

impl Pair<'_> {
    /// Plan and key in one text, as an import has them.
    pub fn id(&self) -> String {
        format!("{}/{}", self.plan_id, self.key_id)
    }

    /// The pair in a region.
    pub fn object_id(&self, region: &str) -> ObjectId {
        ObjectId::regional(TYPE, region, self.id())
    }

    /// Checks that the plan does not have the key.
    pub async fn check_absent(&self, api: &Api) -> Result<(), Error> {
        match api.get_usage_plan_key(self.plan_id, self.key_id).await? {
            Some(_) => Err(self.clash(api.region())),
            None => Ok(()),
        }
    }

    /// Explains why the service refused to add the key: it says so with the same code when the plan has the key and when another plan of
    /// the key covers the same stage.
    pub async fn explain(&self, api: &Api, refused: Error) -> Error {
        match api.to_finish().get_usage_plan_key(self.plan_id, self.key_id).await {
            Ok(Some(_)) => self.clash(api.region()),
            Ok(None) | Err(_) => refused,
        }
    }

    fn clash(&self, region: &str) -> Error {
        let what = format!(
            "the usage plan {} in {region} has the key {} already, and it was not added by this resource",
            self.plan_id, self.key_id
        );
        let advice = format!(
            "Nothing was changed. To manage that one, import it:\n\nimport {{\n  to = {TYPE}.<name>\n  id = \"{}\"\n}}\n\n\
             If it is the one that this resource replaces, remove create_before_destroy so that it is removed first.",
            self.id()
        );
        Error::new("CreateUsagePlanKey", Kind::Conflict, what)
            .at_attribute("key_id")
            .advise(advice)
    }
}

impl Creation for NewUsagePlanKey<'_> {
    type Object = UsagePlanKey;
    type Proof = ();

    fn repetition(&self) -> Repetition {
        Repetition::Refused { proves_ours: false }
    }

    fn prove(&self) -> Result<((), Record), Error> {
        let proof = [(PLAN, self.pair.plan_id), (KEY, self.pair.key_id)];
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

    async fn send(&self, (): &()) -> Result<UsagePlanKey, Error> {
        let Pair { plan_id, key_id } = self.pair;
        self.api.create_usage_plan_key(plan_id, key_id, self.key_type).await
    }

    async fn find(&self, (): &()) -> Result<Found<UsagePlanKey>, Error> {
        let Pair { plan_id, key_id } = self.pair;
        match self.api.to_finish().get_usage_plan_key(plan_id, key_id).await? {
            None => Ok(Found::Nothing),
            Some(key) if self.context.claim(&self.object_id(&key)) => Ok(Found::Ours(key)),
            Some(_) => Err(self.pair.clash(self.api.region())),
        }
    }

    fn object_id(&self, _: &UsagePlanKey) -> ObjectId {
        self.pair.object_id(self.api.region())
    }
}

/// What became of the requests in these records.
pub async fn trace(client: &Client, deadline: Deadline, records: &[Record]) -> Result<Vec<Trace>, Error> {
    let mut traces = Vec::new();
    for record in records {
        let api = client.api(&Attr::Known(record.region.clone()), deadline).await?;
        let (Some(plan_id), Some(key_id)) = (record.proof.get(PLAN), record.proof.get(KEY)) else {
            traces.push(Trace::Absent);
            continue;
        };
        if api.url() != record.endpoint {
            traces.push(Trace::Elsewhere);
            continue;
        }
        let pair = Pair { plan_id, key_id };
        traces.push(match api.get_usage_plan_key(plan_id, key_id).await? {
            Some(key) => pair.traced(key, record, client.region.name()),
            None if record.account == api.account() => Trace::Absent,
            None => Trace::Elsewhere,
        });
    }
    Ok(traces)
}

impl Pair<'_> {
    fn traced(&self, key: UsagePlanKey, record: &Record, own_region: Option<&str>) -> Trace {
        let candidate = Candidate {
            id: self.object_id(&record.region),
            import_id: match own_region {
                Some(own) if own == record.region => self.id(),
                _ => format!("{}@{}", self.id(), record.region),
            },
            name: key.name.unwrap_or_default(),
            created: None,
            note: None,
        };
        match record.id {
            Some(_) => Trace::Found(candidate),
            None => Trace::Possible(vec![Candidate {
                note: Some(
                    "The service offers no proof: somebody else may have added it since. Then there is nothing to do.",
                ),
                ..candidate
            }]),
        }
    }
}

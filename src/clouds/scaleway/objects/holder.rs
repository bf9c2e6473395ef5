//! Creating an application or a user, and finding it again when the answer was lost.
//!
//! Each request carries a mark of its own, in a place that is then overwritten with what is wanted there. So the mark proves which object
//! a request has created, and such an object is as good as one whose answer arrived: it is taken over.

use std::collections::BTreeMap;
use std::future::Future;

use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::iam::holder::Holder;
use crate::clouds::scaleway::iam::model;
use crate::clouds::scaleway::objects::mark::Marks;
use crate::clouds::shared::calls;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Context, Error, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::Attr;
use crate::schema::attr::StringList;
use crate::schema::check::{Check, ValidationIssue};
use crate::value::Value;

/// An object to be created under a mark.
pub(super) trait New: Sync {
    /// The object.
    type Object: Holder;

    /// Its resource type.
    const TYPE: &'static str;

    /// The name that people know it by.
    fn name(&self) -> &str;

    /// The organization it is to belong to.
    fn organization_id(&self) -> &str;

    /// The mark of a request, in which `drawn` is what no other has.
    fn mark(&self, drawn: &str) -> String;

    /// Sends the request under this mark.
    fn create(&self, api: &Api, mark: &str) -> impl Future<Output = Result<Self::Object, Error>> + Send;
}

/// The creation of an object under a mark.
pub(super) struct Marked<'a, N> {
    api: &'a Api,
    marks: Marks<'a>,
    new: N,
}

impl<'a, N: New> Marked<'a, N> {
    /// The creation of this object with these calls.
    pub(super) fn new(context: &'a Context<Client>, api: &'a Api, new: N) -> Self {
        let marks = Marks::new(
            context,
            &serde_json::json!([N::TYPE, new.organization_id(), new.name()]),
        );
        Self { api, marks, new }
    }
}

const MARK: &str = "mark";

impl<N: New> Creation for Marked<'_, N> {
    type Object = N::Object;
    type Proof = String;

    fn repetition(&self) -> Repetition {
        Repetition::Settled
    }

    fn prove(&self) -> Result<(String, Record), Error> {
        let mark = self.new.mark(&self.marks.draw()?);
        let record = Record {
            resource_type: N::TYPE.to_owned(),
            endpoint: self.api.url().to_owned(),
            region: String::new(),
            account: self.new.organization_id().to_owned(),
            name: self.new.name().to_owned(),
            proof: BTreeMap::from([(MARK.to_owned(), mark.clone())]),
            sent: self.api.caller().now(),
            id: None,
        };
        Ok((mark, record))
    }

    async fn send(&self, mark: &String) -> Result<N::Object, Error> {
        self.new.create(self.api, mark).await
    }

    /// What a list says is checked with the object itself.
    async fn find(&self, mark: &String) -> Result<Found<N::Object>, Error> {
        let api = self.api.to_finish();
        let Some(listed) = marked::<N::Object>(&api, self.new.organization_id(), mark).await? else {
            return Ok(Found::Nothing);
        };
        match api.get::<N::Object>(listed.id()).await? {
            Some(object) if object.has_mark(mark) => Ok(Found::Ours(object)),
            Some(_) => Err(calls::not_about(N::Object::OPERATIONS.list, mark)),
            None => Ok(Found::Nothing),
        }
    }

    fn object_id(&self, object: &N::Object) -> ObjectId {
        ObjectId::global(N::TYPE, object.id())
    }
}

/// What became of the requests in these records.
pub(super) async fn trace<N: New>(
    client: &Client,
    deadline: Deadline,
    records: &[Record],
) -> Result<Vec<Trace>, Error> {
    let api = client.api(deadline)?;
    let mut traces = Vec::new();
    for record in records {
        traces.push(if record.endpoint == api.url() {
            traced::<N>(&api, record).await?
        } else {
            Trace::Elsewhere
        });
    }
    Ok(traces)
}

async fn traced<N: New>(api: &Api, record: &Record) -> Result<Trace, Error> {
    let found = match (&record.id, record.proof.get(MARK)) {
        (Some(id), _) => api.get::<N::Object>(id).await,
        (None, Some(mark)) => marked::<N::Object>(api, &record.account, mark).await,
        (None, None) => Ok(None),
    };
    match found {
        Ok(Some(object)) => Ok(Trace::Found(candidate::<N>(&object))),
        // A list of the organization is complete. A single object may not exist for these credentials only.
        Ok(None) if record.id.is_none() || api.organization_id().await? == record.account => Ok(Trace::Absent),
        Ok(None) => Ok(Trace::Elsewhere),
        Err(error) if error.kind == Kind::Denied => Ok(Trace::Elsewhere),
        Err(error) => Err(error),
    }
}

/// The object in an organization that has this mark.
async fn marked<H: Holder>(api: &Api, organization_id: &str, mark: &str) -> Result<Option<H>, Error> {
    for page in 1..=MAX_PAGES {
        let objects = api.list::<H>(organization_id, page).await?;
        if objects.is_empty() {
            return Ok(None);
        }
        if let Some(object) = objects.into_iter().find(|object| object.has_mark(mark)) {
            return Ok(Some(object));
        }
    }
    Err(Error::new(
        H::OPERATIONS.list,
        Kind::Malformed,
        format!("the list does not end after {MAX_PAGES} pages"),
    ))
}

/// A hundred objects each.
const MAX_PAGES: u32 = 200;

fn candidate<N: New>(object: &N::Object) -> Candidate {
    Candidate {
        id: ObjectId::global(N::TYPE, object.id()),
        import_id: object.id().to_owned(),
        name: object.name().to_owned(),
        created: model::instant(object.created_at()),
        note: None,
    }
}

/// The error of the change that was to follow a creation, of the object with this id. `place` is where its mark still is.
pub(super) fn half_made(error: Error, noun: &str, id: &str, place: &str) -> Error {
    let remedy = error.remedy().unwrap_or_default().to_owned();
    error.advise(format!(
        "The {noun} {id} was created, and still has the {place} it was created under. It is in the state as tainted: the next apply \
         replaces it. To keep it, run `terraform untaint` first: the next apply then only sets its {place}. {remedy}"
    ))
}

/// What the service says of tags.
pub(super) const TAGS: Check = Check::Custom {
    description: "At most 10 tags.",
    validate: |value| {
        let Value::List(tags) = value else { return Vec::new() };
        let mut issues = Vec::new();
        if tags.len() > MAX_TAGS {
            let found = tags.len();
            issues.push(ValidationIssue::error(format!(
                "must have at most {MAX_TAGS} elements, but has {found}"
            )));
        }
        if tags.contains(&Value::Null) {
            issues.push(ValidationIssue::error("must have no null element"));
        }
        issues
    },
};

/// Source: the vendor's SDKs.
const MAX_TAGS: usize = 10;

/// Tags as a request has them.
pub(super) fn tags(tags: &Attr<StringList>) -> Vec<&str> {
    tags.known().into_iter().flatten().map(Attr::text).collect()
}

/// Tags as the state has them: a list, if an empty one.
pub(super) fn tag_list(tags: Option<Vec<String>>) -> Attr<StringList> {
    Attr::Known(tags.into_iter().flatten().map(Attr::Known).collect())
}

/// A text that the state has as an empty one where there is none, as the official provider does.
pub(super) fn or_empty(text: Option<String>) -> Attr<String> {
    Attr::Known(text.unwrap_or_default())
}

/// A time as the official provider writes it: cut to whole seconds, and empty for none.
pub(super) fn whole_seconds(text: Option<String>) -> Attr<String> {
    or_empty(model::whole_seconds(text))
}

/// The import id of a holder.
pub(super) fn import_id(id: &str) -> Result<Attr<String>, ValidationIssue> {
    match Check::Uuid.validate(&Value::string(id)).into_iter().next() {
        None => Ok(Attr::Known(id.to_ascii_lowercase())),
        Some(issue) => Err(issue),
    }
}

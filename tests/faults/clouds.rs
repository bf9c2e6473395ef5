//! The objects that cases work on, and what lives at the clouds.

use std::collections::BTreeMap;

use apikeys::value::Value;
use sandbox::scaleway::Bearer;
use sandbox::tencentcloud::KeyKind;
use sandbox::{Cloud, Sandbox};
use serde_json::{Value as Json, json};

use super::operation::Operation;

pub type Values = BTreeMap<&'static str, Value>;

/// A kind of key, or of holder of keys: what is configured, and what after a change.
#[derive(Clone, Copy)]
pub struct Kind {
    pub cloud: Cloud,
    pub type_name: &'static str,
    pub name: &'static str,
    /// The table of the page that it is in.
    pub table: &'static str,
    /// Which operations differ with this kind of key.
    pub operations: &'static [Operation],
    values: &'static [(&'static str, &'static str)],
    /// The value that no two keys can have in common.
    unique: Option<&'static str>,
    changed: &'static [(&'static str, &'static str)],
    /// The action that creates it.
    create: &'static str,
    /// The action that completes a creation.
    complete: &'static str,
    /// The action that reads it.
    read: &'static str,
    /// The actions that change it.
    pub updates: &'static [&'static str],
    /// The action that deletes it.
    delete: &'static str,
}

const AWS: Kind = Kind {
    cloud: Cloud::Aws,
    type_name: "aws_api_gateway_api_key",
    name: "",
    table: "AWS",
    operations: &[
        Operation::Create,
        Operation::CreateThree,
        Operation::Read,
        Operation::Update,
        Operation::Delete,
        Operation::Import,
    ],
    values: &[("name", "test")],
    unique: None,
    changed: &[("description", "changed"), ("tags", "changed")],
    create: "CreateApiKey",
    complete: "",
    read: "GetApiKey",
    updates: &["TagResource", "UpdateApiKey"],
    delete: "DeleteApiKey",
};

const TENCENTCLOUD: Kind = Kind {
    cloud: Cloud::Tencentcloud,
    type_name: "tencentcloud_api_gateway_api_key",
    name: "manual, disabled",
    table: "Tencent Cloud, manual keys",
    operations: &Operation::ALL,
    values: &[
        ("secret_name", "test"),
        ("access_key_type", "manual"),
        ("access_key_id", "an_id_of_ours"),
        ("access_key_secret", "a_secret_of_ours"),
        ("status", "off"),
    ],
    unique: Some("access_key_id"),
    changed: &[("access_key_secret", "another_secret")],
    create: "CreateApiKey",
    complete: "DisableApiKey",
    read: "DescribeApiKey",
    updates: &["EnableApiKey", "UpdateApiKey", "DisableApiKey"],
    delete: "DeleteApiKey",
};

const SCALEWAY: Kind = Kind {
    cloud: Cloud::Scaleway,
    type_name: "scaleway_iam_api_key",
    name: "",
    table: "Scaleway",
    operations: &Operation::ALL,
    values: &[
        ("application_id", "a0000000-0000-4000-8000-000000000001"),
        ("description", "test"),
    ],
    unique: None,
    changed: &[("description", "changed")],
    create: "CreateAPIKey",
    complete: "UpdateAPIKey",
    read: "GetAPIKey",
    updates: &["UpdateAPIKey"],
    delete: "DeleteAPIKey",
};

/// The keys and the usage plan that attachments are made of, which nobody manages.
const KEY: &str = "key_of_nobody";
const PLAN: &str = "plan_of_nobody";
const KEYS: usize = 4;
const AWS_REGION: &str = "us-east-1";
const TENCENTCLOUD_REGION: &str = "ap-guangzhou";

const OF_ATTACHMENTS: &[Operation] = &[
    Operation::Create,
    Operation::CreateThree,
    Operation::Read,
    Operation::Delete,
    Operation::Import,
];

/// Every kind.
pub const KINDS: [Kind; 10] = [
    AWS,
    Kind {
        name: "value chosen",
        operations: &[Operation::Create],
        values: &[("name", "test"), ("value", "a-value-of-twenty-or-more")],
        unique: Some("value"),
        ..AWS
    },
    Kind {
        type_name: "aws_api_gateway_usage_plan_key",
        table: "AWS, keys in usage plans",
        operations: OF_ATTACHMENTS,
        values: &[("key_id", KEY), ("key_type", "API_KEY"), ("usage_plan_id", PLAN)],
        unique: Some("key_id"),
        changed: &[],
        create: "CreateUsagePlanKey",
        read: "GetUsagePlanKey",
        updates: &[],
        delete: "DeleteUsagePlanKey",
        ..AWS
    },
    TENCENTCLOUD,
    Kind {
        name: "automatic",
        table: "Tencent Cloud, automatic keys",
        operations: &[Operation::Create, Operation::CreateThree],
        values: &[("secret_name", "test")],
        unique: None,
        ..TENCENTCLOUD
    },
    Kind {
        name: "automatic, disabled",
        table: "Tencent Cloud, automatic keys",
        operations: &[Operation::Create, Operation::CreateSecondCall],
        values: &[("secret_name", "test"), ("status", "off")],
        unique: None,
        ..TENCENTCLOUD
    },
    Kind {
        type_name: "tencentcloud_api_gateway_api_key_attachment",
        name: "",
        table: "Tencent Cloud, keys bound to usage plans",
        operations: OF_ATTACHMENTS,
        values: &[("api_key_id", KEY), ("usage_plan_id", PLAN)],
        unique: Some("api_key_id"),
        changed: &[],
        create: "BindSecretIds",
        read: "DescribeUsagePlanSecretIds",
        updates: &[],
        delete: "UnBindSecretIds",
        ..TENCENTCLOUD
    },
    SCALEWAY,
    Kind {
        type_name: "scaleway_iam_application",
        name: "application",
        table: "Scaleway, applications",
        values: &[("name", "test"), ("description", "test")],
        create: "CreateApplication",
        complete: "UpdateApplication",
        read: "GetApplication",
        updates: &["UpdateApplication"],
        delete: "DeleteApplication",
        ..SCALEWAY
    },
    Kind {
        type_name: "scaleway_iam_user",
        name: "user",
        table: "Scaleway, users",
        values: &[("email", "test@example.com"), ("username", "test")],
        unique: Some("username"),
        changed: &[("first_name", "changed"), ("username", "changed")],
        create: "CreateUser",
        complete: "UpdateUser",
        read: "GetUser",
        updates: &["UpdateUser", "UpdateUserUsername"],
        delete: "DeleteUser",
        ..SCALEWAY
    },
];

impl Kind {
    /// Whether it is a key in a usage plan, and not a key.
    pub fn is_attachment(&self) -> bool {
        self.operations == OF_ATTACHMENTS
    }

    /// Makes what has to be there before, which no state holds.
    pub fn set_up(&self, sandbox: &Sandbox) {
        if !self.is_attachment() {
            return;
        }
        let now = chrono::Utc::now();
        let ids = (0..KEYS).map(|index| format!("{KEY}_{index}"));
        if self.cloud == Cloud::Aws {
            sandbox.aws().insert_plan(AWS_REGION, PLAN, "plan");
            for id in ids {
                let key = sandbox::aws::Key::new(AWS_REGION, "key", now);
                sandbox.aws().insert(sandbox::aws::Key { id, ..key });
            }
        } else {
            sandbox.tencentcloud().insert_plan(TENCENTCLOUD_REGION, PLAN, "plan");
            for id in ids {
                let key = sandbox::tencentcloud::Key::new(TENCENTCLOUD_REGION, "key", now);
                sandbox.tencentcloud().insert(sandbox::tencentcloud::Key { id, ..key });
            }
        }
    }

    /// The import id of an object with this id.
    pub fn import_id(&self, id: &str) -> String {
        match self.is_attachment() && self.cloud == Cloud::Aws {
            true => format!("{PLAN}/{id}"),
            false => id.to_owned(),
        }
    }

    /// What is configured for one of several keys.
    pub fn values(&self, index: usize) -> Values {
        let value = |name: &str, text: &str| match self.unique {
            Some(unique) if unique == name => format!("{text}_{index}").as_str().into(),
            _ => text.into(),
        };
        let values = self.values.iter();
        values.map(|(name, text)| (*name, value(name, text))).collect()
    }

    /// What is configured after a change.
    pub fn changed(&self, index: usize) -> Values {
        let mut values = self.values(index);
        for (name, text) in self.changed {
            let value = match *name {
                "tags" => Value::Map([((*text).to_owned(), (*text).into())].into()),
                _ => (*text).into(),
            };
            values.insert(name, value);
        }
        values
    }

    /// The actions an operation is about.
    pub fn actions(&self, operation: Operation) -> Vec<&'static str> {
        match operation {
            Operation::Create | Operation::CreateThree => vec![self.create],
            Operation::CreateSecondCall => vec![self.complete],
            Operation::Read | Operation::Import => vec![self.read],
            Operation::Update => self.updates.to_vec(),
            Operation::Delete => vec![self.delete],
        }
    }
}

/// A key, or a holder of keys, at a cloud: its id, its secret if it has one, and the attributes a state has to agree with.
pub struct Live {
    pub id: String,
    pub secret: Option<(&'static str, String)>,
    pub attributes: Vec<(&'static str, Value)>,
}

/// Every key and every holder of keys there is at the cloud of a kind, in all regions, or every key in the usage plan.
pub fn live(sandbox: &Sandbox, kind: &Kind) -> Vec<Live> {
    match kind.cloud {
        Cloud::Aws if kind.is_attachment() => {
            let ids = sandbox.aws().plan_keys(AWS_REGION, PLAN).into_iter();
            ids.map(|id| in_plan(sandbox.aws().key(&id).unwrap())).collect()
        }
        Cloud::Tencentcloud if kind.is_attachment() => {
            let ids = sandbox.tencentcloud().bound(TENCENTCLOUD_REGION, PLAN).into_iter();
            ids.map(|id| bound(&id)).collect()
        }
        Cloud::Aws => sandbox.aws().keys().into_iter().map(of_aws).collect(),
        Cloud::Tencentcloud => sandbox.tencentcloud().keys().into_iter().map(of_tencentcloud).collect(),
        Cloud::Scaleway => {
            let keys = sandbox.scaleway().keys().into_iter().map(of_scaleway);
            let applications = sandbox.scaleway_applications().keys().into_iter().map(of_application);
            let users = sandbox.scaleway_users().keys().into_iter().map(of_user);
            keys.chain(applications).chain(users).collect()
        }
    }
}

/// The answer of an operation that is about this object.
pub fn answer_about(sandbox: &Sandbox, kind: &Kind, id: &str) -> String {
    let about = match kind.cloud {
        Cloud::Aws if kind.is_attachment() => sandbox
            .aws()
            .key(id)
            .map(|key| json!({ "id": key.id, "type": "API_KEY", "value": key.value, "name": key.name })),
        Cloud::Aws => sandbox.aws().keys().iter().find(|key| key.id == id).map(|key| {
            json!({ "id": key.id, "value": key.value, "name": key.name, "enabled": key.enabled,
                "createdDate": key.created.timestamp(), "lastUpdatedDate": key.updated.timestamp() })
        }),
        Cloud::Tencentcloud => sandbox
            .tencentcloud()
            .keys()
            .iter()
            .find(|key| key.id == id)
            .map(|key| {
                let kind = if key.kind == KeyKind::Auto { "auto" } else { "manual" };
                let result = json!({ "AccessKeyId": key.id, "AccessKeySecret": key.secret, "AccessKeyType": kind,
                "SecretName": key.name, "CreatedTime": key.created, "ModifiedTime": key.modified,
                "Status": u8::from(key.status.is_enabled()) });
                json!({ "Response": { "Result": result, "RequestId": "a-request" } })
            }),
        Cloud::Scaleway => sandbox
            .scaleway()
            .keys()
            .iter()
            .find(|key| key.access_key == id)
            .map(|key| {
                json!({ "access_key": key.access_key, "secret_key": key.secret_key, "description": key.description,
                "default_project_id": key.default_project_id, "created_at": key.created_at,
                "updated_at": key.updated_at, "editable": key.editable })
            })
            .or_else(|| holder_answer(sandbox, id)),
    };
    about.unwrap().to_string()
}

fn in_plan(key: sandbox::aws::Key) -> Live {
    Live {
        attributes: vec![
            ("key_id", text(Some(key.id.clone()))),
            ("key_type", "API_KEY".into()),
            ("usage_plan_id", PLAN.into()),
            ("name", text(key.name)),
            ("region", text(Some(key.region))),
        ],
        id: key.id,
        secret: Some(("value", key.value)),
    }
}

fn bound(key: &str) -> Live {
    Live {
        id: format!("{key}#{PLAN}"),
        secret: None,
        attributes: vec![("api_key_id", key.into()), ("usage_plan_id", PLAN.into())],
    }
}

fn holder_answer(sandbox: &Sandbox, id: &str) -> Option<Json> {
    let application = sandbox.scaleway_applications().key(id).map(|application| {
        json!({ "id": application.id, "name": application.name, "description": application.description,
            "created_at": application.created_at, "updated_at": application.updated_at, "editable": application.editable,
            "tags": application.tags })
    });
    application.or_else(|| {
        let user = sandbox.scaleway_users().key(id)?;
        Some(
            json!({ "id": user.id, "email": user.email, "username": user.username, "first_name": user.first_name,
            "created_at": user.created_at, "updated_at": user.updated_at, "tags": user.tags }),
        )
    })
}

fn of_application(application: sandbox::scaleway::Application) -> Live {
    Live {
        attributes: vec![
            ("name", text(Some(application.name))),
            ("description", text(Some(application.description))),
            ("tags", texts(application.tags)),
        ],
        id: application.id,
        secret: None,
    }
}

fn of_user(user: sandbox::scaleway::User) -> Live {
    Live {
        attributes: vec![
            ("email", text(Some(user.email))),
            ("username", text(Some(user.username))),
            ("first_name", text(Some(user.first_name))),
            ("locale", text(Some(user.locale))),
            ("tags", texts(user.tags)),
        ],
        id: user.id,
        secret: None,
    }
}

fn texts(texts: Vec<String>) -> Value {
    Value::List(texts.into_iter().map(Value::string).collect())
}

fn of_aws(key: sandbox::aws::Key) -> Live {
    let tags = key.tags.into_iter().map(|(key, value)| (key, value.as_str().into()));
    Live {
        attributes: vec![
            ("name", text(key.name)),
            ("description", text(key.description)),
            ("customer_id", text(key.customer_id)),
            ("enabled", key.enabled.into()),
            ("region", text(Some(key.region))),
            ("tags_all", Value::Map(tags.collect())),
        ],
        id: key.id,
        secret: Some(("value", key.value)),
    }
}

fn of_tencentcloud(key: sandbox::tencentcloud::Key) -> Live {
    let status = if key.status.is_enabled() { "on" } else { "off" };
    Live {
        attributes: vec![
            ("access_key_id", text(Some(key.id.clone()))),
            ("secret_name", text(Some(key.name))),
            ("status", status.into()),
        ],
        id: key.id,
        secret: Some(("access_key_secret", key.secret)),
    }
}

fn of_scaleway(key: sandbox::scaleway::Key) -> Live {
    let (application, user) = match key.bearer {
        Bearer::Application(id) => (Some(id), None),
        Bearer::User(id) => (None, Some(id)),
    };
    Live {
        attributes: vec![
            ("access_key", text(Some(key.access_key.clone()))),
            ("application_id", text(application)),
            ("user_id", text(user)),
            ("description", text(Some(key.description))),
            ("default_project_id", text(Some(key.default_project_id))),
        ],
        id: key.access_key,
        secret: Some(("secret_key", key.secret_key)),
    }
}

/// To a service, empty and nothing are one.
fn text(text: Option<String>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::string)
}

//! What lives at the cloud of a kind, and what people do there past the provider.

use sandbox::scaleway::Bearer;
use sandbox::{Cloud, Sandbox};
use serde_json::{Value, json};

use super::kind::{HOLDER, Kind, PLAN};

/// An object at its cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    pub id: String,
    /// Empty for what has none.
    pub secret: String,
    /// What a state says of it under these names.
    pub attributes: Vec<(&'static str, Value)>,
    /// Everything about it.
    pub whole: String,
}

/// The description that the provider gives AWS keys without one.
const AWS_DESCRIPTION: &str = "Managed by Terraform";
const AWS_REGION: &str = "us-east-1";
const TENCENTCLOUD_REGION: &str = "ap-guangzhou";
/// The key that a person has.
const PERSONS_KEY: &str = "key_of_a_person";
/// How many keys there are for the attachments of each process.
const KEYS: usize = 8;

/// Makes what attachments need: the plan, and keys that nobody manages.
pub fn prepare(kind: Kind, sandbox: &Sandbox) {
    if !kind.is_attachment() {
        return;
    }
    let now = chrono::Utc::now();
    let of_process = |process: &str| {
        (0..KEYS)
            .map(|index| format!("key_{process}_{index}"))
            .collect::<Vec<_>>()
    };
    let ids = ["0a", "0b", "1a"].into_iter().flat_map(of_process);
    let ids = ids.chain([PERSONS_KEY.to_owned()]);
    if kind == Kind::AwsAttachment {
        sandbox.aws().insert_plan(AWS_REGION, PLAN, "plan");
        ids.for_each(|id| {
            let key = sandbox::aws::Key::new(AWS_REGION, "key", now);
            sandbox.aws().insert(sandbox::aws::Key { id, ..key });
        });
    } else {
        sandbox.tencentcloud().insert_plan(TENCENTCLOUD_REGION, PLAN, "plan");
        ids.for_each(|id| {
            let key = sandbox::tencentcloud::Key::new(TENCENTCLOUD_REGION, "key", now);
            sandbox.tencentcloud().insert(sandbox::tencentcloud::Key { id, ..key });
        });
    }
}

/// All objects of the kind.
pub fn all(kind: Kind, sandbox: &Sandbox) -> Vec<Live> {
    match kind {
        Kind::AwsDrawn | Kind::AwsConfigured => sandbox.aws().keys().iter().map(aws).collect(),
        Kind::AwsAttachment => {
            let ids = sandbox.aws().plan_keys(AWS_REGION, PLAN).into_iter();
            let keys = ids.filter_map(|id| sandbox.aws().key(&id));
            keys.map(|key| aws_attachment(&key)).collect()
        }
        Kind::TencentManual | Kind::TencentAuto => sandbox.tencentcloud().keys().iter().map(tencentcloud).collect(),
        Kind::TencentAttachment => {
            let ids = sandbox.tencentcloud().bound(TENCENTCLOUD_REGION, PLAN).into_iter();
            ids.map(|id| tencentcloud_attachment(&id)).collect()
        }
        Kind::Scaleway => sandbox.scaleway().keys().iter().map(scaleway).collect(),
        Kind::Application => sandbox.scaleway_applications().keys().iter().map(application).collect(),
        Kind::User => sandbox
            .scaleway_users()
            .keys()
            .iter()
            .filter(|user| !user.is_owner)
            .map(user)
            .collect(),
    }
}

/// Makes an object past the provider, as a person does: of the same name, holder and description as the run's, in the same plan; a user
/// with the username of the run's first one.
pub fn insert_stranger(kind: Kind, sandbox: &Sandbox, name: &str) -> Live {
    let now = chrono::Utc::now();
    match kind {
        Kind::AwsDrawn | Kind::AwsConfigured => {
            let mut key = sandbox::aws::Key::new(AWS_REGION, name, now);
            key.description = Some(AWS_DESCRIPTION.to_owned());
            sandbox.aws().insert(key.clone());
            aws(&key)
        }
        Kind::TencentManual | Kind::TencentAuto => {
            let key = sandbox::tencentcloud::Key::new(TENCENTCLOUD_REGION, name, now);
            sandbox.tencentcloud().insert(key.clone());
            tencentcloud(&key)
        }
        Kind::AwsAttachment | Kind::TencentAttachment => attach(kind, sandbox, PERSONS_KEY),
        Kind::Scaleway => {
            let key = sandbox::scaleway::Key::new(Bearer::Application(HOLDER.to_owned()), name, now);
            sandbox.scaleway().insert(key.clone());
            scaleway(&key)
        }
        Kind::Application => {
            let made = sandbox::scaleway::Application {
                description: "of the run".to_owned(),
                ..sandbox::scaleway::Application::new(name, now)
            };
            sandbox.scaleway_applications().insert(made.clone());
            application(&made)
        }
        Kind::User => {
            let email = "0a_0@example.com";
            let made = sandbox::scaleway::User {
                first_name: name.to_owned(),
                ..sandbox::scaleway::User::new(email, email, now)
            };
            sandbox.scaleway_users().insert(made.clone());
            user(&made)
        }
    }
}

/// Makes the very object that the run's first resource is to make, where there can only be one.
pub fn insert_first(kind: Kind, sandbox: &Sandbox, name: &str) -> Live {
    match kind.is_attachment() {
        true => attach(kind, sandbox, "key_0a_0"),
        false => insert_stranger(kind, sandbox, name),
    }
}

fn attach(kind: Kind, sandbox: &Sandbox, id: &str) -> Live {
    if kind.cloud() == Cloud::Tencentcloud {
        sandbox.tencentcloud().bind(TENCENTCLOUD_REGION, PLAN, id);
        return tencentcloud_attachment(id);
    }
    sandbox.aws().add_to_plan(AWS_REGION, PLAN, id);
    aws_attachment(&sandbox.aws().key(id).unwrap())
}

fn aws(key: &sandbox::aws::Key) -> Live {
    Live {
        id: key.id.clone(),
        secret: key.value.clone(),
        attributes: vec![
            ("name", json!(key.name)),
            ("description", json!(key.description)),
            ("enabled", json!(key.enabled)),
        ],
        whole: format!("{key:?}"),
    }
}

fn aws_attachment(key: &sandbox::aws::Key) -> Live {
    Live {
        id: Kind::AwsAttachment.unique(&key.id),
        secret: key.value.clone(),
        attributes: vec![("id", json!(key.id)), ("name", json!(key.name))],
        whole: format!("{key:?}"),
    }
}

fn tencentcloud(key: &sandbox::tencentcloud::Key) -> Live {
    Live {
        id: key.id.clone(),
        secret: key.secret.clone(),
        attributes: vec![
            ("secret_name", json!(key.name)),
            ("status", json!(if key.status.is_enabled() { "on" } else { "off" })),
        ],
        whole: format!("{key:?}"),
    }
}

fn tencentcloud_attachment(key_id: &str) -> Live {
    Live {
        id: Kind::TencentAttachment.unique(key_id),
        attributes: vec![("api_key_id", json!(key_id)), ("usage_plan_id", json!(PLAN))],
        ..Live::default()
    }
}

fn scaleway(key: &sandbox::scaleway::Key) -> Live {
    Live {
        id: key.access_key.clone(),
        secret: key.secret_key.clone(),
        attributes: vec![("description", json!(key.description))],
        whole: format!("{key:?}"),
    }
}

fn application(application: &sandbox::scaleway::Application) -> Live {
    Live {
        id: application.id.clone(),
        secret: String::new(),
        attributes: vec![
            ("name", json!(application.name)),
            ("description", json!(application.description)),
            ("tags", json!(application.tags)),
        ],
        whole: format!("{application:?}"),
    }
}

fn user(user: &sandbox::scaleway::User) -> Live {
    Live {
        id: user.id.clone(),
        secret: String::new(),
        attributes: vec![
            ("username", json!(user.username)),
            ("email", json!(user.email)),
            ("first_name", json!(user.first_name)),
            ("last_name", json!(user.last_name)),
            ("tags", json!(user.tags)),
        ],
        whole: format!("{user:?}"),
    }
}

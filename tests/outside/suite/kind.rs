//! The kinds of key: how each is configured, called, answered about, and what lives at its cloud.

use std::fmt;

use sandbox::scaleway::Bearer;
use sandbox::{Cloud, Sandbox};
use serde_json::{Value, json};

/// What kind of key a run makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    AwsDrawn,
    AwsConfigured,
    TencentManual,
    TencentAuto,
    Scaleway,
}

/// What a request asks a cloud to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Create,
    Get,
    List,
    Update,
    Delete,
    Other,
}

/// A key at its cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    pub id: String,
    pub secret: String,
    /// What a state says of it under these names.
    pub attributes: Vec<(&'static str, Value)>,
    /// Everything about it.
    pub whole: String,
}

/// Where the members stand in the answers of a cloud, as JSON pointers.
pub struct Answers {
    pub id: &'static str,
    pub secret: &'static str,
    pub list: &'static str,
}

/// The application that all Scaleway keys belong to.
const HOLDER: &str = "11111111-1111-4111-8111-111111111111";
/// The description that the provider gives AWS keys without one.
const AWS_DESCRIPTION: &str = "Managed by Terraform";

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::AwsDrawn,
        Self::AwsConfigured,
        Self::TencentManual,
        Self::TencentAuto,
        Self::Scaleway,
    ];

    pub fn cloud(self) -> Cloud {
        match self {
            Self::AwsDrawn | Self::AwsConfigured => Cloud::Aws,
            Self::TencentManual | Self::TencentAuto => Cloud::Tencentcloud,
            Self::Scaleway => Cloud::Scaleway,
        }
    }

    pub fn type_name(self) -> &'static str {
        match self.cloud() {
            Cloud::Aws => "aws_api_gateway_api_key",
            Cloud::Tencentcloud => "tencentcloud_api_gateway_api_key",
            Cloud::Scaleway => "scaleway_iam_api_key",
        }
    }

    /// The attribute that holds the secret.
    pub fn secret_attribute(self) -> &'static str {
        match self.cloud() {
            Cloud::Aws => "value",
            Cloud::Tencentcloud => "access_key_secret",
            Cloud::Scaleway => "secret_key",
        }
    }

    /// The variable that leads the provider to this `host:port`.
    pub fn endpoint(self, authority: &str) -> (&'static str, String) {
        match self.cloud() {
            Cloud::Aws => ("AWS_ENDPOINT_URL_API_GATEWAY", format!("http://{authority}")),
            Cloud::Tencentcloud => ("TENCENTCLOUD_DOMAIN", authority.to_owned()),
            Cloud::Scaleway => ("SCW_API_URL", format!("http://{authority}")),
        }
    }

    /// The arguments of a resource; `own` is a part of the value or id that no other resource of the run has.
    pub fn arguments(self, name: &str, own: &str, changed: bool) -> String {
        let aws = if changed { "\n  description = \"changed\"" } else { "" };
        let tencent = if changed { "\n  status = \"off\"" } else { "" };
        match self {
            Self::AwsDrawn => format!("name = \"{name}\"{aws}"),
            Self::AwsConfigured => format!("name = \"{name}\"\n  value = \"a-value-of-our-own-{own}\"{aws}"),
            Self::TencentAuto => format!("secret_name = \"{name}\"\n  access_key_type = \"auto\"{tencent}"),
            Self::TencentManual => format!(
                "secret_name = \"{name}\"\n  access_key_type = \"manual\"\n  access_key_id = \"an_id_{own}\"\n  \
                 access_key_secret = \"a_secret_{own}\"{tencent}"
            ),
            Self::Scaleway if changed => format!("application_id = \"{HOLDER}\"\n  description = \"changed\""),
            Self::Scaleway if name.is_empty() => format!("application_id = \"{HOLDER}\""),
            Self::Scaleway => format!("application_id = \"{HOLDER}\"\n  description = \"{name}\""),
        }
    }

    /// What a request asks for.
    pub fn operation(self, method: &str, path: &str, action: Option<&str>) -> Operation {
        if self.cloud() == Cloud::Tencentcloud {
            return match action {
                Some("CreateApiKey") => Operation::Create,
                Some("DescribeApiKey") => Operation::Get,
                Some("DescribeApiKeysStatus") => Operation::List,
                Some("UpdateApiKey" | "EnableApiKey" | "DisableApiKey") => Operation::Update,
                Some("DeleteApiKey") => Operation::Delete,
                _ => Operation::Other,
            };
        }
        let keys = match self.cloud() {
            Cloud::Aws => "/apikeys",
            _ => "/iam/v1alpha1/api-keys",
        };
        let path = path.split('?').next().unwrap_or_default();
        match (method, path.strip_prefix(keys)) {
            ("POST", Some("")) => Operation::Create,
            ("GET", Some("")) => Operation::List,
            ("GET", Some(_)) => Operation::Get,
            ("PATCH", Some(_)) => Operation::Update,
            ("DELETE", Some(_)) => Operation::Delete,
            _ => Operation::Other,
        }
    }

    pub fn answers(self) -> Answers {
        match self.cloud() {
            Cloud::Aws => Answers {
                id: "/id",
                secret: "/value",
                list: "/item",
            },
            Cloud::Tencentcloud => Answers {
                id: "/Response/Result/AccessKeyId",
                secret: "/Response/Result/AccessKeySecret",
                list: "/Response/Result/ApiKeySet",
            },
            Cloud::Scaleway => Answers {
                id: "/access_key",
                secret: "/secret_key",
                list: "/api_keys",
            },
        }
    }

    /// All keys of the cloud.
    pub fn live(self, sandbox: &Sandbox) -> Vec<Live> {
        match self.cloud() {
            Cloud::Aws => sandbox.aws().keys().iter().map(aws).collect(),
            Cloud::Tencentcloud => sandbox.tencentcloud().keys().iter().map(tencentcloud).collect(),
            Cloud::Scaleway => sandbox.scaleway().keys().iter().map(scaleway).collect(),
        }
    }

    /// Makes a key of the same name, holder and description past the provider, as a person does.
    pub fn insert_stranger(self, sandbox: &Sandbox, name: &str) -> Live {
        let now = chrono::Utc::now();
        match self.cloud() {
            Cloud::Aws => {
                let mut key = sandbox::aws::Key::new("us-east-1", name, now);
                key.description = Some(AWS_DESCRIPTION.to_owned());
                sandbox.aws().insert(key.clone());
                aws(&key)
            }
            Cloud::Tencentcloud => {
                let key = sandbox::tencentcloud::Key::new("ap-guangzhou", name, now);
                sandbox.tencentcloud().insert(key.clone());
                tencentcloud(&key)
            }
            Cloud::Scaleway => {
                let key = sandbox::scaleway::Key::new(Bearer::Application(HOLDER.to_owned()), name, now);
                sandbox.scaleway().insert(key.clone());
                scaleway(&key)
            }
        }
    }
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

fn scaleway(key: &sandbox::scaleway::Key) -> Live {
    Live {
        id: key.access_key.clone(),
        secret: key.secret_key.clone(),
        attributes: vec![("description", json!(key.description))],
        whole: format!("{key:?}"),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsDrawn => "AWS, drawn value",
            Self::AwsConfigured => "AWS, configured value",
            Self::TencentManual => "Tencent Cloud, manual",
            Self::TencentAuto => "Tencent Cloud, automatic",
            Self::Scaleway => "Scaleway",
        })
    }
}

//! The kinds of object: how each is configured, called and answered about.

use std::collections::BTreeMap;
use std::fmt;

use sandbox::Cloud;
use serde_json::{Value, json};

use super::faults::text_at;

/// What kind of object a run makes: a key, a key's place in a usage plan, or a holder of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    AwsDrawn,
    AwsConfigured,
    AwsAttachment,
    TencentManual,
    TencentAuto,
    TencentAttachment,
    Scaleway,
    Application,
    User,
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

/// Where the members stand in the answers of a cloud, as JSON pointers.
pub struct Answers {
    pub id: &'static str,
    /// None where no answer has a secret.
    pub secret: Option<&'static str>,
    pub list: &'static str,
}

/// The application that all Scaleway keys belong to.
pub const HOLDER: &str = "11111111-1111-4111-8111-111111111111";
/// The usage plan that all attachments are to.
pub const PLAN: &str = "usagePlan-1";

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::AwsDrawn,
        Self::AwsConfigured,
        Self::AwsAttachment,
        Self::TencentManual,
        Self::TencentAuto,
        Self::TencentAttachment,
        Self::Scaleway,
        Self::Application,
        Self::User,
    ];

    pub fn cloud(self) -> Cloud {
        match self {
            Self::AwsDrawn | Self::AwsConfigured | Self::AwsAttachment => Cloud::Aws,
            Self::TencentManual | Self::TencentAuto | Self::TencentAttachment => Cloud::Tencentcloud,
            Self::Scaleway | Self::Application | Self::User => Cloud::Scaleway,
        }
    }

    pub fn type_name(self) -> &'static str {
        match self {
            Self::AwsDrawn | Self::AwsConfigured => "aws_api_gateway_api_key",
            Self::AwsAttachment => "aws_api_gateway_usage_plan_key",
            Self::TencentManual | Self::TencentAuto => "tencentcloud_api_gateway_api_key",
            Self::TencentAttachment => "tencentcloud_api_gateway_api_key_attachment",
            Self::Scaleway => "scaleway_iam_api_key",
            Self::Application => "scaleway_iam_application",
            Self::User => "scaleway_iam_user",
        }
    }

    /// Whether it is a key's place in a usage plan.
    pub fn is_attachment(self) -> bool {
        matches!(self, Self::AwsAttachment | Self::TencentAttachment)
    }

    /// Whether it is a key.
    pub fn is_key(self) -> bool {
        !self.is_attachment() && !matches!(self, Self::Application | Self::User)
    }

    /// The attribute that holds the secret.
    pub fn secret_attribute(self) -> Option<&'static str> {
        match self {
            Self::AwsDrawn | Self::AwsConfigured | Self::AwsAttachment => Some("value"),
            Self::TencentManual | Self::TencentAuto => Some("access_key_secret"),
            Self::Scaleway => Some("secret_key"),
            Self::TencentAttachment | Self::Application | Self::User => None,
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

    /// The arguments of a resource; `own` is a part of the value or id that no other resource of the run has. Of attachments nothing can
    /// be changed.
    pub fn arguments(self, name: &str, own: &str, changed: bool) -> String {
        let aws = if changed { "\n  description = \"changed\"" } else { "" };
        let tencent = if changed { "\n  status = \"off\"" } else { "" };
        let user = if changed { "\n  last_name = \"changed\"" } else { "" };
        let described = if changed { "changed" } else { "of the run" };
        match self {
            Self::AwsDrawn => format!("name = \"{name}\"{aws}"),
            Self::AwsConfigured => format!("name = \"{name}\"\n  value = \"a-value-of-our-own-{own}\"{aws}"),
            Self::AwsAttachment => {
                format!("key_id = \"key_{own}\"\n  key_type = \"API_KEY\"\n  usage_plan_id = \"{PLAN}\"")
            }
            Self::TencentAuto => format!("secret_name = \"{name}\"\n  access_key_type = \"auto\"{tencent}"),
            Self::TencentManual => format!(
                "secret_name = \"{name}\"\n  access_key_type = \"manual\"\n  access_key_id = \"an_id_{own}\"\n  \
                 access_key_secret = \"a_secret_{own}\"{tencent}"
            ),
            Self::TencentAttachment => format!("api_key_id = \"key_{own}\"\n  usage_plan_id = \"{PLAN}\""),
            Self::Scaleway if changed => format!("application_id = \"{HOLDER}\"\n  description = \"changed\""),
            Self::Scaleway if name.is_empty() => format!("application_id = \"{HOLDER}\""),
            Self::Scaleway => format!("application_id = \"{HOLDER}\"\n  description = \"{name}\""),
            Self::Application if name.is_empty() => format!("description = \"{described}\""),
            Self::Application => format!("name = \"{name}\"\n  description = \"{described}\""),
            Self::User => format!("email = \"{own}@example.com\"\n  first_name = \"{name}\"{user}"),
        }
    }

    /// What a request asks for.
    pub fn operation(self, method: &str, path: &str, action: Option<&str>) -> Operation {
        if self.cloud() == Cloud::Tencentcloud {
            return self.action(action.unwrap_or_default());
        }
        let path = path.split('?').next().unwrap_or_default();
        match (method, path.strip_prefix(self.collection().as_str())) {
            ("POST", Some("")) => Operation::Create,
            ("GET", Some("")) => Operation::List,
            ("GET", Some(_)) => Operation::Get,
            ("PATCH" | "POST", Some(_)) => Operation::Update,
            ("DELETE", Some(_)) => Operation::Delete,
            _ => Operation::Other,
        }
    }

    fn action(self, action: &str) -> Operation {
        match action {
            "DescribeApiKey" => Operation::Get,
            "BindSecretIds" if self.is_attachment() => Operation::Create,
            "DescribeUsagePlanSecretIds" if self.is_attachment() => Operation::List,
            "UnBindSecretIds" if self.is_attachment() => Operation::Delete,
            "CreateApiKey" if self.is_key() => Operation::Create,
            "DescribeApiKeysStatus" if self.is_key() => Operation::List,
            "UpdateApiKey" | "EnableApiKey" | "DisableApiKey" if self.is_key() => Operation::Update,
            "DeleteApiKey" if self.is_key() => Operation::Delete,
            _ => Operation::Other,
        }
    }

    /// The path of all objects.
    fn collection(self) -> String {
        match self {
            Self::AwsAttachment => format!("/usageplans/{PLAN}/keys"),
            Self::Application => "/iam/v1alpha1/applications".to_owned(),
            Self::User => "/iam/v1alpha1/users".to_owned(),
            _ if self.cloud() == Cloud::Aws => "/apikeys".to_owned(),
            _ => "/iam/v1alpha1/api-keys".to_owned(),
        }
    }

    /// The operation by which a refresh sees an object.
    pub fn read(self) -> Operation {
        if self == Self::TencentAttachment {
            Operation::List
        } else {
            Operation::Get
        }
    }

    /// The operation by which what a lost create has made is found.
    pub fn search(self) -> Operation {
        if self == Self::AwsAttachment {
            Operation::Get
        } else {
            Operation::List
        }
    }

    /// The calls that creating so many objects takes where nothing goes wrong: besides the creates,
    ///
    /// - whether a plan has a key is asked before it is added, and at Tencent Cloud the key before and the plan's list afterwards, too;
    /// - at Scaleway an update writes what is configured over the mark, and a user is read again.
    pub fn calls(self, objects: usize) -> BTreeMap<Operation, usize> {
        let more: &[_] = match self {
            Self::AwsDrawn | Self::AwsConfigured | Self::TencentManual | Self::TencentAuto => &[],
            Self::AwsAttachment => &[(Operation::Get, 1)],
            Self::TencentAttachment => &[(Operation::Get, 1), (Operation::List, 2)],
            Self::Scaleway | Self::Application => &[(Operation::Update, 1)],
            Self::User => &[(Operation::Get, 1), (Operation::Update, 1)],
        };
        let calls = [(Operation::Create, 1)].into_iter().chain(more.iter().copied());
        calls.map(|(operation, each)| (operation, each * objects)).collect()
    }

    pub fn answers(self) -> Answers {
        let (id, secret, list) = match self {
            Self::AwsDrawn | Self::AwsConfigured | Self::AwsAttachment => ("/id", Some("/value"), "/item"),
            Self::TencentManual | Self::TencentAuto => (
                "/Response/Result/AccessKeyId",
                Some("/Response/Result/AccessKeySecret"),
                "/Response/Result/ApiKeySet",
            ),
            Self::TencentAttachment => ("/Response/Result/AccessKeyId", None, "/Response/Result/AccessKeyList"),
            Self::Scaleway => ("/access_key", Some("/secret_key"), "/api_keys"),
            Self::Application => ("/id", None, "/applications"),
            Self::User => ("/id", None, "/users"),
        };
        Answers { id, secret, list }
    }

    /// What an answer calls `id`, as one text that no other object of the cloud has.
    pub fn unique(self, id: &str) -> String {
        match self {
            Self::AwsAttachment => format!("{PLAN}/{id}"),
            Self::TencentAttachment => format!("{id}#{PLAN}"),
            _ => id.to_owned(),
        }
    }

    /// The object that a create has made, from its body and that of its answer.
    pub fn made(self, request: &[u8], answer: &[u8]) -> Option<String> {
        if self != Self::TencentAttachment {
            return text_at(answer, self.answers().id).map(|id| self.unique(&id));
        }
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let is_made = answer.pointer("/Response/Result") == Some(&json!(true));
        text_at(request, "/AccessKeyIds/0")
            .filter(|_| is_made)
            .map(|id| self.unique(&id))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsDrawn => "AWS, drawn value",
            Self::AwsConfigured => "AWS, configured value",
            Self::AwsAttachment => "AWS, key in a usage plan",
            Self::TencentManual => "Tencent Cloud, manual",
            Self::TencentAuto => "Tencent Cloud, automatic",
            Self::TencentAttachment => "Tencent Cloud, key bound to a usage plan",
            Self::Scaleway => "Scaleway",
            Self::Application => "Scaleway, application",
            Self::User => "Scaleway, user",
        })
    }
}

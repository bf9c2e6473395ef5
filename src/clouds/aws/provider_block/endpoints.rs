//! The block `endpoints` of the provider block: an argument for each service that the official provider knows.

use crate::block;
use crate::clouds::shared::url;
use crate::schema::attr::AttrType;
use crate::schema::block::Block;
use crate::schema::{Attribute, Schema, Sensitivity, optional};
use crate::value::{Object, Value};

block! {
    /// Custom endpoints by service. Those of services that are never called have no effect.
    pub struct Called {
        /// API Gateway. Otherwise from `AWS_ENDPOINT_URL_API_GATEWAY` or `AWS_ENDPOINT_URL`, or the profile.
        apigateway: String = optional().check(url::URL),
        /// Single sign-on (IAM Identity Center). Otherwise from `AWS_ENDPOINT_URL_SSO` or `AWS_ENDPOINT_URL`, or the profile.
        sso: String = optional().check(url::URL),
        /// STS. Otherwise from `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL`, or the profile.
        sts: String = optional().check(url::URL),
    }
}

/// The endpoints of the services that are called.
#[derive(Clone, Debug, Default)]
pub struct Endpoints(pub Called);

/// All other services: those of release 5.100.0 of the official provider, and those added since.
const OTHERS: &str = include_str!("endpoints.txt");

impl Block for Endpoints {
    fn schema() -> Schema {
        let Schema {
            doc,
            mut attributes,
            blocks,
        } = Called::schema();
        attributes.extend(OTHERS.lines().map(|name| Attribute {
            name,
            doc: "No effect: the service is not called.",
            ty: String::ty(),
            nested: None,
            sensitivity: Sensitivity::Plain,
            rule: optional(),
        }));
        Schema {
            doc,
            attributes,
            blocks,
        }
    }

    fn from_object(object: &Object) -> Option<Self> {
        Called::from_object(object).map(Self)
    }

    fn to_object(&self) -> Object {
        let others = OTHERS.lines().map(|name| (name.to_owned(), Value::Null));
        self.0.to_object().into_iter().chain(others).collect()
    }

    fn complete(self, seen: Self) -> Self {
        Self(self.0.complete(seen.0))
    }
}

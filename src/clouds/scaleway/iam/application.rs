//! Applications, which hold keys on behalf of programs. Source: the vendor's SDKs, and recorded responses.

use serde::{Deserialize, Serialize};

use super::holder::{Holder, Operations};

/// An application in a response.
#[derive(Debug, Deserialize)]
pub struct Application {
    /// Its id, a UUID.
    #[serde(default)]
    pub id: String,
    /// Its name. Names need not be unique.
    #[serde(default)]
    pub name: String,
    /// Its description; empty for none.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Option<Vec<String>>,
    /// The creation time: RFC 3339, UTC, microseconds.
    pub created_at: Option<String>,
    /// The time of the last change: RFC 3339, UTC, microseconds.
    pub updated_at: Option<String>,
    /// The organization it belongs to.
    pub organization_id: Option<String>,
    /// Whether it can be changed.
    pub editable: Option<bool>,
}

/// An application to create.
#[derive(Clone, Debug, Serialize)]
pub struct NewApplication<'a> {
    /// Its name.
    pub name: &'a str,
    /// The organization it is to belong to.
    pub organization_id: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its tags.
    pub tags: Vec<&'a str>,
}

/// An update of an application.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct ApplicationChanges<'a> {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The new description; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// All new tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<&'a str>>,
}

impl Holder for Application {
    const OPERATIONS: Operations = Operations {
        path: "/iam/v1alpha1/applications",
        noun: "application",
        plural: "applications",
        create: "CreateApplication",
        get: "GetApplication",
        list: "ListApplications",
        update: "UpdateApplication",
        delete: "DeleteApplication",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn created_at(&self) -> Option<&str> {
        self.created_at.as_deref()
    }

    fn has_mark(&self, mark: &str) -> bool {
        self.description.as_deref() == Some(mark)
    }
}

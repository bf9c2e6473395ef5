//! What an application is created with. Its mark is in the description.

use super::TYPE;
use crate::clouds::scaleway::iam::application::{Application, NewApplication};
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::objects::holder::New;
use crate::clouds::scaleway::objects::mark;
use crate::framework::Error;

impl New for NewApplication<'_> {
    type Object = Application;

    const TYPE: &'static str = TYPE;

    fn name(&self) -> &str {
        self.name
    }

    fn organization_id(&self) -> &str {
        self.organization_id
    }

    fn mark(&self, drawn: &str) -> String {
        mark::description(self.description, drawn)
    }

    async fn create(&self, api: &Api, mark: &str) -> Result<Application, Error> {
        let marked = NewApplication {
            description: mark,
            ..self.clone()
        };
        api.create(&marked, mark).await
    }
}

/// A name for an application that was given none, like those of the official provider.
pub(super) fn name(drawn: &str) -> String {
    let end: String = drawn.chars().take(12).collect();
    format!("tf-application-{}", end.to_ascii_lowercase())
}

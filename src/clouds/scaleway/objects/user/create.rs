//! What a user is created with. The mark is the one tag: nothing else that a request carries can be told from what another one, or a
//! person, asks for, and still be changed afterwards.

use super::TYPE;
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::iam::user::{NewUser, User};
use crate::clouds::scaleway::objects::holder::New;
use crate::framework::Error;

impl New for NewUser<'_> {
    type Object = User;

    const TYPE: &'static str = TYPE;

    fn name(&self) -> &str {
        self.member.username
    }

    fn organization_id(&self) -> &str {
        self.organization_id
    }

    fn mark(&self, drawn: &str) -> String {
        format!("terraform-request-{drawn}")
    }

    async fn create(&self, api: &Api, mark: &str) -> Result<User, Error> {
        let marked = NewUser {
            tags: vec![mark],
            ..self.clone()
        };
        api.create(&marked, mark).await
    }
}

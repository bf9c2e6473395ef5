//! Data sources: the trait of one, and the way from Terraform's calls to its functions.

use std::future::Future;
use std::sync::LazyLock;

use futures_util::future::BoxFuture;

use super::client::{Client, Connection};
use super::context::Context;
use super::timeouts::Action;
use super::validate::{not_known, validate};
use super::{Diagnostic, Error, Kind, Outcome, panics};
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::schema::check::Severity;
use crate::value::Object;

/// What Terraform looks up at a cloud, and never changes.
///
/// Its attributes are declared once, as [`DataSource::State`]; schema, validation and documentation come from there.
pub trait DataSource: Sized + Send + Sync + 'static {
    /// The data source's name in a configuration.
    const TYPE: &'static str;

    /// The declaration of its arguments and of what is found.
    type State: Block + Send;

    /// The connection to its cloud.
    type Client: Client;

    /// Looks it up. All arguments are known and valid. What does not exist is an error.
    fn read(
        context: &Context<Self::Client>,
        config: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;
}

/// A data source without its types, as Terraform's calls find it.
pub trait DataSourceHandler: Send + Sync {
    /// The data source's name in a configuration.
    fn type_name(&self) -> &'static str;

    /// Its declaration.
    fn schema(&self) -> &Schema;

    /// What is wrong with a configuration.
    fn validate(&self, config: &Object) -> Vec<Diagnostic>;

    /// Looks it up. No value: there is an error.
    fn read(&self, config: Object) -> BoxFuture<'_, Outcome<Option<Object>>>;
}

/// The one implementation of [`DataSourceHandler`].
pub struct Data<D: DataSource> {
    connection: Connection<D::Client>,
    schema: LazyLock<Schema>,
}

impl<D: DataSource> Data<D> {
    /// The handler of a data source on its cloud's connection.
    pub fn handler(connection: &Connection<D::Client>) -> Box<dyn DataSourceHandler> {
        Box::new(Self {
            connection: connection.clone(),
            schema: LazyLock::new(D::State::schema),
        })
    }

    async fn found(&self, config: &Object) -> Result<(Object, Vec<Diagnostic>), Diagnostic> {
        let Some(typed) = D::State::from_object(config) else {
            let misfit = format!("A configuration of {} does not match its own schema.", D::TYPE);
            return Err(panics::diagnostic(&misfit));
        };
        let failed = |error: Error| Action::Read.failed(D::TYPE, &advised(error));
        let open = self.connection.configured().map_err(failed)?;
        let context = self.connection.context(&open, Action::Read.limit(config));
        let found = D::read(&context, typed).await.map_err(failed)?;
        Ok((found.to_object(), context.take_warnings()))
    }
}

impl<D: DataSource> DataSourceHandler for Data<D> {
    fn type_name(&self) -> &'static str {
        D::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Object) -> Vec<Diagnostic> {
        let invalid = validate(&self.schema, config);
        invalid.into_iter().map(Diagnostic::from).collect()
    }

    fn read(&self, config: Object) -> BoxFuture<'_, Outcome<Option<Object>>> {
        Box::pin(async move {
            let mut diagnostics = self.validate(&config);
            // What is questionable only was said at validation.
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            diagnostics.extend(not_known(&self.schema, &config).into_iter().map(Diagnostic::from));
            if !diagnostics.is_empty() {
                let value = None;
                return Outcome { value, diagnostics };
            }
            match self.found(&config).await {
                Ok((found, diagnostics)) => Outcome {
                    value: Some(found),
                    diagnostics,
                },
                Err(diagnostic) => Outcome::failed(None, diagnostic),
            }
        })
    }
}

/// The same error, with advice that fits what has no `timeouts` and is read even if nothing is refreshed.
fn advised(error: Error) -> Error {
    match error.kind {
        Kind::NotKnownYet => error.advise(
            "Apply the resources that it depends on first, for example with -target, or list them in the data source's `depends_on`: then \
             it is read once they are applied.",
        ),
        Kind::TimedOut if error.advice.is_none() => error.advise("Run the command again."),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_fits_a_data_source() {
        let depends = "Apply the resources that it depends on first, for example with -target, or list them in the data source's \
                       `depends_on`: then it is read once they are applied.";
        for (kind, advice) in [
            (Kind::TimedOut, Some("Run the command again.")),
            (Kind::NotKnownYet, Some(depends)),
            (Kind::NotFound, None),
        ] {
            assert_eq!(advised(Error::new("", kind, "")).advice.as_deref(), advice, "{kind:?}");
        }
    }
}

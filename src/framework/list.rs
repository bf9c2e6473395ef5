//! List resources: the trait of one, and the way from `terraform query` to its pages.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, Stream, StreamExt, TryStreamExt};

use super::client::Connection;
use super::context::Context;
use super::identity::merged;
use super::managed::Resource;
use super::timeouts::Action;
use super::validate::{not_known, validate};
use super::{Diagnostic, Error, Kind, panics};
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::schema::check::Severity;
use crate::value::Object;

/// The objects of a resource type at a cloud, as `terraform query` finds them, whoever made them.
pub trait ListResource: Sized + Send + Sync + 'static {
    /// The resource type.
    type Resource: Resource;

    /// The declaration of the arguments: what the `config` block of a `list` block has.
    type Config: Block + Send;

    /// The pages of a list.
    type Pages: Pages<<Self::Resource as Resource>::State>;

    /// Starts a list. All arguments are known and valid.
    fn list(
        context: &Context<<Self::Resource as Resource>::Client>,
        config: Self::Config,
        detail: Detail,
    ) -> impl Future<Output = Result<Self::Pages, Error>> + Send;
}

/// A list, of which one page after the other is read.
pub trait Pages<S>: Send + 'static {
    /// Reads the next page; `None` after the last. Not called again after an error.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Listed<S>>>, Error>> + Send;
}

/// An object in a list.
pub struct Listed<S> {
    /// What a person knows it by.
    pub display_name: String,
    /// Its state, as a read after an import has it.
    pub state: S,
}

/// What is wanted of each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its identity only.
    Identity,
    /// Its state, too.
    Object,
}

/// A list that Terraform asks for.
pub struct ListRequest {
    /// The arguments.
    pub config: Object,
    /// How many objects are wanted.
    pub limit: usize,
    /// What is wanted of each.
    pub detail: Detail,
}

/// An object in a list, without its types.
pub struct Found {
    /// What a person knows it by.
    pub display_name: String,
    /// Its identity.
    pub identity: Object,
    /// Its state, where it is wanted.
    pub object: Option<Object>,
}

/// A list resource without its types, as Terraform's calls find it.
pub trait ListHandler: Send + Sync {
    /// The resource type.
    fn type_name(&self) -> &'static str;

    /// The declaration of the arguments.
    fn schema(&self) -> &Schema;

    /// What is wrong with a configuration.
    fn validate(&self, config: &Object) -> Vec<Diagnostic>;

    /// Lists objects. A page is read only once those before it are taken, and dropping the stream ends the call that is under way. An error
    /// is the last item.
    fn list(&self, request: ListRequest) -> BoxStream<'static, Result<Found, Diagnostic>>;
}

/// The one implementation of [`ListHandler`].
pub struct List<L: ListResource> {
    connection: Connection<<L::Resource as Resource>::Client>,
    schema: LazyLock<Schema>,
}

impl<L: ListResource> List<L> {
    /// The handler of a list resource on its cloud's connection.
    pub fn handler(connection: &Connection<<L::Resource as Resource>::Client>) -> Box<dyn ListHandler> {
        Box::new(Self {
            connection: connection.clone(),
            schema: LazyLock::new(L::Config::schema),
        })
    }
}

impl<L: ListResource> ListHandler for List<L> {
    fn type_name(&self) -> &'static str {
        L::Resource::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Object) -> Vec<Diagnostic> {
        let invalid = validate(&self.schema, config);
        invalid.into_iter().map(Diagnostic::from).collect()
    }

    fn list(&self, request: ListRequest) -> BoxStream<'static, Result<Found, Diagnostic>> {
        let mut diagnostics = self.validate(&request.config);
        // What is questionable only was said at validation.
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        diagnostics.extend(
            not_known(&self.schema, &request.config)
                .into_iter()
                .map(Diagnostic::from),
        );
        if !diagnostics.is_empty() {
            return stream::iter(diagnostics.into_iter().map(Err)).boxed();
        }
        let limit = request.limit;
        let pages = stream::once(start::<L>(self.connection.clone(), request)).try_flatten();
        pages.take(limit).boxed()
    }
}

/// Starts a list: the pages are flattened, and each object is encoded.
async fn start<L: ListResource>(
    connection: Connection<<L::Resource as Resource>::Client>,
    ListRequest { config, detail, .. }: ListRequest,
) -> Result<impl Stream<Item = Result<Found, Diagnostic>>, Diagnostic> {
    let Some(config) = L::Config::from_object(&config) else {
        let misfit = format!(
            "A configuration of the list {} does not match its own schema.",
            L::Resource::TYPE
        );
        return Err(panics::diagnostic(&misfit));
    };
    let open = connection.configured().map_err(failed::<L>)?;
    let context = connection.context(&open, Action::Read.limit(&Object::new()));
    let pages = L::list(&context, config, detail).await.map_err(failed::<L>)?;
    let client = Arc::clone(&context.client);
    let encoder = Encoder::<L::Resource> {
        schema: <L::Resource as Resource>::State::schema(),
        identity: <L::Resource as Resource>::Identity::schema(),
        client,
        detail,
    };
    let found = until_stopped::<L>(context, pages)
        .map_err(failed::<L>)
        .and_then(move |page| {
            let found: Result<Vec<_>, _> = page.into_iter().map(|listed| encoder.found(listed)).collect();
            ready(found.map(|found| stream::iter(found.into_iter().map(Ok))))
        })
        .try_flatten();
    Ok(found)
}

/// The same pages until Terraform asks to stop: nothing is lost by dropping a call that only reads.
fn until_stopped<L: ListResource>(
    context: Context<<L::Resource as Resource>::Client>,
    pages: L::Pages,
) -> impl Stream<Item = Result<Vec<Listed<<L::Resource as Resource>::State>>, Error>> {
    stream::try_unfold((context, pages), |(context, mut pages)| async move {
        let page = tokio::select! {
            biased;
            () = context.stopped() => return Err(Error::new("", Kind::Stopped, "Terraform asked to stop")),
            page = pages.next() => page?,
        };
        Ok(page.map(|page| (page, (context, pages))))
    })
}

struct Encoder<R: Resource> {
    schema: Schema,
    identity: Schema,
    client: Arc<R::Client>,
    detail: Detail,
}

impl<R: Resource> Encoder<R> {
    fn found(&self, listed: Listed<R::State>) -> Result<Found, Diagnostic> {
        let known = R::identity(Some(&self.client), &listed.state).to_object();
        let identity = merged(&self.identity, None, &known).map_err(|difference| difference.diagnostic(R::TYPE))?;
        let object = (self.detail == Detail::Object).then(|| self.schema.with_empty_values(listed.state.to_object()));
        Ok(Found {
            display_name: listed.display_name,
            identity,
            object,
        })
    }
}

fn failed<L: ListResource>(error: Error) -> Diagnostic {
    advised(error).diagnostic(format!("Cannot list {}", L::Resource::TYPE))
}

/// The same error, with advice that fits what has no `timeouts` and is read without a plan.
fn advised(error: Error) -> Error {
    match error.kind {
        Kind::NotKnownYet => error.advise("Apply what it depends on first."),
        Kind::TimedOut if error.advice.is_none() => {
            error.advise("Run the command again, with arguments that fewer objects match or with a lower `limit`.")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_fits_a_list() {
        let fewer = "Run the command again, with arguments that fewer objects match or with a lower `limit`.";
        for (kind, advice) in [
            (Kind::TimedOut, Some(fewer)),
            (Kind::NotKnownYet, Some("Apply what it depends on first.")),
            (Kind::NotFound, None),
        ] {
            assert_eq!(advised(Error::new("", kind, "")).advice.as_deref(), advice, "{kind:?}");
        }
    }
}

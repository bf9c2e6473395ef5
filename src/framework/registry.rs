//! A cloud: its provider block, the connection made from it, and its objects.

use super::client::{Client, Configuration, Configured, Connection};
use super::data_source::DataSourceHandler;
use super::empty;
use super::list::ListHandler;
use super::managed::Handler;
use crate::schema::Schema;
use crate::schema::block::Block;
use crate::value::Object;

/// One cloud as the provider sees it.
pub struct Cloud {
    /// The cloud's name.
    pub name: &'static str,
    /// Its name as its vendor writes it.
    pub title: &'static str,
    /// The source address of the official provider.
    pub official: &'static str,
    /// Its resources.
    pub resources: Vec<Box<dyn Handler>>,
    /// Its data sources.
    pub data_sources: Vec<Box<dyn DataSourceHandler>>,
    /// Its list resources.
    pub lists: Vec<Box<dyn ListHandler>>,
    block: fn() -> Schema,
    empty_says: &'static [&'static str],
    configure: Configure,
}

type Configure = Box<dyn Fn(&Object, &Configuration) -> Configured + Send + Sync>;

/// What a cloud has, a list for each kind.
#[derive(Default)]
pub struct Objects {
    /// Its resources.
    pub resources: Vec<Box<dyn Handler>>,
    /// Its data sources.
    pub data_sources: Vec<Box<dyn DataSourceHandler>>,
    /// Its list resources.
    pub lists: Vec<Box<dyn ListHandler>>,
}

impl Cloud {
    /// A cloud with what `objects` makes on its connection.
    pub fn new<C: Client>(objects: impl FnOnce(&Connection<C>) -> Objects) -> Self {
        let connection = Connection::closed();
        let Objects {
            resources,
            data_sources,
            lists,
        } = objects(&connection);
        Self {
            name: C::CLOUD,
            title: C::TITLE,
            official: C::OFFICIAL,
            resources,
            data_sources,
            lists,
            block: C::Settings::schema,
            empty_says: C::EMPTY_SAYS,
            configure: Box::new(move |block, configuration| connection.open(block, configuration)),
        }
    }

    /// The schema of its provider block.
    pub fn block(&self) -> Schema {
        (self.block)()
    }

    /// The provider block as it counts: what is empty in it is absent.
    pub fn settled(&self, block: &Object) -> Object {
        empty::without_empty(&self.block(), block, self.empty_says)
    }

    /// Connects its resources by what the [settled](Self::settled) provider block says.
    pub fn configure(&self, block: &Object, configuration: &Configuration) -> Configured {
        (self.configure)(block, configuration)
    }
}

//! The operations.

/// What is done to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Create,
    /// Three keys of one name are created at once.
    CreateThree,
    /// A key is created, and the call after that is what the fault befalls.
    CreateSecondCall,
    Read,
    Update,
    Delete,
    Import,
}

/// How often a fault befalls an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persistence {
    FirstTime,
    EveryTime,
}

impl Operation {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::CreateThree,
        Self::CreateSecondCall,
        Self::Read,
        Self::Update,
        Self::Delete,
        Self::Import,
    ];

    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::CreateThree => "create three at once",
            Self::CreateSecondCall => "create, second call",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Import => "import",
        }
    }

    /// Whether it makes keys.
    pub fn creates(self) -> bool {
        matches!(self, Self::Create | Self::CreateThree | Self::CreateSecondCall)
    }

    /// How many keys it is done to, at once.
    pub fn keys(self) -> usize {
        match self {
            Self::CreateThree => 3,
            _ => 1,
        }
    }
}

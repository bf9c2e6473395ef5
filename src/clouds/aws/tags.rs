//! Tags: the resource's own, the provider's defaults, and those to ignore.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::Settings;
use crate::tf::Attr;
use crate::tf::attr::TextMap;
use crate::tf::check::{Check, Complaint};
use crate::tf::value::Value;

/// Tags as the service holds them.
pub type Tags = BTreeMap<String, String>;

/// What a map of tags may hold. Source: "Tagging your API Gateway resources" in the vendor's documentation.
pub const LIMITS: Check = Check::Rule {
    sentence: "At most 50 tags; keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256.",
    complaints: |value| match value {
        Value::Map(elements) => complaints(elements),
        _ => Vec::new(),
    },
};

/// The most tags one key can have.
pub const MAX_TAGS: usize = 50;

/// How the provider block has tags treated. Unknown where it is not known yet.
#[derive(Clone, Debug)]
pub struct TagRules {
    defaults: Attr<TextMap>,
    ignored: Attr<Ignored>,
}

#[derive(Clone, Debug, Default)]
struct Ignored {
    keys: BTreeSet<String>,
    prefixes: BTreeSet<String>,
}

impl TagRules {
    /// The rules of a provider block.
    pub fn of(settings: &Settings) -> Self {
        Self {
            defaults: settings.default_tags(),
            ignored: Ignored::of(settings),
        }
    }

    /// All tags of a key that has these of its own: defaults under them, null ones left out, ignored ones left out. Unknown while
    /// anything of that is.
    pub fn all(&self, own: &Attr<TextMap>) -> Attr<TextMap> {
        let (Attr::Known(defaults), Attr::Known(ignored)) = (&self.defaults, &self.ignored) else {
            return Attr::Unknown;
        };
        let mut all = present(defaults);
        match own {
            Attr::Unknown => return Attr::Unknown,
            Attr::Null => {}
            Attr::Known(own) => all.extend(present(own)),
        }
        all.retain(|key, _| !ignored.holds(key));
        Attr::Known(all)
    }

    /// Of the tags seen at the service, all that are our business: neither the service's own nor ignored ones.
    pub fn ours(&self, seen: &Tags) -> TextMap {
        let ours = seen.iter().filter(|(key, _)| !is_system(key) && !self.ignores(key));
        ours.map(|(key, value)| (key.clone(), Attr::Known(value.clone())))
            .collect()
    }

    /// Of the tags seen at the service, those a resource has as its own: not what a default already says, unless the resource
    /// says it too. Ignored and null tags of the resource stay as they were written.
    pub fn own(&self, seen: &Tags, prior: &Attr<TextMap>) -> Attr<TextMap> {
        let nothing = TextMap::new();
        let written = prior.known().unwrap_or(&nothing);
        let defaults = self.defaults.known().map(present).unwrap_or_default();
        let mut own = self.ours(seen);
        own.retain(|key, value| defaults.get(key) != Some(value) || written.contains_key(key));
        for (key, value) in written {
            let stays = match value {
                Attr::Known(_) => self.ignores(key),
                Attr::Null | Attr::Unknown => own.get(key).is_none_or(|seen| defaults.get(key) == Some(seen)),
            };
            if stays {
                own.insert(key.clone(), value.clone());
            }
        }
        Attr::Known(own)
    }

    fn ignores(&self, key: &str) -> bool {
        self.ignored.known().is_some_and(|ignored| ignored.holds(key))
    }
}

/// Tags as they are sent.
pub fn sent(tags: &Attr<TextMap>) -> Tags {
    let tags = tags.known().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

impl Ignored {
    fn of(settings: &Settings) -> Attr<Self> {
        let blocks = match &settings.ignore_tags {
            Attr::Unknown => return Attr::Unknown,
            Attr::Null => return Attr::Known(Self::default()),
            Attr::Known(blocks) => blocks,
        };
        if blocks
            .iter()
            .any(|block| block.keys.is_unknown() || block.key_prefixes.is_unknown())
        {
            return Attr::Unknown;
        }
        let all = |field: fn(&super::settings::IgnoreTags) -> &Attr<BTreeSet<String>>| {
            blocks
                .iter()
                .filter_map(|block| field(block).known())
                .flatten()
                .cloned()
                .collect()
        };
        Attr::Known(Self {
            keys: all(|block| &block.keys),
            prefixes: all(|block| &block.key_prefixes),
        })
    }

    fn holds(&self, key: &str) -> bool {
        self.keys.contains(key) || self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }
}

fn present(tags: &TextMap) -> TextMap {
    tags.iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn is_system(key: &str) -> bool {
    key.starts_with("aws:")
}

fn complaints(elements: &BTreeMap<String, Value>) -> Vec<Complaint> {
    let mut found = Vec::new();
    if elements.len() > MAX_TAGS {
        found.push(Complaint::error(format!(
            "can hold {MAX_TAGS} tags, but has {}",
            elements.len()
        )));
    }
    for (key, value) in elements {
        let mut complain = |message: String| {
            found.push(Complaint {
                key: Some(key.clone()),
                ..Complaint::error(message)
            });
        };
        let length = key.chars().count();
        if !(1..=128).contains(&length) {
            complain(format!("must have a key of 1 to 128 characters, but that has {length}"));
        }
        if is_system(key) {
            complain("must not have a key that begins with \"aws:\", which the service keeps to itself".to_owned());
        }
        let length = value.as_str().map_or(0, |value| value.chars().count());
        if length > 256 {
            complain(format!(
                "must have a value of at most 256 characters, but that has {length}"
            ));
        }
    }
    found
}

//! Tags of resources, default tags and ignored tags.

pub mod limits;

use std::collections::{BTreeMap, BTreeSet};

use self::limits::is_system;
use super::provider_block::{IgnoreTags, Settings};
use crate::host::environment::{Environment, NotUtf8};
use crate::schema::Attr;
use crate::schema::attr::StringMap;

/// Tags of a resource at the service.
pub type Tags = BTreeMap<String, String>;

/// Default and ignored tags.
#[derive(Clone, Debug, Default)]
pub struct TagRules {
    defaults: Attr<StringMap>,
    ignored: Attr<Ignored>,
}

#[derive(Clone, Debug, Default)]
struct Ignored {
    keys: BTreeSet<String>,
    prefixes: BTreeSet<String>,
}

impl TagRules {
    /// Resolves them from the provider block and the environment.
    ///
    /// # Errors
    ///
    /// If a variable is not UTF-8.
    pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Self, NotUtf8> {
        Ok(Self {
            defaults: default_tags(settings, environment)?,
            ignored: Ignored::resolve(settings, environment)?,
        })
    }

    /// All tags of a resource with these `tags`: these override the defaults; null and ignored ones are removed. Unknown if any part is.
    pub fn all(&self, own: &Attr<StringMap>) -> Attr<StringMap> {
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

    /// The tags at the service without its own and ignored ones.
    pub fn ours(&self, seen: &Tags) -> StringMap {
        let ours = seen.iter().filter(|(key, _)| !is_system(key) && !self.ignores(key));
        ours.map(|(key, value)| (key.clone(), Attr::Known(value.clone())))
            .collect()
    }

    /// The `tags` of a resource, given the tags at the service: without those that equal a default, unless the resource has them too.
    /// Ignored and null tags of the resource stay as in the prior state.
    pub fn own(&self, seen: &Tags, prior: &Attr<StringMap>) -> Attr<StringMap> {
        let nothing = StringMap::new();
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
        if own.is_empty() && !prior.known().is_some_and(StringMap::is_empty) {
            return Attr::Null;
        }
        Attr::Known(own)
    }

    fn ignores(&self, key: &str) -> bool {
        self.ignored.known().is_some_and(|ignored| ignored.holds(key))
    }
}

/// The default tags: those of the provider block override those of the environment.
fn default_tags(settings: &Settings, environment: &Environment) -> Result<Attr<StringMap>, NotUtf8> {
    let tags = match &settings.default_tags {
        Attr::Unknown => return Ok(Attr::Unknown),
        Attr::Null => None,
        Attr::Known(blocks) => blocks.first().map(|block| &block.tags),
    };
    let mut all = StringMap::new();
    for variable in environment.with_prefix("TF_AWS_DEFAULT_TAGS_") {
        let (key, value) = variable?;
        if !key.is_empty() {
            all.insert(key.to_owned(), Attr::Known(value.to_owned()));
        }
    }
    match tags {
        Some(Attr::Unknown) => return Ok(Attr::Unknown),
        Some(Attr::Known(tags)) => all.extend(tags.clone()),
        Some(Attr::Null) | None => {}
    }
    Ok(Attr::Known(all))
}

/// Tags to send to the service.
pub fn sent(tags: &Attr<StringMap>) -> Tags {
    let tags = tags.known().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

/// Whether two maps of tags differ whatever their unknown parts become.
pub fn differ(one: &Attr<StringMap>, other: &Attr<StringMap>) -> bool {
    let (Attr::Known(one), Attr::Known(other)) = (one, other) else {
        return false;
    };
    let (one, other) = (present(one), present(other));
    let same = |(key, value): (&String, &Attr<String>)| match other.get(key) {
        Some(other) => value.is_unknown() || other.is_unknown() || value == other,
        None => value.is_unknown(),
    };
    let only_unknown = |(key, value): (&String, &Attr<String>)| one.contains_key(key) || value.is_unknown();
    !(one.iter().all(same) && other.iter().all(only_unknown))
}

/// Tags in configuration syntax.
pub fn shown(tags: &Attr<StringMap>) -> String {
    let tags = sent(tags);
    if tags.is_empty() {
        return "{}".to_owned();
    }
    let tags = tags.iter().map(|(key, value)| format!("{key:?} = {value:?}"));
    format!("{{ {} }}", tags.collect::<Vec<_>>().join(", "))
}

impl Ignored {
    fn resolve(settings: &Settings, environment: &Environment) -> Result<Attr<Self>, NotUtf8> {
        let blocks = match &settings.ignore_tags {
            Attr::Unknown => return Ok(Attr::Unknown),
            Attr::Null => [].as_slice(),
            Attr::Known(blocks) => blocks,
        };
        if blocks
            .iter()
            .any(|block| block.keys.is_unknown() || block.key_prefixes.is_unknown())
        {
            return Ok(Attr::Unknown);
        }
        let all = |field: fn(&IgnoreTags) -> &Attr<BTreeSet<String>>, variable| {
            let written = blocks
                .iter()
                .filter_map(|block| field(block).known())
                .flatten()
                .cloned();
            let listed = environment.text(variable)?.unwrap_or_default().split(',');
            let listed = listed
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty());
            Ok(written.chain(listed).collect())
        };
        Ok(Attr::Known(Self {
            keys: all(|block| &block.keys, "TF_AWS_IGNORE_TAGS_KEYS")?,
            prefixes: all(|block| &block.key_prefixes, "TF_AWS_IGNORE_TAGS_KEY_PREFIXES")?,
        }))
    }

    fn holds(&self, key: &str) -> bool {
        self.keys.contains(key) || self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }
}

fn present(tags: &StringMap) -> StringMap {
    tags.iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clouds::aws::provider_block::DefaultTags;
    use crate::schema::block::Block;
    use crate::value::Value;

    fn map(tags: &[(&str, Option<&str>)]) -> StringMap {
        let value = |value: Option<&str>| value.map(str::to_owned).into();
        tags.iter().map(|(key, it)| ((*key).to_owned(), value(*it))).collect()
    }

    fn rules(defaults: &[(&str, Option<&str>)], keys: &[&str], prefixes: &[&str]) -> TagRules {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        TagRules {
            defaults: Attr::Known(map(defaults)),
            ignored: Attr::Known(Ignored {
                keys: texts(keys),
                prefixes: texts(prefixes),
            }),
        }
    }

    #[test]
    fn all_tags_are_the_defaults_under_the_own_ones_without_null_and_ignored_ones() {
        let defaults = [("team", Some("a")), ("env", Some("test"))];
        #[rustfmt::skip]
        let rows: [(&[(&str, Option<&str>)], &[&str], &[&str], &[(&str, Option<&str>)]); 5] = [
            (&[], &[], &[], &defaults),
            (&[("x", Some("y"))], &[], &[], &[("team", Some("a")), ("env", Some("test")), ("x", Some("y"))]),
            (&[("team", Some("b"))], &[], &[], &[("team", Some("b")), ("env", Some("test"))]),
            (&[("team", None), ("x", None)], &[], &[], &defaults),
            (&[("x", Some("y")), ("kube/a", Some("1"))], &["team", "x"], &["kube/"], &[("env", Some("test"))]),
        ];
        for (own, keys, prefixes, expected) in rows {
            let all = rules(&defaults, keys, prefixes).all(&Attr::Known(map(own)));
            assert_eq!(all, Attr::Known(map(expected)), "{own:?}");
        }
    }

    #[test]
    fn all_tags_are_unknown_only_while_something_of_them_is() {
        let known = rules(&[], &[], &[]);
        assert_eq!(known.all(&Attr::Null), Attr::Known(StringMap::new()));
        assert_eq!(known.all(&Attr::Unknown), Attr::Unknown);
        let element = StringMap::from([("a".to_owned(), Attr::Unknown)]);
        assert_eq!(known.all(&Attr::Known(element.clone())), Attr::Known(element));
        let defaults = TagRules {
            defaults: Attr::Unknown,
            ..known
        };
        assert_eq!(defaults.all(&Attr::Null), Attr::Unknown);
    }

    #[test]
    fn own_tags_are_what_no_default_says_and_what_the_resource_says_itself() {
        let defaults = [("team", Some("a"))];
        let seen: Tags = [("team", "a"), ("x", "y"), ("aws:stack", "s"), ("kube/z", "1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        #[rustfmt::skip]
        let rows: [(&[(&str, Option<&str>)], &[(&str, Option<&str>)]); 6] = [
            (&[], &[("x", Some("y"))]),
            (&[("team", Some("a"))], &[("team", Some("a")), ("x", Some("y"))]),
            (&[("x", Some("old"))], &[("x", Some("y"))]),
            (&[("gone", Some("z"))], &[("x", Some("y"))]),
            (&[("team", None), ("n", None), ("x", Some("y"))], &[("team", None), ("n", None), ("x", Some("y"))]),
            (&[("kube/mine", Some("2")), ("x", Some("y"))], &[("kube/mine", Some("2")), ("x", Some("y"))]),
        ];
        for (prior, expected) in rows {
            let own = rules(&defaults, &[], &["kube/"]).own(&seen, &Attr::Known(map(prior)));
            assert_eq!(own, Attr::Known(map(expected)), "{prior:?}");
        }
        let none = rules(&defaults, &[], &[]);
        for prior in [Attr::Null, Attr::Known(StringMap::new())] {
            assert_eq!(
                none.own(&Tags::new(), &prior),
                prior,
                "no tags are spelled as they were"
            );
        }
    }

    #[test]
    fn maps_of_tags_differ_where_nothing_unknown_can_make_them_the_same() {
        let map = |tags: &[(&str, Attr<&str>)]| {
            let value = |value: &Attr<&str>| match value {
                Attr::Null => Attr::Null,
                Attr::Unknown => Attr::Unknown,
                Attr::Known(text) => Attr::Known((*text).to_owned()),
            };
            Attr::Known(
                tags.iter()
                    .map(|(key, it)| ((*key).to_owned(), value(it)))
                    .collect::<StringMap>(),
            )
        };
        let known = |text| ("a", Attr::Known(text));
        let unknown = || map(&[("a", Attr::Unknown)]);
        let rows = [
            (map(&[known("1")]), map(&[known("1")]), false),
            (map(&[known("1")]), map(&[known("2")]), true),
            (map(&[known("1")]), map(&[]), true),
            (map(&[known("1")]), unknown(), false),
            (map(&[known("1")]), Attr::Unknown, false),
            (map(&[]), map(&[("a", Attr::Null)]), false),
            (map(&[]), unknown(), false),
            (map(&[("b", Attr::Known("1"))]), unknown(), true),
        ];
        for (one, other, expected) in rows {
            assert_eq!(differ(&one, &other), expected, "{one:?} {other:?}");
            assert_eq!(differ(&other, &one), expected, "{other:?} {one:?}");
        }
    }

    #[test]
    fn an_unknown_part_of_the_provider_block_makes_its_rules_unknown() {
        let mut object = Settings::schema().empty_object();
        object.insert("default_tags".to_owned(), Value::Unknown);
        object.insert("ignore_tags".to_owned(), Value::Unknown);
        let rules = TagRules::resolve(&Settings::from_object(&object).unwrap_or_default(), &variables()).unwrap();
        assert!(rules.defaults.is_unknown() && rules.ignored.is_unknown());
    }

    fn variables() -> Environment {
        Environment::from_iter([
            ("TF_AWS_DEFAULT_TAGS_team", "env"),
            ("TF_AWS_DEFAULT_TAGS_stage", ""),
            ("TF_AWS_DEFAULT_TAGS_", "no key"),
            ("TF_AWS_IGNORE_TAGS_KEYS", "a, b,,"),
            ("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "kube/"),
        ])
    }

    #[test]
    fn the_block_goes_over_the_variables_key_by_key_and_ignored_tags_are_those_of_both() {
        let none = TagRules::resolve(&Settings::default(), &variables()).unwrap();
        assert_eq!(
            none.defaults,
            Attr::Known(map(&[("team", Some("env")), ("stage", Some(""))]))
        );
        let ignored = |rules: &TagRules| ["a", "b", "c", "kube/x", ""].map(|key| rules.ignores(key));
        assert_eq!(ignored(&none), [true, true, false, true, false]);

        let settings = Settings {
            default_tags: Attr::Known(vec![DefaultTags {
                tags: Attr::Known(map(&[("team", Some("block")), ("x", Some("y"))])),
            }]),
            ignore_tags: Attr::Known(vec![IgnoreTags {
                keys: Attr::Known(["c".to_owned()].into()),
                key_prefixes: Attr::Null,
            }]),
            ..Settings::default()
        };
        let both = TagRules::resolve(&settings, &variables()).unwrap();
        let expected = [("team", Some("block")), ("stage", Some("")), ("x", Some("y"))];
        assert_eq!(both.defaults, Attr::Known(map(&expected)));
        assert_eq!(ignored(&both), [true, true, true, true, false]);
        assert_eq!(
            ignored(&TagRules::resolve(&settings, &Environment::default()).unwrap()),
            [false, false, true, false, false]
        );
    }
}

//! Renders schemas as pages of the registry.
//!
//! Source: "Provider documentation" in the registry's documentation. The layout is that of HashiCorp's generator, `tfplugindocs`.

use crate::schema::{Attribute, NestedBlock, Nesting, Presence, Schema, Sensitivity, Storage, doc};
use crate::value::Type;

const WRITE_ONLY: &str = "https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments";

/// The content of a provider's page.
pub struct ProviderPage<'a> {
    /// The provider's name, such as `apikeys`.
    pub name: &'a str,
    /// Its description, as a doc comment.
    pub doc: &'a str,
    /// The schema of its block.
    pub schema: &'a Schema,
    /// An example configuration.
    pub example: &'a str,
}

/// The content of the page of an object: a resource, a data source or a list resource.
pub struct ObjectPage<'a> {
    /// The provider's name, such as `apikeys`.
    pub provider: &'a str,
    /// The heading of the registry's menu that it is listed under; empty for none.
    pub subcategory: &'a str,
    /// The object's name in a configuration.
    pub type_name: &'a str,
    /// The schema of the object.
    pub schema: &'a Schema,
    /// Example configurations, the most common first. A comment in the first line becomes the heading.
    pub examples: &'a [String],
}

/// How a resource is imported.
pub struct Import<'a> {
    /// The schema of the identity.
    pub identity: &'a Schema,
    /// An `import` block with an identity.
    pub block_with_identity: &'a str,
    /// An `import` block with an id.
    pub block: &'a str,
    /// What is to be known of the block's `provider` argument.
    pub provider: &'a str,
    /// `terraform import` commands.
    pub command: &'a str,
}

/// Renders the page of a provider.
pub fn provider(page: &ProviderPage<'_>) -> String {
    let title = format!("{} Provider", page.name);
    [
        // `tfplugindocs validate` rejects a subcategory here.
        front_matter(&title, "", page.doc),
        format!("# {title}"),
        doc::paragraphs(page.doc),
        "## Example Usage".to_owned(),
        code("terraform", page.example),
        reference(page.schema),
    ]
    .join("\n\n")
        + "\n"
}

/// Renders the page of a resource.
pub fn resource(page: &ObjectPage<'_>, import: &Import<'_>) -> String {
    let mut parts = object(page, "Resource");
    parts.extend([
        "## Import".to_owned(),
        "Import is supported using the following syntax:".to_owned(),
        "In Terraform v1.12.0 and later, the [`import` block](https://developer.hashicorp.com/terraform/language/import) \
         can be used with the `identity` attribute, for example:"
            .to_owned(),
        code("terraform", import.block_with_identity),
        identity(import.identity),
        "In Terraform v1.5.0 and later, the [`import` block](https://developer.hashicorp.com/terraform/language/import) \
         can be used with the `id` attribute, for example:"
            .to_owned(),
        code("terraform", import.block),
        import.provider.to_owned(),
        "The [`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import) can be used, for \
         example:"
            .to_owned(),
        code("shell", import.command),
    ]);
    parts.join("\n\n") + "\n"
}

/// Renders the page of a data source.
pub fn data_source(page: &ObjectPage<'_>) -> String {
    object(page, "Data Source").join("\n\n") + "\n"
}

/// Renders the page of a list resource. The schema is that of the `config` block.
pub fn list_resource(page: &ObjectPage<'_>) -> String {
    object(page, "List Resource").join("\n\n") + "\n"
}

/// The parts that the pages of all kinds of objects have.
fn object(page: &ObjectPage<'_>, kind: &str) -> Vec<String> {
    let title = format!("{} {kind} - terraform-provider-{}", page.type_name, page.provider);
    let subcategory = format!("subcategory: \"{}\"\n", page.subcategory);
    let mut parts = vec![
        front_matter(&title, &subcategory, page.schema.doc),
        format!("# {} ({kind})", page.type_name),
        doc::paragraphs(page.schema.doc),
        "## Example Usage".to_owned(),
    ];
    parts.extend(page.examples.iter().map(|text| example(text)));
    parts.push(reference(page.schema));
    parts
}

/// The YAML front matter of a page; `more` are additional lines of it.
fn front_matter(title: &str, more: &str, text: &str) -> String {
    let description = doc::summary(text);
    format!("---\npage_title: \"{title}\"\n{more}description: |-\n  {description}\n---")
}

fn example(text: &str) -> String {
    match text.strip_prefix("# ").and_then(|rest| rest.split_once('\n')) {
        Some((heading, text)) => format!("### {heading}\n\n{}", code("terraform", text)),
        None => code("terraform", text),
    }
}

fn code(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```", text.trim())
}

fn reference(schema: &Schema) -> String {
    let mut text = "## Schema\n".to_owned();
    for (group, lines) in groups(schema, &[]) {
        text.push_str(&format!("\n### {group}\n\n{lines}"));
    }
    push_nested(&mut text, schema, &[]);
    text.trim_end().to_owned()
}

/// The attributes of an identity, as `tfplugindocs` lists them.
fn identity(schema: &Schema) -> String {
    let mut text = "### Identity Schema\n".to_owned();
    for (group, lines) in groups(schema, &[]) {
        text.push_str(&format!("\n#### {group}\n\n{lines}"));
    }
    text.trim_end().to_owned()
}

fn push_nested(text: &mut String, schema: &Schema, path: &[&str]) {
    let attributes = schema.attributes.iter().filter_map(|attribute| {
        let nested = attribute.nested.as_ref()?;
        Some((attribute.name, ATTRIBUTE, nested))
    });
    let blocks = schema.blocks.iter().map(|block| (block.name, BLOCK, &block.schema));
    let mut nested: Vec<_> = attributes.chain(blocks).collect();
    nested.sort_by_key(|(name, ..)| *name);
    for (name, kind, schema) in nested {
        let path = [path, &[name]].concat();
        let (anchor, name) = (anchor(kind, &path), path.join("."));
        text.push_str(&format!("\n<a id=\"{anchor}\"></a>\n### Nested Schema for `{name}`\n"));
        for (group, lines) in groups(schema, &path) {
            text.push_str(&format!("\n{group}:\n\n{lines}"));
        }
        push_nested(text, schema, &path);
    }
}

/// The lines of a schema at this path in the page's schema, by group. Empty groups are left out.
fn groups(schema: &Schema, path: &[&str]) -> Vec<(&'static str, String)> {
    let groups = [
        ("Required", Presence::Required),
        ("Optional", Presence::Optional),
        ("Read-Only", Presence::Computed),
    ];
    let groups = groups.map(|(title, presence)| {
        let attributes = schema.attributes.iter().filter(|a| a.rule.presence == presence);
        let blocks = schema.blocks.iter().filter(|_| presence == Presence::Optional);
        let attributes = attributes.map(|attribute| (attribute.name, attribute_line(attribute, path)));
        let blocks = blocks.map(|block| (block.name, block_line(block, path)));
        let mut lines: Vec<_> = attributes.chain(blocks).collect();
        lines.sort();
        // Attributes with the same description share an item, at the place of the first of them.
        let mut items: Vec<(Vec<&str>, String)> = Vec::new();
        for (name, line) in lines {
            match items.iter_mut().find(|(_, words)| *words == line) {
                Some((names, _)) => names.push(name),
                None => items.push((vec![name], line)),
            }
        }
        let items = items.iter();
        let items = items.map(|(names, line)| format!("- `{}` {line}\n", names.join("`, `")));
        (title, items.collect::<String>())
    });
    groups.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn attribute_line(attribute: &Attribute, path: &[&str]) -> String {
    let mut words = vec![match attribute.nested {
        Some(_) => "Attributes List".to_owned(),
        None => type_name(&attribute.ty),
    }];
    if attribute.sensitivity == Sensitivity::Sensitive {
        words.push("Sensitive".to_owned());
    }
    if attribute.rule.storage == Storage::WriteOnly {
        words.push(format!("[Write-only]({WRITE_ONLY})"));
    }
    let line = format!("({}) {}", words.join(", "), in_item(&doc::of_attribute(attribute)));
    match attribute.nested {
        Some(_) => format!("{line} {}", see_below(ATTRIBUTE, &[path, &[attribute.name]].concat())),
        None => line,
    }
}

fn block_line(block: &NestedBlock, path: &[&str]) -> String {
    let nesting = match block.nesting {
        Nesting::Single => "Block, Optional".to_owned(),
        Nesting::List { max: 0 } => "Block List".to_owned(),
        Nesting::List { max } => format!("Block List, Max: {max}"),
        Nesting::Set { max: 0 } => "Block Set".to_owned(),
        Nesting::Set { max } => format!("Block Set, Max: {max}"),
    };
    let text = in_item(&doc::paragraphs(block.doc));
    format!(
        "({nesting}) {text} {}",
        see_below(BLOCK, &[path, &[block.name]].concat())
    )
}

fn see_below(kind: &str, path: &[&str]) -> String {
    format!("(see [below for nested schema](#{}))", anchor(kind, path))
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// Indents the paragraphs of a list item, so that they stay in it.
fn in_item(text: &str) -> String {
    text.replace('\n', "\n  ").replace("\n  \n", "\n\n")
}

fn anchor(kind: &str, path: &[&str]) -> String {
    format!("{kind}--{}", path.join("--"))
}

/// The anchors of nested schemas begin with these.
const ATTRIBUTE: &str = "nestedatt";
const BLOCK: &str = "nestedblock";

#[cfg(test)]
mod tests {
    // The structs that `block!` declares are public.
    #![allow(unreachable_pub)]

    use super::*;
    use crate::block;
    use crate::schema::Attr;
    use crate::schema::block::Block;
    use crate::schema::check::Check;
    use crate::schema::{computed, optional, required};
    use crate::secret::Secret;

    block! {
        /// Manages a key.
        ///
        /// A second paragraph.
        pub struct Key {
            /// The secret.
            secret: Secret = computed(),
            /// Whether it
            /// works.
            enabled: bool = optional().default(true),
            /// Name of the key.
            name: String = required().requires_replace().check(Check::Length { min: 1, max: 9 }),
            /// First.
            ///
            /// Second.
            aliases: Vec<String> = optional();
            /// Who may use it.
            grants: Attr<Vec<Grant>> = Nesting::List { max: 2 },
        }
    }

    block! {
        /// A grant.
        pub struct Grant {
            /// To whom.
            to: String = required();
            /// When.
            during: Option<Period> = Nesting::Single,
        }
    }

    block! {
        /// What identifies a key.
        pub struct Identity {
            /// Its door.
            door: String = optional(),
            /// Its number.
            number: i64 = required(),
        }
    }

    block! {
        /// A period.
        pub struct Period {
            /// Its end.
            end: i64 = optional(),
            /// No effect.
            hue: String = optional(),
            /// No effect.
            age: String = optional(),
            /// No effect.
            sum: i64 = optional(),
        }
    }

    #[test]
    fn a_resource_is_a_page_of_the_registry() {
        let page = ObjectPage {
            provider: "keys",
            subcategory: "Doors",
            type_name: "door_key",
            schema: &Key::schema(),
            examples: &[
                "resource \"door_key\" \"a\" {}\n".to_owned(),
                "# Another\n\n# It opens.\nresource \"door_key\" \"b\" {}\n".to_owned(),
            ],
        };
        let import = Import {
            identity: &Identity::schema(),
            block_with_identity: "import { identity = {} }\n",
            block: "import {}\n",
            provider: "- A line.",
            command: "terraform import door_key.a 1\n",
        };
        assert_eq!(resource(&page, &import), include_str!("markdown/resource.md"));
    }

    block! {
        /// Reads keys.
        pub struct Keys {
            /// How their names begin.
            prefix: String = optional(),
            /// The keys.
            items: Vec<Period> = computed(),
        }
    }

    #[test]
    fn a_data_source_is_a_page_of_the_registry() {
        let page = data_source(&ObjectPage {
            provider: "keys",
            subcategory: "Doors",
            type_name: "door_keys",
            schema: &Keys::schema(),
            examples: &["data \"door_keys\" \"a\" {}\n".to_owned()],
        });
        assert_eq!(page, include_str!("markdown/data_source.md"));
    }

    #[test]
    fn a_provider_is_a_page_of_the_registry() {
        let page = provider(&ProviderPage {
            name: "keys",
            doc: " Manages\n keys.\n\n A second paragraph.",
            schema: &Period::schema(),
            example: "provider \"keys\" {}\n",
        });
        assert_eq!(page, include_str!("markdown/provider.md"));
    }
}

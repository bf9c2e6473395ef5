//! Doc comments as Markdown for the documentation.

use super::{Attribute, Change, Unset};
use crate::value::Value;

/// A doc comment as Markdown: lines are joined to paragraphs, separated by a blank line; list items and headings keep their lines.
pub fn paragraphs(doc: &str) -> String {
    let mut text = String::new();
    let mut fresh = true;
    for line in doc.lines().map(str::trim) {
        if line.is_empty() {
            fresh = true;
            continue;
        }
        let starts_item = line.starts_with("- ") || line.starts_with("* ") || line.starts_with('#');
        if !text.is_empty() {
            text.push_str(if fresh {
                "\n\n"
            } else if starts_item {
                "\n"
            } else {
                " "
            });
        }
        text.push_str(line);
        fresh = line.starts_with('#');
    }
    text
}

/// The first paragraph of a doc comment.
pub fn summary(doc: &str) -> String {
    paragraphs(doc).split("\n\n").next().unwrap_or_default().to_owned()
}

/// The documentation of an attribute: its doc comment, checks and default, and whether a change replaces the resource.
pub fn of_attribute(attribute: &Attribute) -> String {
    let mut text = paragraphs(attribute.doc);
    for check in &attribute.rule.checks {
        text.push(' ');
        text.push_str(&check.description());
    }
    if let Unset::Default(default) = &attribute.rule.unset {
        let default = match default {
            Value::String(text) if !text.as_str().is_empty() => format!(" Defaults to `{}`.", text.as_str()),
            Value::Bool(value) => format!(" Defaults to `{value}`."),
            _ => String::new(),
        };
        text.push_str(&default);
    }
    if attribute.rule.change == Change::Replace {
        text.push_str(" A change replaces the resource.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doc_comment_reads_as_paragraphs() {
        let doc = " One\n two.\n\n Three:\n - a\n - b\n\n";
        assert_eq!(paragraphs(doc), "One two.\n\nThree:\n- a\n- b");
        assert_eq!(summary(doc), "One two.");
    }
}

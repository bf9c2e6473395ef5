//! Tags of an AWS key: its own, the provider's defaults, ignored, null, empty and computed ones.
//!
//! Counterparts of the official provider's tag tests. Where those plan an unknown `tags_all`, ours is known.

pub(crate) mod computed;
pub(crate) mod defaults;
pub(crate) mod ignored;
pub(crate) mod own;

use cli::Cli;
use serde_json::{Value, json};

use crate::stage::{AWS, Stage};

const KEY: &str = "aws_api_gateway_api_key.test";

/// One configuration, and what planning and applying it has to give.
struct Step {
    /// What stands in the provider block.
    provider: &'static str,
    /// What stands in the resource besides its name.
    resource: &'static str,
    action: &'static str,
    tags: Value,
    /// Planned as well as applied.
    tags_all: Value,
    /// The tags the service has.
    remote: Value,
}

impl Step {
    /// Without anything in the provider block: all tags are the resource's own, but for null ones.
    fn own(action: &'static str, resource: &'static str, tags: Value) -> Self {
        let own = tags.as_object().cloned().unwrap_or_default();
        let all = own.into_iter().filter(|(_, value)| !value.is_null()).collect();
        Self::with_provider(action, "", resource, tags, Value::Object(all))
    }

    /// With this in the provider block, where the service has exactly `tags_all`.
    fn with_provider(
        action: &'static str,
        provider: &'static str,
        resource: &'static str,
        tags: Value,
        tags_all: Value,
    ) -> Self {
        Self {
            provider,
            resource,
            action,
            tags,
            remote: tags_all.clone(),
            tags_all,
        }
    }

    /// The service has other tags than `tags_all`.
    fn remote(self, remote: Value) -> Self {
        Self { remote, ..self }
    }
}

/// Runs through the steps on one key, imports it at the end and destroys it.
fn expect(cli: &Cli, steps: &[Step]) {
    let stage = Stage::new(cli, &[AWS]);
    let mut configuration = String::new();
    for (number, step) in steps.iter().enumerate() {
        configuration = format!(
            "provider \"aws\" {{\n  {}\n}}\n\nresource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {}\n}}\n",
            step.provider, step.resource
        );
        stage.configure(&configuration);
        let planned = stage.planned(KEY);
        assert_eq!(planned["actions"], json!([step.action]), "step {number}");
        assert_eq!(planned["after"]["tags_all"], step.tags_all, "planned in step {number}");
        stage
            .workspace
            .run(&["apply", "saved.tfplan"])
            .unwrap()
            .success()
            .unwrap();
        let state = stage.attributes(KEY);
        assert_eq!(state["tags"], step.tags, "step {number}");
        assert_eq!(state["tags_all"], step.tags_all, "step {number}");
        assert_eq!(json!(stage.sandbox.aws().keys()[0].tags), step.remote, "step {number}");
    }
    stage.expect_no_change();
    let id = stage.attributes(KEY)["id"].as_str().unwrap().to_owned();
    // Of tags that both the provider and the resource spell out, an import cannot tell whose they are.
    stage.expect_import(&configuration, KEY, &id, &["tags"]);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

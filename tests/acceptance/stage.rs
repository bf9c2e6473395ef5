//! A stage for a test: clouds of its own, and a configuration of its own that the real CLI applies to them.

use std::cell::Cell;
use std::path::Path;

use cli::{Cli, Output, Product, Use, Workspace};
use sandbox::{Cloud, Options, Sandbox};
use serde_json::Value;

/// The provider in the place of `hashicorp/aws`.
pub(crate) const AWS: Use = Use {
    source: "hashicorp/aws",
    name: "aws",
};
/// The provider in the place of `tencentcloudstack/tencentcloud`.
pub(crate) const TENCENTCLOUD: Use = Use {
    source: "tencentcloudstack/tencentcloud",
    name: "tencentcloud",
};
/// The provider in the place of `scaleway/scaleway`.
pub(crate) const SCALEWAY: Use = Use {
    source: "scaleway/scaleway",
    name: "scaleway",
};
/// The provider of all clouds.
pub(crate) const APIKEYS: Use = Use {
    source: "apikeys/apikeys",
    name: "apikeys",
};

/// A sandbox, and a workspace whose environment leads to it.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
    cli: Cli,
    uses: Vec<Use>,
    /// How many entries of the journal have been looked at.
    seen: Cell<usize>,
}

impl Stage {
    /// A stage with the provider under these names.
    pub(crate) fn new(cli: &Cli, uses: &[Use]) -> Self {
        Self::with(cli, uses, Options::default())
    }

    /// A stage on a sandbox that deviates from the real clouds' quotas or time.
    pub(crate) fn with(cli: &Cli, uses: &[Use], options: Options) -> Self {
        let sandbox = Sandbox::start(options).unwrap();
        Self {
            workspace: workspace(cli, &sandbox, uses),
            sandbox,
            cli: cli.clone(),
            uses: uses.to_vec(),
            seen: Cell::default(),
        }
    }

    /// An empty workspace on the same clouds.
    pub(crate) fn another_workspace(&self) -> Workspace {
        workspace(&self.cli, &self.sandbox, &self.uses)
    }

    /// The host of the registry that source addresses without a host mean.
    pub(crate) fn registry(&self) -> &'static str {
        self.cli.registry()
    }

    /// Makes this the whole configuration.
    pub(crate) fn configure(&self, configuration: &str) {
        self.workspace.write("main.tf", configuration).unwrap();
    }

    /// Makes this the whole configuration and applies it.
    pub(crate) fn apply(&self, configuration: &str) -> Output {
        self.configure(configuration);
        self.workspace.apply().unwrap()
    }

    /// Applies what is configured and expects an error; gives its text on one line.
    pub(crate) fn refused_apply(&self) -> String {
        refusal(self.workspace.run(&["apply", "-auto-approve"]).unwrap())
    }

    /// Plans what is configured and expects an error; gives its text on one line.
    pub(crate) fn refused_plan(&self) -> String {
        refusal(self.workspace.run(&["plan"]).unwrap())
    }

    /// Expects that nothing is to be done.
    pub(crate) fn expect_no_change(&self) {
        self.workspace.plan_nothing().unwrap();
    }

    /// What the state holds of a resource, without `timeouts` that were not given: those are ours, not the object's.
    pub(crate) fn attributes(&self, address: &str) -> Value {
        let mut attributes = self.workspace.attributes(address).unwrap();
        if let Some(object) = attributes.as_object_mut() {
            object.retain(|name, value| name != "timeouts" || !value.is_null());
        }
        attributes
    }

    /// Imports the object into an empty workspace with the same configuration, and expects the very state that is here but
    /// for the attributes `except`, which no API tells.
    pub(crate) fn expect_import(&self, configuration: &str, address: &str, id: &str, except: &[&str]) {
        let elsewhere = self.another_workspace();
        elsewhere.write("main.tf", configuration).unwrap();
        elsewhere.import(address, id).unwrap();
        let (mut imported, mut here) = (
            elsewhere.attributes(address).unwrap(),
            self.workspace.attributes(address).unwrap(),
        );
        for attribute in except {
            imported[attribute].take();
            here[attribute].take();
        }
        assert_eq!(imported, here, "what importing {id} gave, and what was there");
    }

    /// What a plan does to a resource: `actions`, `before`, `after`, `after_unknown`, `replace_paths`.
    pub(crate) fn planned(&self, address: &str) -> Value {
        let plan = self.workspace.plan_json().unwrap();
        let changes = plan["resource_changes"].as_array().unwrap();
        let found = changes.iter().find(|change| change["address"] == address);
        found.unwrap_or_else(|| panic!("the plan has no {address}: {plan}"))["change"].clone()
    }

    /// The operations that were called since this was asked last.
    pub(crate) fn calls(&self) -> Vec<String> {
        let journal = self.sandbox.journal();
        let fresh = journal.iter().skip(self.seen.replace(journal.len()));
        fresh.map(|entry| entry.operation.clone()).collect()
    }
}

/// The names of a cloud's keys in all regions, oldest first.
pub(crate) fn names(sandbox: &Sandbox, cloud: Cloud) -> Vec<String> {
    match cloud {
        Cloud::Aws => {
            let keys = sandbox.aws().keys().into_iter();
            keys.map(|key| key.name.unwrap_or_default()).collect()
        }
        Cloud::Scaleway => {
            let keys = sandbox.scaleway().keys().into_iter();
            keys.map(|key| key.description).collect()
        }
        Cloud::Tencentcloud => {
            let keys = sandbox.tencentcloud().keys().into_iter();
            keys.map(|key| key.name).collect()
        }
    }
}

/// What an error says of an object in this region where the provider looks in another: what was found there, or where the command line
/// stores identities, what the stored one says.
pub(crate) fn elsewhere(cli: &Cli, found: String, region: &str) -> Vec<String> {
    if cli.minor() >= (1, 12) {
        return vec![format!(
            "says that its region is \"{region}\", but with this configuration of the provider it is \"ap-tokyo\""
        )];
    }
    vec![found, format!("Set the provider's `region` to \"{region}\"")]
}

/// Whether this command line never destroys an object that is to be destroyed before it is created again, if something that it depends on
/// is created before it is destroyed: Terraform 1.16.0-rc2 plans two destructions and makes one, with `terraform_data`, too.
pub(crate) fn skips_a_destruction(cli: &Cli) -> bool {
    cli.product() == Product::Terraform && cli.minor() == (1, 16)
}

/// The text of the error that a command is expected to have ended with: frames removed, on one line.
pub(crate) fn refusal(output: Output) -> String {
    assert_eq!(output.code(), Some(1), "expected an error: {output}");
    let words = output.stderr.split_whitespace().filter(|word| *word != "│");
    words.collect::<Vec<_>>().join(" ")
}

fn workspace(cli: &Cli, sandbox: &Sandbox, uses: &[Use]) -> Workspace {
    Workspace::new(cli, provider(), uses)
        .unwrap()
        .environment(sandbox.environment())
}

/// The provider's program.
pub(crate) fn provider() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-apikeys"))
}

use std::path::{Path, PathBuf};

use cli::{Cli, Failure, Use, Workspace};
use sandbox::{Cloud, Sandbox};

/// A provider that is measured.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    version: &'static str,
}

/// Both are used as the official provider is.
const USES: [Use; 1] = [Use {
    source: "hashicorp/aws",
    name: "aws",
}];

impl Contender {
    pub(crate) fn ours(program: PathBuf) -> Self {
        Self {
            name: "ours",
            program,
            version: "0.1.0",
        }
    }

    pub(crate) fn peer(program: PathBuf) -> Self {
        Self {
            name: "official",
            program,
            // Any will do: it is what the mirror calls it.
            version: "5.0.0",
        }
    }

    /// A workspace in which it has been installed as for a user.
    pub(crate) fn installed(&self, cli: &Cli, sandbox: &Sandbox, keys: usize) -> Result<Workspace, Failure> {
        let workspace = Workspace::with_mirror(cli, &self.program, &USES, self.version)?;
        let workspace = prepared(workspace, sandbox, keys)?;
        workspace.init()?;
        Ok(workspace)
    }

    /// A workspace with a development override, in which `program` stands for it.
    pub(crate) fn overriding(cli: &Cli, program: &Path, sandbox: &Sandbox, keys: usize) -> Result<Workspace, Failure> {
        prepared(Workspace::new(cli, program, &USES)?, sandbox, keys)
    }
}

fn prepared(workspace: Workspace, sandbox: &Sandbox, keys: usize) -> Result<Workspace, Failure> {
    let workspace = workspace.environment(sandbox.environment());
    workspace.write("main.tf", &configuration(&sandbox.url(Cloud::Aws), keys))?;
    Ok(workspace)
}

/// A number of keys, in words that the official provider understands: it would ask services that the sandbox has not.
fn configuration(url: &str, keys: usize) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    aws = {{
      source = "hashicorp/aws"
    }}
  }}
}}

provider "aws" {{
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {{
    apigateway = "{url}"
  }}
}}

resource "aws_api_gateway_api_key" "key" {{
  count = {keys}
  name  = "key-${{count.index}}"
}}
"#
    )
}

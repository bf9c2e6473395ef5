//! Drives the real CLI, Terraform or OpenTofu, with the provider under test.
//!
//! - [`Cli`] is the program, found on this machine;
//! - [`Workspace`] is a folder with a configuration, a provider that stands in for others, and an environment that holds
//!   nothing of the user's;
//! - [`build_provider`] makes the provider's program as it is released;
//! - [`Running`] is a command under way, [`Output`] what one wrote, [`Failure`] why there is none.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use cli::{Cli, Use, Workspace};
//!
//! let cli = Cli::find(|name| std::env::var_os(name))?;
//! let provider = "target/debug/terraform-provider-apikeys".as_ref();
//! let workspace = Workspace::new(&cli, provider, &[Use { source: "hashicorp/aws", name: "aws" }])?;
//! workspace.write("main.tf", r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#)?;
//! workspace.apply()?;
//! assert_eq!(workspace.attributes("aws_api_gateway_api_key.test")?["name"], "test");
//! workspace.destroy()?;
//! # Ok(())
//! # }
//! ```

mod build;
mod configuration;
mod failure;
mod find;
mod process;
mod workspace;

pub use build::{BuildError, build_provider};
pub use configuration::Use;
pub use failure::Failure;
pub use find::{Cli, FindError, Product};
pub use process::{Output, Running};
pub use workspace::Workspace;

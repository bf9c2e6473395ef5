use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::find::Cli;

/// A source address that the provider is used under.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The source address without a host, such as `hashicorp/aws`.
    pub source: &'static str,
    /// What follows `terraform-provider-` in the program's file name: `aws`, or `aws_v1.2.3`.
    pub name: &'static str,
}

impl Use {
    fn file(&self) -> String {
        format!("terraform-provider-{}{}", self.name, env::consts::EXE_SUFFIX)
    }
}

/// Lays the provider into `folder` under all names, and gives the CLI configuration that has it stand in for all sources.
/// No other provider can be had.
pub(crate) fn overriding(folder: &Path, provider: &Path, uses: &[Use]) -> io::Result<String> {
    fs::create_dir_all(folder)?;
    let mut overrides = String::new();
    for used in uses {
        link_or_copy(provider, &folder.join(used.file()))?;
        overrides += &format!("    {} = {}\n", quoted(used.source), quoted(&folder.to_string_lossy()));
    }
    Ok(format!(
        "provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n}}\n"
    ))
}

/// Lays the provider into `folder` as a mirror of this version of all sources, and gives the CLI configuration that installs
/// from there and nowhere else.
pub(crate) fn mirroring(folder: &Path, provider: &Path, uses: &[Use], version: &str, cli: &Cli) -> io::Result<String> {
    for used in uses {
        let package: PathBuf = [cli.registry(), used.source, version, &platform()].iter().collect();
        let package = folder.join(package);
        fs::create_dir_all(&package)?;
        link_or_copy(provider, &package.join(used.file()))?;
    }
    Ok(format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {}\n  }}\n}}\n",
        quoted(&folder.to_string_lossy())
    ))
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        // Another file system, or one without links.
        Err(_) => fs::copy(from, to).map(drop),
    }
}

/// A text as a literal of the configuration language.
fn quoted(text: &str) -> String {
    let literal = serde_json::Value::from(text).to_string();
    literal.replace("${", "$${").replace("%{", "%%{")
}

/// This machine as Terraform calls it.
fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{machine}")
}

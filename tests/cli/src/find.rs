use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The CLI of this machine.
#[derive(Clone, Debug)]
pub struct Cli {
    pub(crate) program: PathBuf,
    pub(crate) path: OsString,
}

/// There is no CLI.
#[derive(Debug, thiserror::Error)]
#[error(
    "neither terraform nor tofu is on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) \
     or OpenTofu 1.10 or later (https://opentofu.org/docs/intro/install), or set TF_ACC_TERRAFORM_PATH to the program"
)]
pub struct Missing;

/// The names a CLI goes by, the first one preferred.
const NAMES: [&str; 2] = ["terraform", "tofu"];

impl Cli {
    /// Finds `terraform` on the `PATH`, else `tofu`, else the program `TF_ACC_TERRAFORM_PATH` names, `variable` giving the
    /// environment.
    ///
    /// # Errors
    ///
    /// None of them is a file; the error's text says what to install.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Missing> {
        let path = variable("PATH").unwrap_or_default();
        let named = variable("TF_ACC_TERRAFORM_PATH").map(PathBuf::from);
        let program = NAMES.iter().find_map(|name| on_path(&path, name));
        match program.or(named.filter(|program| program.is_file())) {
            Some(program) => Ok(Self { program, path }),
            None => Err(Missing),
        }
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The host of the registry that source addresses without a host mean.
    pub fn registry(&self) -> &'static str {
        match self.program.file_stem().and_then(OsStr::to_str) {
            Some("tofu") => "registry.opentofu.org",
            _ => "registry.terraform.io",
        }
    }
}

fn on_path(path: &OsStr, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path)
        .map(|folder| folder.join(&file))
        .find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::fs;

    use super::*;

    #[test]
    fn terraform_comes_before_tofu_and_the_path_before_the_variable() {
        let temp = tempfile::tempdir().unwrap();
        let program = |folder: &str, name: &str| {
            let folder = temp.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
            fs::write(&program, "").unwrap();
            program
        };
        let both = program("both", "tofu");
        let terraform = program("both", "terraform");
        let tofu = program("one", "tofu");
        let other = program("other", "other");
        let (both, one) = (both.parent().unwrap(), tofu.parent().unwrap());
        let absent = temp.path().join("absent");
        let rows = [
            (vec![one, both], Some(other.as_path()), Some(terraform.as_path())),
            (vec![absent.as_path(), one], Some(&other), Some(&tofu)),
            (vec![&absent], Some(&other), Some(&other)),
            (vec![&absent], Some(&absent), None),
            (vec![], None, None),
        ];
        for (folders, named, expected) in rows {
            let path = env::join_paths(&folders).unwrap();
            let found = Cli::find(|name| match name {
                "PATH" => Some(path.clone()),
                "TF_ACC_TERRAFORM_PATH" => named.map(OsString::from),
                _ => None,
            });
            assert_eq!(found.ok().as_ref().map(Cli::program), expected, "{folders:?} {named:?}");
        }
    }
}

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fmt, path};

use crate::failure::Failure;
use crate::process::Running;

/// The CLI of this machine.
#[derive(Clone, Debug)]
pub struct Cli {
    pub(crate) program: PathBuf,
    pub(crate) path: OsString,
    pub(crate) product: Product,
    pub(crate) version: String,
}

/// Which CLI a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// HashiCorp Terraform.
    Terraform,
    /// OpenTofu.
    OpenTofu,
}

/// Why there is no CLI.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// None is installed.
    #[error(
        "neither terraform nor tofu is on the PATH: install Terraform 1.11 or later \
         (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.10 or later \
         (https://opentofu.org/docs/intro/install), or set TF_ACC_TERRAFORM_PATH to the program"
    )]
    Missing,
    /// The variable names something else than a program.
    #[error(
        "TF_ACC_TERRAFORM_PATH is {0:?}, which is not a file: set it to the program of Terraform or OpenTofu, or unset it to use \
         the one on the PATH"
    )]
    NotAProgram(PathBuf),
    /// The program does not say which one it is.
    #[error("{program:?} is neither Terraform nor OpenTofu: {found}")]
    Unknown {
        /// The program.
        program: PathBuf,
        /// What came of asking it for its version.
        found: String,
    },
}

/// The names a CLI goes by, the first one preferred.
const NAMES: [&str; 2] = ["terraform", "tofu"];

/// How long a program may take to tell its version. It takes a moment; this only turns a hang into a failure.
const LIMIT: Duration = Duration::from_secs(60);

impl Cli {
    /// Finds the program that `TF_ACC_TERRAFORM_PATH` names, else `terraform` on the `PATH`, else `tofu`, `variable` giving the
    /// environment. Asks it which product and version it is.
    ///
    /// # Errors
    ///
    /// There is none, or it does not say what it is; the error's text says what to do.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, FindError> {
        let path = variable("PATH").unwrap_or_default();
        let program = program(&path, variable("TF_ACC_TERRAFORM_PATH"))?;
        let unknown = |found: String| FindError::Unknown {
            program: program.clone(),
            found,
        };
        let told = ask(&program, &path).map_err(|failure| unknown(format!("{failure:?}")))?;
        let first = told.lines().next().unwrap_or_default();
        let (product, version) =
            parse(first).ok_or_else(|| unknown(format!("its version command begins with {first:?}")))?;
        Ok(Self {
            program,
            path,
            product,
            version,
        })
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Which CLI it is.
    pub fn product(&self) -> Product {
        self.product
    }

    /// Its version, such as `1.11.4`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The first two numbers of its version.
    pub fn minor(&self) -> (u32, u32) {
        let mut numbers = self.version.split('.').map(|number| number.parse().unwrap_or_default());
        (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
    }

    /// The host of the registry that source addresses without a host mean.
    pub fn registry(&self) -> &'static str {
        match self.product {
            Product::Terraform => "registry.terraform.io",
            Product::OpenTofu => "registry.opentofu.org",
        }
    }
}

impl fmt::Display for Cli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (product, program) = (self.product.name(), self.program.display());
        write!(f, "{product} {} ({program})", self.version)
    }
}

impl Product {
    fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        }
    }
}

/// The program that the variable names; without one, the CLI on the `PATH`.
fn program(path: &OsStr, named: Option<OsString>) -> Result<PathBuf, FindError> {
    let Some(named) = named.filter(|named| !named.is_empty()).map(PathBuf::from) else {
        return NAMES
            .iter()
            .find_map(|name| on_path(path, name))
            .ok_or(FindError::Missing);
    };
    // It is run in other folders.
    match path::absolute(&named) {
        Ok(program) if program.is_file() => Ok(program),
        _ => Err(FindError::NotAProgram(named)),
    }
}

fn on_path(path: &OsStr, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path)
        .map(|folder| folder.join(&file))
        .find(|program| program.is_file())
}

/// What the program says of its version, with nothing of the user's in its way: neither settings nor a lock file.
fn ask(program: &Path, path: &OsStr) -> Result<String, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::system("making a temporary folder"))?;
    let mut command = Command::new(program);
    command
        .arg("version")
        .current_dir(folder.path())
        .env_clear()
        .env("CHECKPOINT_DISABLE", "1")
        .env("HOME", folder.path())
        .env("PATH", path);
    Ok(Running::start(&mut command, LIMIT)?.wait()?.success()?.stdout)
}

/// The product and version in the first line of `version`. The JSON form does not tell the products apart.
fn parse(line: &str) -> Option<(Product, String)> {
    let (name, version) = line.trim_end().split_once(" v")?;
    let products = [Product::Terraform, Product::OpenTofu];
    let product = products.into_iter().find(|product| product.name() == name)?;
    version
        .starts_with(|first: char| first.is_ascii_digit())
        .then(|| (product, version.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::fs;

    use super::*;

    #[test]
    fn the_variable_comes_before_the_path_and_terraform_before_tofu() {
        let temp = tempfile::tempdir().unwrap();
        let file = |folder: &str, name: &str| {
            let folder = temp.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
            fs::write(&program, "").unwrap();
            program
        };
        let both = file("both", "tofu");
        let terraform = file("both", "terraform");
        let tofu = file("one", "tofu");
        let other = file("other", "tofu-1.12.6");
        let (both, one) = (both.parent().unwrap(), tofu.parent().unwrap());
        let absent = temp.path().join("absent");
        let empty = Path::new("");
        let rows = [
            (vec![one, both], Some(other.as_path()), Some(other.as_path())),
            (vec![one, both], None, Some(&terraform)),
            (vec![absent.as_path(), one], None, Some(&tofu)),
            (vec![absent.as_path(), one], Some(empty), Some(&tofu)),
            (vec![&absent], Some(&other), Some(&other)),
            (vec![one], Some(&absent), None),
            (vec![one], Some(temp.path()), None),
            (vec![&absent], None, None),
            (vec![], None, None),
        ];
        for (folders, named, expected) in rows {
            let path = env::join_paths(&folders).unwrap();
            let found = program(&path, named.map(OsString::from));
            assert_eq!(found.ok().as_deref(), expected, "{folders:?} {named:?}");
        }
    }

    #[test]
    fn a_relative_program_is_found_from_any_folder() {
        // Tests run in the folder of their package.
        let found = program(OsStr::new(""), Some("Cargo.toml".into())).unwrap();
        assert_eq!(found, Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    }

    #[test]
    fn a_variable_that_names_no_program_is_an_error_with_its_value() {
        let path = env::var_os("PATH").unwrap_or_default();
        let error = program(&path, Some("/nowhere/terraform".into()))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("TF_ACC_TERRAFORM_PATH is \"/nowhere/terraform\", which is not a file"),
            "{error}"
        );
    }

    #[test]
    fn product_and_version_are_what_the_first_line_says() {
        let rows = [
            ("Terraform v1.11.4", Some((Product::Terraform, "1.11.4"))),
            ("Terraform v1.16.0-rc2\r", Some((Product::Terraform, "1.16.0-rc2"))),
            ("OpenTofu v1.12.6", Some((Product::OpenTofu, "1.12.6"))),
            ("Terragrunt v0.99.0", None),
            ("Terraform", None),
            ("Terraform vanished", None),
            ("terraform-docs version v0.20.0", None),
            ("{", None),
            ("", None),
        ];
        for (line, expected) in rows {
            let expected = expected.map(|(product, version)| (product, version.to_owned()));
            assert_eq!(parse(line), expected, "{line:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_no_cli_is_an_error_that_names_it_and_what_it_said() {
        for (program, said) in [
            ("/bin/sh", "`/bin/sh version` ended with "),
            ("/bin/echo", "its version command begins with \"version\""),
        ] {
            let error = Cli::find(|name| (name == "TF_ACC_TERRAFORM_PATH").then(|| program.into()));
            let error = error.unwrap_err().to_string();
            let expected = format!("{program:?} is neither Terraform nor OpenTofu: {said}");
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn a_cli_is_shown_and_resolves_addresses_as_what_it_says_it_is() {
        let cli = |product, version: &str| Cli {
            program: "/opt/tofu-1.12.6".into(),
            path: OsString::new(),
            product,
            version: version.to_owned(),
        };
        let tofu = cli(Product::OpenTofu, "1.12.6");
        assert_eq!(tofu.to_string(), "OpenTofu 1.12.6 (/opt/tofu-1.12.6)");
        assert_eq!(tofu.registry(), "registry.opentofu.org");
        // The file's name says nothing.
        assert_eq!(cli(Product::Terraform, "1.15.9").registry(), "registry.terraform.io");
    }
}

//! The name the program is started under.

use std::fmt;
use std::path::Path;

/// Which provider the program is, told by the name it is started under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// One cloud, in the place of its official provider.
    Cloud(&'static str),
    /// All clouds in one provider.
    All,
}

const PREFIX: &str = "terraform-provider-";

impl Name {
    /// The provider a program file is, `clouds` being those there are: `terraform-provider-aws`, with or without `_v1.2.3` and
    /// `.exe` behind it. A file of any other name is the provider of all clouds.
    pub fn of_program(program: &Path, clouds: impl IntoIterator<Item = &'static str>) -> Self {
        let file = program.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = file.strip_prefix(PREFIX).unwrap_or_default();
        let name = name.split(['_', '.']).next().unwrap_or_default();
        clouds
            .into_iter()
            .find(|cloud| *cloud == name)
            .map_or(Self::All, Self::Cloud)
    }

    /// Whether this provider serves a cloud.
    pub fn serves(&self, cloud: &str) -> bool {
        match self {
            Self::Cloud(name) => *name == cloud,
            Self::All => true,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud(name) => name,
            Self::All => "apikeys",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_tells_the_provider() {
        let rows = [
            ("terraform-provider-aws", Name::Cloud("aws")),
            ("/opt/plugins/terraform-provider-aws_v5.100.0_x5", Name::Cloud("aws")),
            ("terraform-provider-tencentcloud_v1.0.0", Name::Cloud("tencentcloud")),
            ("terraform-provider-scaleway.exe", Name::Cloud("scaleway")),
            ("./terraform-provider-apikeys", Name::All),
            ("terraform-provider-awscc", Name::All),
            ("aws", Name::All),
            ("", Name::All),
        ];
        for (program, name) in rows {
            assert_eq!(
                Name::of_program(Path::new(program), ["aws", "tencentcloud", "scaleway"]),
                name,
                "{program}"
            );
        }
    }
}

//! The provider's pages in the registry: `docs/`, made of the schemas and `examples/`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::lifecycle::{Cloud, Handler};
use crate::provider::Provider;
use crate::tf::markdown::{self, ProviderPage, ResourcePage};

/// One page.
pub struct Page {
    /// Its file, in the project.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

/// Why there are no pages.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An example is not there.
    #[error("reading {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A page cannot be put in its place.
    #[error("writing {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the pages of a provider into `project`, from the examples there.
///
/// # Errors
///
/// As [`pages`], and [`Error::Write`].
pub fn write(provider: &Provider, project: &Path) -> Result<(), Error> {
    for page in pages(provider, project)? {
        let path = project.join(page.file);
        let folder = path.parent().unwrap_or(project);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, page.text));
        written.map_err(|source| Error::Write { path, source })?;
    }
    Ok(())
}

/// The pages of a provider, with the examples in `project`.
///
/// The files are those of the registry's layout: `provider/provider.tf`, and for each resource type a folder with `resource*.tf`,
/// `import.sh` and `import-by-string-id.tf`.
///
/// # Errors
///
/// [`Error::Read`] where an example is missing.
pub fn pages(provider: &Provider, project: &Path) -> Result<Vec<Page>, Error> {
    let name = provider.name().to_string();
    let index = Page {
        file: PathBuf::from("docs/index.md"),
        text: markdown::provider(&ProviderPage {
            name: &name,
            schema: &provider.schema(),
            example: &read(project.join("examples/provider/provider.tf"))?,
        }),
    };
    let mut pages = vec![index];
    for cloud in provider.clouds() {
        for resource in &cloud.resources {
            pages.push(resource_page(&name, cloud, resource.as_ref(), project)?);
        }
    }
    Ok(pages)
}

fn resource_page(provider: &str, cloud: &Cloud, resource: &dyn Handler, project: &Path) -> Result<Page, Error> {
    let type_name = resource.type_name();
    let folder = project.join("examples/resources").join(type_name);
    Ok(Page {
        file: format!("docs/resources/{type_name}.md").into(),
        text: markdown::resource(&ResourcePage {
            provider,
            subcategory: cloud.title,
            type_name,
            schema: resource.schema(),
            examples: &examples(&folder)?,
            import_block: &read(folder.join("import-by-string-id.tf"))?,
            import_command: &read(folder.join("import.sh"))?,
        }),
    })
}

/// The texts of `resource.tf`, which has to be there, and of `resource_*.tf` after it.
fn examples(folder: &Path) -> Result<Vec<String>, Error> {
    let usual = folder.join("resource.tf");
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut files: Vec<PathBuf> = entries.map_err(|source| Error::Read {
        path: folder.to_owned(),
        source,
    })?;
    files.retain(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("resource_") && name.ends_with(".tf")
    });
    files.sort();
    files.insert(0, usual);
    files.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Result<String, Error> {
    fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
}

//! The provider's pages in the registry, `docs/`, rendered from the schemas and `examples/`.

pub mod markdown;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

use self::markdown::{Import, ObjectPage, ProviderPage};
use crate::framework::managed::Handler;
use crate::framework::{Cloud, DataSourceHandler, ListHandler};
use crate::provider::Provider;
use crate::schema::Schema;

/// One page.
pub struct Page {
    /// Path in the project.
    pub file: PathBuf,
    /// Markdown.
    pub text: String,
}

/// Why pages cannot be rendered or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An example cannot be read.
    #[error("reading {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A page of another provider cannot be removed.
    #[error("removing {}", path.display())]
    Remove {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A page cannot be written.
    #[error("writing {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Writes the pages of a provider into `project`, from the examples there, and removes pages of objects that it does not have, and guides whose names begin with a cloud that it does not serve.
///
/// # Errors
///
/// Those of [`pages`], [`Error::Remove`] and [`Error::Write`].
pub fn write(provider: &Provider, project: &Path) -> Result<(), Error> {
    let pages = pages(provider, project)?;
    remove(&project.join("docs/resources"), |file| {
        provider.resource(file.trim_end_matches(".md")).is_none()
    })?;
    remove(&project.join("docs/data-sources"), |file| {
        provider.data_source(file.trim_end_matches(".md")).is_none()
    })?;
    remove(&project.join("docs/list-resources"), |file| {
        provider.list(file.trim_end_matches(".md")).is_none()
    })?;
    remove(&project.join("docs/guides"), |file| {
        let mut others = provider.other_clouds().iter();
        others.any(|cloud| file.starts_with(&format!("{cloud}-")))
    })?;
    for page in pages {
        let path = project.join(page.file);
        let folder = path.parent().unwrap_or(project);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, page.text));
        written.map_err(|source| Error::Write { path, source })?;
    }
    Ok(())
}

/// The pages of a provider, with the examples in `project`.
///
/// Examples are in the registry's layout: `provider/provider.tf`, or for a provider of one cloud a file named after the cloud beside it,
/// for each resource type a folder with `resource*.tf`, `import.sh`, `import-by-string-id.tf` and `import-by-identity.tf`, for each data
/// source one with `data-source*.tf`, and for each list resource one with `list-resource*.tfquery.hcl`.
///
/// # Errors
///
/// [`Error::Read`] if an example is missing.
pub fn pages(provider: &Provider, project: &Path) -> Result<Vec<Page>, Error> {
    let mut pages = vec![index(provider, project)?];
    for cloud in provider.clouds() {
        for resource in &cloud.resources {
            pages.push(resource_page(provider, cloud, resource.as_ref(), project)?);
        }
        for source in &cloud.data_sources {
            pages.push(data_source_page(provider, cloud, source.as_ref(), project)?);
        }
        for list in &cloud.lists {
            pages.push(list_resource_page(provider, cloud, list.as_ref(), project)?);
        }
    }
    Ok(pages)
}

fn index(provider: &Provider, project: &Path) -> Result<Page, Error> {
    let schema = provider.schema();
    let (doc, example) = match provider.only_cloud() {
        Some(cloud) => (introduction(cloud, &schema).into(), cloud.name),
        None => (Cow::from(schema.doc), "provider"),
    };
    Ok(Page {
        file: PathBuf::from("docs/index.md"),
        text: markdown::provider(&ProviderPage {
            name: &provider.name().to_string(),
            doc: &doc,
            schema: &schema,
            example: &read(project.join(format!("examples/provider/{example}.tf")))?,
        }),
    })
}

/// The introduction of a provider that replaces a cloud's official one.
fn introduction(cloud: &Cloud, schema: &Schema) -> String {
    let Cloud {
        name, title, official, ..
    } = cloud;
    format!(
        "Manages API keys on {title}, in place of the official provider.\n\n\
         Resource types, arguments, defaults, import ids and states are those of `{official}`. Its other resources and data sources are \
         not supported.\n\n\
         {}\n\n\
         [Authentication with {title}](guides/{name}-authentication.md) lists all sources of settings and their order.",
        schema.doc
    )
}

fn resource_page(provider: &Provider, cloud: &Cloud, resource: &dyn Handler, project: &Path) -> Result<Page, Error> {
    let type_name = resource.type_name();
    let folder = project.join("examples/resources").join(type_name);
    let import = Import {
        identity: resource.identity_schema(),
        block_with_identity: &of_provider(provider, read(folder.join("import-by-identity.tf"))?),
        block: &of_provider(provider, read(folder.join("import-by-string-id.tf"))?),
        provider: &import_provider(provider, cloud),
        command: &read(folder.join("import.sh"))?,
    };
    let page = ObjectPage {
        provider: &provider.name().to_string(),
        subcategory: subcategory(provider, cloud),
        type_name,
        schema: resource.schema(),
        examples: &of_provider_all(provider, examples(&folder, "resource", ".tf")?),
    };
    Ok(Page {
        file: format!("docs/resources/{type_name}.md").into(),
        text: markdown::resource(&page, &import),
    })
}

fn data_source_page(
    provider: &Provider,
    cloud: &Cloud,
    source: &dyn DataSourceHandler,
    project: &Path,
) -> Result<Page, Error> {
    let type_name = source.type_name();
    let folder = project.join("examples/data-sources").join(type_name);
    let page = ObjectPage {
        provider: &provider.name().to_string(),
        subcategory: subcategory(provider, cloud),
        type_name,
        schema: source.schema(),
        examples: &of_provider_all(provider, examples(&folder, "data-source", ".tf")?),
    };
    Ok(Page {
        file: format!("docs/data-sources/{type_name}.md").into(),
        text: markdown::data_source(&page),
    })
}

fn list_resource_page(
    provider: &Provider,
    cloud: &Cloud,
    list: &dyn ListHandler,
    project: &Path,
) -> Result<Page, Error> {
    let type_name = list.type_name();
    let folder = project.join("examples/list-resources").join(type_name);
    let name = provider.name().to_string();
    // A `list` block always names its provider.
    let of_provider = |text: String| text.replace("provider = apikeys", &format!("provider = {name}"));
    let examples = examples(&folder, "list-resource", ".tfquery.hcl")?;
    let page = ObjectPage {
        provider: &name,
        subcategory: subcategory(provider, cloud),
        type_name,
        schema: list.schema(),
        examples: &examples.into_iter().map(of_provider).collect::<Vec<_>>(),
    };
    Ok(Page {
        file: format!("docs/list-resources/{type_name}.md").into(),
        text: markdown::list_resource(&page),
    })
}

/// When an `import` block needs a `provider` argument. Terraform and OpenTofu ask for it at different times.
fn import_provider(provider: &Provider, cloud: &Cloud) -> String {
    let name = cloud.name;
    let nested = "- With `apikeys/apikeys`, keep `provider = apikeys` in the block: OpenTofu always needs it, Terraform to generate \
                  configuration.\n";
    let alone = format!(
        "- With `apikeys/{name}`, set `provider = {name}` only while you generate configuration, and remove it afterwards: Terraform \
         may need it for that, and otherwise rejects it with \"Invalid import provider argument\"."
    );
    match provider.only_cloud() {
        Some(_) => alone,
        None => format!("{nested}{alone}"),
    }
}

/// The heading of the registry's menu. With one cloud, its name would appear twice.
fn subcategory(provider: &Provider, cloud: &Cloud) -> &'static str {
    provider.only_cloud().map_or(cloud.title, |_| "")
}

/// An example for this provider: one of a single cloud needs no `provider` arguments.
fn of_provider(provider: &Provider, example: String) -> String {
    match provider.only_cloud() {
        Some(_) => example.replace("  provider = apikeys\n\n", ""),
        None => example,
    }
}

fn of_provider_all(provider: &Provider, examples: Vec<String>) -> Vec<String> {
    let of_provider = |example| of_provider(provider, example);
    examples.into_iter().map(of_provider).collect()
}

/// The texts of the file named after the kind in a folder, which must exist, and of those whose names go on with `_` after it.
fn examples(folder: &Path, kind: &str, extension: &str) -> Result<Vec<String>, Error> {
    let usual = folder.join(format!("{kind}{extension}"));
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut files: Vec<PathBuf> = entries.map_err(|source| Error::Read {
        path: folder.to_owned(),
        source,
    })?;
    files.retain(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&format!("{kind}_")) && name.ends_with(extension)
    });
    files.sort();
    files.insert(0, usual);
    files.into_iter().map(read).collect()
}

/// Removes the pages of a folder, if it exists, for whose file names `goes` is true.
fn remove(folder: &Path, goes: impl Fn(&str) -> bool) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Remove { path, source }
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed(folder))?,
    };
    for entry in entries {
        let file = entry.map_err(failed(folder))?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".md") && goes(name) {
            fs::remove_file(&file).map_err(failed(&file))?;
        }
    }
    Ok(())
}

fn read(path: PathBuf) -> Result<String, Error> {
    fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
}

//! The documentation says what the program does: pages, examples and README are held against it.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use apikeys::provider::Provider;
use apikeys::schema::{Schema, doc};
use cli::{Cli, Use, Workspace};
use serde_json::Value;
use support::harness::{self, Since, Test, cli_tests, plain_tests};
use support::provider;

const PROGRAM: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

/// The examples that make a page of a resource are in here, by resource type.
const RESOURCES: &str = "examples/resources";

/// Those of data sources.
const DATA_SOURCES: &str = "examples/data-sources";

/// Those of list resources.
const LIST_RESOURCES: &str = "examples/list-resources";

/// The guides that are right for every name the program runs under.
const OF_ALL_CLOUDS: [&str; 6] = [
    "debugging.md",
    "migration.md",
    "mocks.md",
    "proxies.md",
    "pulumi.md",
    "reliability.md",
];

/// The texts for readers of the repository.
const OF_REPOSITORY: [&str; 4] = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

fn main() -> ExitCode {
    harness::run([TESTS, CLI_TESTS, QUERY_TESTS])
}

const TESTS: &[Test] = plain_tests![
    the_committed_pages_are_those_the_program_renders,
    pages_without_their_examples_are_an_error_that_names_the_file,
    pages_are_those_of_the_name_that_the_program_runs_under,
    the_index_has_no_subcategory_which_the_registrys_checker_refuses,
    cargo_run_without_a_name_runs_the_provider,
    every_attribute_and_block_is_described_in_sentences,
    every_object_has_a_page_and_every_page_an_object,
    every_example_on_a_page_of_a_resource_has_a_heading,
    examples_on_a_page_of_what_is_read_have_headings_if_there_are_several,
    import_commands_name_resources_of_the_examples,
    no_text_names_a_path_of_a_machine,
    the_commands_in_texts_and_guides_exist,
    what_the_texts_of_the_repository_point_at_is_there,
    the_readme_is_short,
    every_guide_is_linked_in_the_readme,
    types_begin_with_the_name_of_a_provider_of_one_cloud_and_are_spelled_in_the_guide_as_pulumi_does,
];

const CLI_TESTS: &[Test] = cli_tests![
    examples_on_the_pages_of_one_cloud_are_formatted_and_valid,
    every_example_is_formatted_and_valid,
    every_example_module_is_formatted_and_valid,
    the_example_of_the_readme_is_formatted_and_valid,
];

const QUERY_TESTS: &[Test] = cli_tests![
    since Since { terraform: Some((1, 14)), opentofu: None };
    every_example_of_a_query_is_formatted_and_valid,
];

fn the_committed_pages_are_those_the_program_renders() {
    if env::var_os("BLESS").is_some() {
        render(project());
    }
    let copy = tempfile::tempdir().unwrap();
    copy_folder("examples", copy.path());
    render(copy.path());
    let (rendered, mut committed) = (files(&copy.path().join("docs")), files(&project().join("docs")));
    // Guides are written by hand, or by the test that measures what they say.
    committed.retain(|file, _| !file.starts_with("guides"));
    assert!(
        rendered == committed,
        "docs/ is out of date: `BLESS=1 cargo test --test docs` renders it anew"
    );
}

fn pages_without_their_examples_are_an_error_that_names_the_file() {
    let empty = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM).arg("--docs").arg(empty.path()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("provider.tf"), "{stderr}");
    assert!(files(empty.path()).is_empty());
}

fn pages_are_those_of_the_name_that_the_program_runs_under() {
    for (cloud, guides) in [
        ("aws", &["aws-authentication.md"][..]),
        ("scaleway", &["scaleway-authentication.md"]),
        (
            "tencentcloud",
            &["tencentcloud-api-2017.md", "tencentcloud-authentication.md"],
        ),
    ] {
        let provider = provider(cloud);
        let mut expected = vec![PathBuf::from("index.md")];
        let guides = OF_ALL_CLOUDS.iter().chain(guides);
        expected.extend(guides.map(|guide| Path::new("guides").join(guide)));
        expected.extend(
            provider
                .data_sources()
                .map(|source| PathBuf::from(format!("data-sources/{}.md", source.type_name()))),
        );
        expected.extend(
            provider
                .lists()
                .map(|list| PathBuf::from(format!("list-resources/{}.md", list.type_name()))),
        );
        expected.extend(
            provider
                .resources()
                .map(|resource| PathBuf::from(format!("resources/{}.md", resource.type_name()))),
        );
        expected.sort();

        let pages = pages_of(cloud);
        assert_eq!(pages.keys().cloned().collect::<Vec<_>>(), expected, "{cloud}");
        for (file, text) in &pages {
            for other in ["provider = apikeys", "provider \"apikeys\"", "\"apikeys/apikeys\""] {
                assert!(!text.contains(other), "{cloud}: {} has {other}", file.display());
            }
            let folder = file.parent().unwrap();
            for (target, heading) in links(text) {
                let linked = pages.get(&folder.join(target));
                assert!(
                    linked.is_some_and(|linked| has_heading(linked, heading)),
                    "{cloud}: {}: {target} {heading:?}",
                    file.display()
                );
            }
        }
        let index = &pages[Path::new("index.md")];
        assert!(
            index.starts_with(&format!("---\npage_title: \"{cloud} Provider\"\n")),
            "{index}"
        );
        assert!(index.contains(&format!("source = \"apikeys/{cloud}\"")), "{index}");
        for attribute in &provider.schema().attributes {
            assert!(
                index.contains(&format!("\n- `{}` (", attribute.name)),
                "{}",
                attribute.name
            );
        }
    }
}

fn examples_on_the_pages_of_one_cloud_are_formatted_and_valid(cli: &Cli) {
    for (cloud, source) in [
        ("aws", "apikeys/aws"),
        ("scaleway", "apikeys/scaleway"),
        ("tencentcloud", "apikeys/tencentcloud"),
    ] {
        let mut pages = pages_of(cloud);
        // Guides show settings that exclude each other.
        pages.retain(|file, _| !file.starts_with("guides") && !file.starts_with("list-resources"));
        let blocks = pages.into_iter().flat_map(|(file, text)| {
            let file = file.file_stem().unwrap().to_string_lossy().into_owned();
            let blocks: Vec<_> = blocks(&text, "terraform").map(str::to_owned).collect();
            let named = blocks.into_iter().enumerate();
            named.map(move |(number, block)| (PathBuf::from(format!("{file}_{number}.tf")), block))
        });
        let configuration: BTreeMap<_, _> = blocks.collect();
        assert!(configuration.len() > 3, "{configuration:?}");
        check(cli, Use { source, name: cloud }, &configuration);
    }
}

fn the_index_has_no_subcategory_which_the_registrys_checker_refuses() {
    let index = fs::read_to_string(project().join("docs/index.md")).unwrap();
    let front_matter = index.split("---").nth(1).unwrap();
    assert!(!front_matter.contains("subcategory"), "{front_matter}");
}

fn cargo_run_without_a_name_runs_the_provider() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(project())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let members = metadata["workspace_default_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let default: Vec<_> = packages
        .filter(|package| members.contains(&package["id"]))
        .filter_map(|package| package["default_run"].as_str())
        .collect();
    assert_eq!(default, ["terraform-provider-apikeys"], "Cargo takes the only one");
}

fn every_attribute_and_block_is_described_in_sentences() {
    for name in ["apikeys", "aws", "tencentcloud", "scaleway"] {
        let provider = provider(name);
        check_sentences(name, &provider.schema());
        for resource in provider.resources() {
            check_sentences(resource.type_name(), resource.schema());
        }
        for source in provider.data_sources() {
            check_sentences(&format!("data.{}", source.type_name()), source.schema());
        }
        for list in provider.lists() {
            check_sentences(&format!("list.{}", list.type_name()), list.schema());
        }
    }
}

fn every_object_has_a_page_and_every_page_an_object() {
    let provider = provider("apikeys");
    let resources = provider.resources().map(|resource| resource.type_name());
    let data_sources = provider.data_sources().map(|source| source.type_name());
    for (folder, types) in [
        ("docs/resources", resources.collect::<Vec<_>>()),
        ("docs/data-sources", data_sources.collect()),
        (
            "docs/list-resources",
            provider.lists().map(|list| list.type_name()).collect(),
        ),
    ] {
        let pages = files(&project().join(folder));
        let mut expected: Vec<_> = types.iter().map(|name| PathBuf::from(format!("{name}.md"))).collect();
        expected.sort();
        assert_eq!(pages.into_keys().collect::<Vec<_>>(), expected);
    }
}

fn every_example_on_a_page_of_a_resource_has_a_heading() {
    let mut pages = pages_of("apikeys");
    pages.retain(|file, _| file.starts_with("resources"));
    assert!(!pages.is_empty());
    for (file, page) in pages {
        let usage = page.split("\n## ").find(|section| section.starts_with("Example Usage"));
        let usage = usage.unwrap();
        let headings = usage.lines().filter(|line| line.starts_with("### ")).count();
        assert!(headings > 1, "{}", file.display());
        assert_eq!(headings, blocks(usage, "terraform").count(), "{}", file.display());
    }
}

fn examples_on_a_page_of_what_is_read_have_headings_if_there_are_several() {
    let mut pages = pages_of("apikeys");
    pages.retain(|file, _| file.starts_with("data-sources") || file.starts_with("list-resources"));
    assert!(!pages.is_empty());
    for (file, page) in pages {
        let usage = page.split("\n## ").find(|section| section.starts_with("Example Usage"));
        let usage = usage.unwrap();
        let headings = usage.lines().filter(|line| line.starts_with("### ")).count();
        let examples = blocks(usage, "terraform").count();
        assert_eq!(headings, if examples == 1 { 0 } else { examples }, "{}", file.display());
    }
}

fn every_example_is_formatted_and_valid(cli: &Cli) {
    let nested = fs::read_to_string(project().join("examples/provider/provider.tf")).unwrap();
    let provider = provider("apikeys");
    for cloud in provider.clouds() {
        let resources = cloud.resources.iter().map(|resource| (RESOURCES, resource.type_name()));
        let data_sources = cloud.data_sources.iter();
        let data_sources = data_sources.map(|source| (DATA_SOURCES, source.type_name()));
        for (folder, type_name) in resources.chain(data_sources) {
            let examples = files(&project().join(folder).join(type_name));
            let mut under_one_name = configuration(&examples);
            under_one_name.insert("provider.tf".into(), nested.clone());
            let own = Use {
                source: "apikeys/apikeys",
                name: "apikeys",
            };
            check(cli, own, &under_one_name);

            // In the place of the official provider the same text works without its `provider` arguments.
            let flat = configuration(&examples)
                .into_iter()
                .map(|(file, text)| (file, text.replace("  provider = apikeys\n\n", "")));
            let official = Use {
                source: cloud.official,
                name: cloud.name,
            };
            check(cli, official, &with_source(flat.collect(), cloud.name, cloud.official));
        }
    }
}

fn every_example_module_is_formatted_and_valid(cli: &Cli) {
    let modules = project().join("examples/modules");
    let mut clouds = Vec::new();
    for module in fs::read_dir(modules).unwrap() {
        let module = module.unwrap();
        let name = module.file_name().into_string().unwrap();
        let (cloud, source) = match name.split_once('-').unwrap().0 {
            "aws" => ("aws", "apikeys/aws"),
            "tencentcloud" => ("tencentcloud", "apikeys/tencentcloud"),
            other => panic!("{other} is no cloud with modules"),
        };
        check(cli, Use { source, name: cloud }, &configuration(&files(&module.path())));
        clouds.push(cloud);
    }
    clouds.sort_unstable();
    assert_eq!(clouds, ["aws", "tencentcloud"]);
}

fn every_example_of_a_query_is_formatted_and_valid(cli: &Cli) {
    let nested = fs::read_to_string(project().join("examples/provider/provider.tf")).unwrap();
    let provider = provider("apikeys");
    for cloud in provider.clouds() {
        for list in &cloud.lists {
            let examples = files(&project().join(LIST_RESOURCES).join(list.type_name()));
            assert!(!examples.is_empty());
            let mut under_one_name = examples.clone();
            under_one_name.insert("provider.tf".into(), nested.clone());
            let own = Use {
                source: "apikeys/apikeys",
                name: "apikeys",
            };
            check_queries(cli, own, &under_one_name);

            // In the place of the official provider the same text works with its name.
            let named = format!("provider = {}", cloud.name);
            let flat = examples
                .into_iter()
                .map(|(file, text)| (file, text.replace("provider = apikeys", &named)));
            let official = Use {
                source: cloud.official,
                name: cloud.name,
            };
            check_queries(cli, official, &with_source(flat.collect(), cloud.name, cloud.official));
        }
    }
}

fn import_commands_name_resources_of_the_examples() {
    for (file, text) in files(&project().join(RESOURCES)) {
        if file.file_name().unwrap() != "import.sh" {
            continue;
        }
        let commands: Vec<_> = text.lines().filter(|line| line.starts_with("terraform")).collect();
        assert!(!commands.is_empty(), "{}", file.display());
        let examples = configuration(&files(&project().join(RESOURCES).join(file.parent().unwrap())));
        let examples: String = examples.into_values().collect();
        for command in commands {
            let ["terraform", "import", address, _] = command.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{command}");
            };
            let (kind, name) = address.split_once('.').unwrap();
            let block = format!("resource \"{kind}\" \"{name}\" {{");
            assert!(examples.contains(&block), "{command}: no {block}");
        }
    }
}

fn no_text_names_a_path_of_a_machine() {
    let root = project();
    let mut texts = files(&root.join("docs"));
    texts.extend(files(&root.join("examples")));
    texts.extend(texts_of_repository());
    for (file, text) in texts {
        for path in ["/home/", "/root/", "/Users/", "/work/", ":\\Users"] {
            assert!(!text.contains(path), "{} names {path}", file.display());
        }
    }
}

fn the_commands_in_texts_and_guides_exist() {
    let aliases = fs::read_to_string(project().join(".cargo/config.toml")).unwrap_or_default();
    let manifest = fs::read_to_string(project().join("Cargo.toml")).unwrap();
    let help = Command::new(PROGRAM).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let mut texts = texts_of_repository();
    texts.extend(files(&project().join("docs/guides")));
    for command in texts.values().flat_map(|text| shell_lines(text)) {
        let mut words = command.split_whitespace().skip_while(|word| word.contains('='));
        match words.next().unwrap_or_default() {
            "cargo" => {
                let name = words.next().unwrap();
                let built_in = ["bench", "build", "run", "test"].contains(&name);
                assert!(built_in || aliases.contains(&format!("{name} = ")), "{command}");
                if let Some((_, package)) = command.split_once(" -p ") {
                    let package = package.split(' ').next().unwrap();
                    let is_root = manifest.contains(&format!("\nname = \"{package}\""));
                    assert!(
                        is_root || manifest.contains(&format!("\"tests/{package}\"")),
                        "{command}"
                    );
                }
                if let Some((_, arguments)) = command.split_once(" -- --") {
                    let argument = arguments.split(' ').next().unwrap();
                    let ours = name == "run" && !command.contains(" -p ");
                    assert!(!ours || help.contains(&format!("--{argument}")), "{command}");
                }
                if let Some((_, test)) = command.split_once(" --test ") {
                    let test = project().join("tests").join(test.split(' ').next().unwrap());
                    assert!(test.with_extension("rs").is_file() || test.is_dir(), "{command}");
                }
            }
            program if program.contains("terraform-provider-") => {
                let known = |word: &str| !word.starts_with("--") || help.contains(word);
                assert!(words.all(known), "{command}");
            }
            program if program.starts_with("tests/") => assert!(project().join(program).is_file(), "{command}"),
            _ => {}
        }
    }
}

fn what_the_texts_of_the_repository_point_at_is_there() {
    for (file, text) in texts_of_repository() {
        for (target, heading) in links(&text) {
            let linked = project().join(target);
            assert!(linked.exists(), "{}: {target}", file.display());
            if heading.is_some() {
                let linked = fs::read_to_string(linked).unwrap();
                assert!(
                    has_heading(&linked, heading),
                    "{}: {target} {heading:?}",
                    file.display()
                );
            }
        }
    }
    let contributing = fs::read_to_string(project().join("CONTRIBUTING.md")).unwrap();
    let tree = contributing.split("```text\n").find_map(|block| {
        let block = block.split("```").next()?;
        block.contains("src/\n").then_some(block)
    });
    let mut folder = "";
    for line in tree
        .expect("a tree of the code")
        .lines()
        .filter(|line| !line.is_empty())
    {
        let indented = line.starts_with("  ");
        for name in line.trim_start().split("  ").next().unwrap().split(", ") {
            let path = if indented {
                project().join(folder).join(name)
            } else {
                project().join(name)
            };
            assert!(path.exists(), "{line}");
            if !indented {
                folder = name;
            }
        }
    }
}

fn the_readme_is_short() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 150);
}

fn the_example_of_the_readme_is_formatted_and_valid(cli: &Cli) {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let example = blocks(&readme, "terraform").next().unwrap().to_owned();
    let own = Use {
        source: "apikeys/apikeys",
        name: "apikeys",
    };
    check(cli, own, &BTreeMap::from([("main.tf".into(), example)]));
}

fn every_guide_is_linked_in_the_readme() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    for guide in files(&project().join("docs/guides")).into_keys() {
        let link = format!("docs/guides/{}", guide.display());
        assert!(links(&readme).any(|(target, _)| target == link), "{link}");
    }
}

/// Pulumi derives the name of a type from the rest of Terraform's, and rejects a provider with a type that does not begin so.
fn types_begin_with_the_name_of_a_provider_of_one_cloud_and_are_spelled_in_the_guide_as_pulumi_does() {
    let guide = fs::read_to_string(project().join("docs/guides/pulumi.md")).unwrap();
    for cloud in provider("apikeys").clouds() {
        let alone = provider(cloud.name);
        let types: Vec<_> = alone.resources().map(|resource| resource.type_name()).collect();
        assert!(!types.is_empty());
        for resource in types {
            let rest = resource.strip_prefix(&format!("{}_", cloud.name));
            let words = rest.expect(resource).split('_');
            let spelled: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            if resource.ends_with("_api_key") {
                let said = format!("`{resource}` is `{}:{spelled}`", cloud.name);
                assert!(guide.replace('\n', " ").contains(&said), "{said}");
            }
        }
    }
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn texts_of_repository() -> BTreeMap<PathBuf, String> {
    let read = |file| (PathBuf::from(file), fs::read_to_string(project().join(file)).unwrap());
    OF_REPOSITORY.map(read).into()
}

fn provider(name: &str) -> Provider {
    provider::provider(format!("terraform-provider-{name}").as_ref())
}

/// The pages that the program writes under a cloud's name, in a copy of the project.
fn pages_of(cloud: &str) -> BTreeMap<PathBuf, String> {
    let copy = tempfile::tempdir().unwrap();
    copy_folder("examples", copy.path());
    copy_folder("docs", copy.path());
    let program = format!("terraform-provider-{cloud}{}", env::consts::EXE_SUFFIX);
    let program = copy.path().join(program);
    if fs::hard_link(PROGRAM, &program).is_err() {
        fs::copy(PROGRAM, &program).unwrap();
    }
    render_with(&program, copy.path());
    files(&copy.path().join("docs"))
}

/// Copies a folder of the project.
fn copy_folder(name: &str, to: &Path) {
    for (file, text) in files(&project().join(name)) {
        let file = to.join(name).join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

fn render(project: &Path) {
    render_with(PROGRAM.as_ref(), project);
}

fn render_with(program: &Path, project: &Path) {
    let output = Command::new(program).arg("--docs").arg(project).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The files in a folder and all below, by their path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            let below = self::files(&path).into_iter();
            files.extend(below.map(|(file, text)| (name.join(file), text)));
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn check_sentences(place: &str, schema: &Schema) {
    for attribute in &schema.attributes {
        let text = doc::of_attribute(attribute);
        assert!(!attribute.doc.trim().is_empty(), "{place}.{}", attribute.name);
        if let Some(nested) = &attribute.nested {
            check_sentences(&format!("{place}.{}", attribute.name), nested);
        }
        assert!(text.ends_with('.'), "{place}.{}: {text}", attribute.name);
    }
    for block in &schema.blocks {
        let place = format!("{place}.{}", block.name);
        assert!(doc::paragraphs(block.doc).ends_with('.'), "{place}");
        check_sentences(&place, &block.schema);
    }
}

/// The files of the configuration language among these.
fn configuration(files: &BTreeMap<PathBuf, String>) -> BTreeMap<PathBuf, String> {
    let is_configuration = |file: &Path| file.extension().is_some_and(|extension| extension == "tf");
    let configuration = files.iter().filter(|(file, _)| is_configuration(file));
    configuration.map(|(file, text)| (file.clone(), text.clone())).collect()
}

fn with_source(mut files: BTreeMap<PathBuf, String>, name: &str, source: &str) -> BTreeMap<PathBuf, String> {
    let text = format!(
        "terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n"
    );
    files.insert("provider.tf".into(), text);
    files
}

fn check_queries(cli: &Cli, used: Use, files: &BTreeMap<PathBuf, String>) {
    let workspace = Workspace::new(cli, PROGRAM.as_ref(), &[used]).unwrap();
    for (file, text) in files {
        workspace.write(file.to_str().unwrap(), text).unwrap();
    }
    workspace.run(&["fmt", "-check", "-diff"]).unwrap().success().unwrap();
    workspace.run(&["validate", "-query"]).unwrap().success().unwrap();
}

fn check(cli: &Cli, used: Use, files: &BTreeMap<PathBuf, String>) {
    let workspace = Workspace::new(cli, PROGRAM.as_ref(), &[used]).unwrap();
    for (file, text) in files {
        workspace.write(file.to_str().unwrap(), text).unwrap();
    }
    workspace.run(&["fmt", "-check", "-diff"]).unwrap().success().unwrap();
    // An object is imported once, by its identity or by its id.
    let imports = files.iter().filter(|(_, text)| text.contains("import {"));
    let (by_identity, by_id): (Vec<_>, Vec<_>) = imports.partition(|(_, text)| text.contains("identity = {"));
    let without = |imports: &[(&PathBuf, &String)]| {
        for (file, _) in imports {
            fs::remove_file(workspace.folder().join(file)).unwrap();
        }
    };
    without(&by_identity);
    workspace.validate().unwrap();
    // Both products know identities since the same version.
    if cli.minor() >= (1, 12) {
        without(&by_id);
        for (file, text) in by_identity {
            workspace.write(file.to_str().unwrap(), text).unwrap();
        }
        workspace.validate().unwrap();
    }
}

/// What a text links to, but for its own headings and pages elsewhere: a file, and a heading in it.
fn links(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links = links.filter(|link| !link.starts_with("https://") && !link.starts_with('#'));
    links.map(|link| match link.split_once('#') {
        Some((file, heading)) => (file, Some(heading)),
        None => (link, None),
    })
}

/// Whether a page has a heading with this anchor; a link to the page as a whole needs none.
fn has_heading(page: &str, anchor: Option<&str>) -> bool {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let mut anchors = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-"));
    anchor.is_none_or(|anchor| anchors.any(|heading| heading == anchor))
}

/// The lines of a text's shell blocks.
fn shell_lines(text: &str) -> Vec<String> {
    blocks(text, "sh").flat_map(str::lines).map(str::to_owned).collect()
}

/// A text's code in a language.
fn blocks<'a>(text: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let blocks = text
        .split(&format!("```{language}\n"))
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter();
    blocks.filter_map(|rest| rest.split("```").next())
}

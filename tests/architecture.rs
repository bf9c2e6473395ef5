//! The shape of `src/`: each part uses what stands to its right, and no two files need each other.
//!
//! Read from the `use` declarations and the paths that begin with `crate`, `self` or `super`, without those of tests.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, ItemUse, Meta, Token, UseTree, Visibility};

/// The parts, from left to right: each may use those after it. Beside them, the [`VOCABULARIES`].
const PARTS: &[&str] = &[
    "main",
    "plugin",
    "protocol",
    "docs",
    "provider",
    "clouds",
    "clouds::aws",
    "clouds::scaleway",
    "clouds::tencentcloud",
    "clouds::shared",
    "framework",
    "http",
    "signing",
];

/// What all parts may use, in the same order among themselves.
const VOCABULARIES: &[&str] = &["schema", "value", "host", "secret"];

/// The folders of one cloud, which use nothing of another's.
const CLOUDS: &[&str] = &["clouds::aws", "clouds::scaleway", "clouds::tencentcloud"];

#[test]
fn nothing_points_left() {
    let tree = Tree::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let wrong: Vec<_> = tree.needs().filter(|need| !may_use(&need.from, &need.to)).collect();
    assert!(wrong.is_empty(), "{}", listed(&wrong));
}

#[test]
fn no_two_files_need_each_other() {
    let tree = Tree::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let circles = tree.circles();
    assert!(circles.is_empty(), "{}", circles.join("\n\n"));
}

#[test]
fn what_points_left_or_in_a_circle_is_found() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("lib.rs", "pub mod http;\npub mod signing;\npub mod framework;\n"),
        (
            "http.rs",
            "use crate::framework::Error;\n#[cfg(test)]\nmod tests { use crate::framework::Outcome; }\n",
        ),
        (
            "signing.rs",
            "fn sign() -> crate::http::Answer { todo!() }\n#[cfg(all(test, unix))]\nmod tests { use crate::http::Error; }\n",
        ),
        ("framework/mod.rs", "mod one;\nmod two;\npub use one::One;\n"),
        (
            "framework/one.rs",
            "use super::two::Two;\n#[cfg(test)]\nmod tests { use crate::plugin::X; }\n",
        ),
        ("framework/two.rs", "use std::fmt;\n\nuse super::One;\n"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let tree = Tree::read(folder.path().to_owned());
    let wrong: Vec<_> = tree
        .needs()
        .filter(|need| !may_use(&need.from, &need.to))
        .map(Need::to_string)
        .collect();
    assert_eq!(
        wrong,
        [
            "http.rs:1: use crate::framework::Error",
            "signing.rs:1: crate::http::Answer",
        ]
    );
    assert_eq!(
        tree.circles(),
        ["framework/one.rs:1: use super::two::Two\nframework/two.rs:3: use super::One"]
    );
}

/// Whether a module may use another one.
fn may_use(from: &str, to: &str) -> bool {
    let (from_part, to_part) = (part(from), part(to));
    if from_part == to_part {
        return true;
    }
    if CLOUDS.contains(&from_part) && CLOUDS.contains(&to_part) {
        return false;
    }
    rank(from_part) < rank(to_part)
}

fn part(module: &str) -> &str {
    let all = PARTS.iter().chain(VOCABULARIES);
    let within = all.filter(|part| module == **part || module.starts_with(&format!("{part}::")));
    within
        .max_by_key(|part| part.len())
        .unwrap_or_else(|| panic!("{module} is of no part: name it here"))
}

fn rank(part: &str) -> usize {
    PARTS
        .iter()
        .chain(VOCABULARIES)
        .position(|known| *known == part)
        .unwrap()
}

/// One module needs another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    file: PathBuf,
    line: usize,
    from: String,
    to: String,
    written: String,
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.written)
    }
}

fn listed(needs: &[&Need]) -> String {
    needs.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The modules of a crate that are compiled without tests.
#[derive(Default)]
struct Tree {
    root: PathBuf,
    modules: BTreeMap<String, Module>,
    needs: BTreeSet<Need>,
}

struct Module {
    file: PathBuf,
    syntax: File,
    /// What it makes known of others' items: the name here, and the path there.
    re_exports: BTreeMap<String, String>,
}

impl Tree {
    fn read(root: PathBuf) -> Self {
        let mut tree = Self {
            root,
            ..Self::default()
        };
        for name in ["lib", "main"] {
            if tree.root.join(name).with_extension("rs").exists() {
                tree.load(name, Path::new(name).with_extension("rs"));
            }
        }
        let names: Vec<_> = tree.modules.keys().cloned().collect();
        for name in &names {
            let re_exports = tree.re_exports(name);
            tree.modules.get_mut(name).unwrap().re_exports = re_exports;
        }
        let mut needs = BTreeSet::new();
        for (name, module) in &tree.modules {
            let mut reader = Reader {
                tree: &tree,
                module,
                name,
                needs: &mut needs,
            };
            reader.visit_file(&module.syntax);
        }
        tree.needs = needs;
        tree
    }

    fn load(&mut self, name: &str, file: PathBuf) {
        let syntax = syn::parse_file(&fs::read_to_string(self.root.join(&file)).unwrap()).unwrap();
        let stem = file.file_stem().unwrap().to_owned();
        let is_folder = ["lib", "main", "mod"].iter().any(|name| stem == *name);
        let folder = if is_folder {
            file.parent().unwrap().to_owned()
        } else {
            file.with_extension("")
        };
        let children: Vec<_> = syntax.items.iter().filter_map(child).collect();
        let module = Module {
            file,
            syntax,
            re_exports: BTreeMap::new(),
        };
        self.modules.insert(name.to_owned(), module);
        for child in children {
            let beside = folder.join(&child).with_extension("rs");
            let file = if self.root.join(&beside).exists() {
                beside
            } else {
                folder.join(&child).join("mod.rs")
            };
            let of_root = if name == "lib" { "" } else { name };
            self.load(&joined(of_root, &child), file);
        }
    }

    fn re_exports(&self, name: &str) -> BTreeMap<String, String> {
        let items = self.modules[name].syntax.items.iter();
        let uses = items.filter_map(|item| match item {
            Item::Use(item) if !matches!(item.vis, Visibility::Inherited) && !is_of_tests(&item.attrs) => Some(item),
            _ => None,
        });
        let leaves = uses.flat_map(|item| leaves(&item.tree, ""));
        leaves
            .filter_map(|(path, name_here)| Some((name_here, self.absolute(name, &path)?)))
            .collect()
    }

    /// A path as written in a module, from the root of the crate. None if it leads out of the crate.
    fn absolute(&self, module: &str, path: &str) -> Option<String> {
        let mut segments = path.split("::").peekable();
        let mut base = match module {
            "lib" => String::new(),
            other => other.to_owned(),
        };
        match *segments.peek()? {
            "crate" | "apikeys" => {
                base = String::new();
                segments.next();
            }
            "self" => drop(segments.next()),
            "super" => {
                while segments.next_if_eq(&"super").is_some() {
                    base = base
                        .rsplit_once("::")
                        .map_or(String::new(), |(outer, _)| outer.to_owned());
                }
            }
            first if self.modules.contains_key(&joined(&base, first)) => {}
            _ => return None,
        }
        Some(segments.fold(base, |base, segment| joined(&base, segment)))
    }

    /// The module that an absolute path leads to, through what modules make known of others.
    fn target(&self, path: &str) -> Option<&str> {
        let mut module = path;
        while !self.modules.contains_key(module) {
            module = module.rsplit_once("::")?.0;
        }
        let rest = path[module.len()..].trim_start_matches("::");
        let (first, rest) = rest.split_once("::").unwrap_or((rest, ""));
        let (found, known) = self.modules.get_key_value(module)?;
        match known.re_exports.get(first) {
            Some(further) if further != path => self.target(&joined(further, rest)),
            _ => Some(found),
        }
    }

    fn needs(&self) -> impl Iterator<Item = &Need> {
        self.needs.iter()
    }

    /// For each group of files that need each other, the lines that say so.
    fn circles(&self) -> Vec<String> {
        let reach: BTreeMap<&str, BTreeSet<&str>> = self
            .modules
            .keys()
            .map(|from| (from.as_str(), self.reach(from)))
            .collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for (from, reached) in &reach {
            let group: BTreeSet<_> = reached
                .iter()
                .filter(|to| reach[**to].contains(from))
                .copied()
                .collect();
            if group.contains(from) && seen.insert(group.clone()) {
                let within = |need: &&Need| group.contains(need.from.as_str()) && group.contains(need.to.as_str());
                let needs: Vec<_> = self.needs().filter(within).collect();
                circles.push(listed(&needs));
            }
        }
        circles
    }

    fn reach(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for need in self.needs().filter(|need| need.from == module) {
                if reached.insert(need.to.as_str()) {
                    open.push(&need.to);
                }
            }
        }
        reached
    }
}

/// Collects what one module needs.
struct Reader<'t> {
    tree: &'t Tree,
    module: &'t Module,
    name: &'t str,
    needs: &'t mut BTreeSet<Need>,
}

impl Reader<'_> {
    fn needs(&mut self, path: &str, line: usize, written: String) {
        let absolute = self.tree.absolute(self.name, path);
        let Some(to) = absolute.and_then(|path| self.tree.target(&path)) else {
            return;
        };
        if to != self.name && !self.name.is_empty() {
            self.needs.insert(Need {
                file: self.module.file.clone(),
                line,
                from: self.name.to_owned(),
                to: to.to_owned(),
                written,
            });
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_of_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // What a module makes known of its parts is no need of its own.
        if matches!(item.vis, Visibility::Inherited) {
            for (path, _) in leaves(&item.tree, "") {
                self.needs(&path, item.use_token.span.start().line, format!("use {path}"));
            }
        }
    }

    /// Who may see an item is no need of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let written = segments.join("::");
        let line = path.segments[0].ident.span().start().line;
        match self.module.re_exports.get(&segments[0]) {
            Some(known) => self.needs(&format!("crate::{known}"), line, written),
            None if segments.len() > 1 => self.needs(&written.clone(), line, written),
            None => {}
        }
        visit::visit_path(self, path);
    }
}

/// The modules that a file declares in files of their own, but for those of tests.
fn child(item: &Item) -> Option<String> {
    match item {
        Item::Mod(ItemMod {
            attrs,
            ident,
            content: None,
            ..
        }) if !is_of_tests(attrs) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_of_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| needs_test(&condition))
    };
    attributes.iter().any(is_test)
}

/// Whether a condition holds in tests only: `test`, or `all(test, …)`.
fn needs_test(condition: &Meta) -> bool {
    let all = Punctuated::<Meta, Token![,]>::parse_terminated;
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(all)
            .is_ok_and(|conditions| conditions.iter().any(needs_test)),
        _ => false,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The paths of a `use`, each with the name it is known by.
fn leaves(tree: &UseTree, base: &str) -> Vec<(String, String)> {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &joined(base, &path.ident.to_string())),
        UseTree::Name(name) if name.ident == "self" => {
            vec![(base.to_owned(), base.rsplit("::").next().unwrap_or_default().to_owned())]
        }
        UseTree::Name(name) => vec![(joined(base, &name.ident.to_string()), name.ident.to_string())],
        UseTree::Rename(name) => vec![(joined(base, &name.ident.to_string()), name.rename.to_string())],
        UseTree::Glob(_) => vec![(base.to_owned(), String::new())],
        UseTree::Group(group) => group.items.iter().flat_map(|tree| leaves(tree, base)).collect(),
    }
}

fn joined(base: &str, name: &str) -> String {
    match (base, name) {
        ("", name) => name.to_owned(),
        (base, "") => base.to_owned(),
        (base, name) => format!("{base}::{name}"),
    }
}

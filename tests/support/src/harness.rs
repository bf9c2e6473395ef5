//! The harness of test targets that drive a CLI. The standard one cannot say that a test was skipped: there, it returns and has passed.
//!
//! A module lists its tests in a constant, [`cli_tests!`](crate::cli_tests) and [`plain_tests!`](crate::plain_tests), and `main` hands all of
//! them to [`run`]. A test that is in no list is unused code, of which the compiler warns.

use std::io::{self, Write};
use std::process::ExitCode;
use std::{env, fmt, panic, thread};

use cli::{Cli, Product};
use libtest_mimic::{Arguments, Completion, Failed, FormatSetting, Trial};

pub use crate::{cli_tests, plain_tests};

/// Which tests there are in a module that drive a CLI: functions that take a [`Cli`].
///
/// ```
/// use cli::Cli;
/// use support::harness::{Test, cli_tests};
///
/// const TESTS: &[Test] = cli_tests![a_key_is_made];
///
/// fn a_key_is_made(cli: &Cli) {
///     assert!(cli.program().is_file());
/// }
/// ```
#[macro_export]
macro_rules! cli_tests {
    (since $since:expr; $($test:ident),+ $(,)?) => {
        &[$($crate::harness::Test::with_cli(concat!(module_path!(), "::", stringify!($test)), $test).since($since)),+]
    };
    ($($(#[$attribute:meta])* $test:ident),+ $(,)?) => {
        &[$($(#[$attribute])* $crate::harness::Test::with_cli(concat!(module_path!(), "::", stringify!($test)), $test)),+]
    };
}

/// Which tests there are in a module that need no CLI.
#[macro_export]
macro_rules! plain_tests {
    ($($test:ident),+ $(,)?) => {
        &[$($crate::harness::Test::new(concat!(module_path!(), "::", stringify!($test)), $test)),+]
    };
}

/// A test. It fails by a panic.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    path: &'static str,
    function: Function,
    since: Since,
}

/// The first versions that have what a test needs, by their first two numbers. With an older one the test is ignored.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// Of Terraform; `None` where no version has it.
    pub terraform: Option<(u32, u32)>,
    /// Of OpenTofu.
    pub opentofu: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Plain(fn()),
    WithCli(fn(&Cli)),
}

/// The CLI of a run, or why there is none.
#[derive(Clone)]
enum Available {
    Found(Cli),
    Missing(String),
    Skipped,
}

/// The variable by which a user does without a CLI, set to `1`.
const SKIP: &str = "APIKEYS_SKIP_ACCEPTANCE";

impl Test {
    /// A test that needs no CLI, by the path of its function.
    pub const fn new(path: &'static str, function: fn()) -> Self {
        let function = Function::Plain(function);
        let since = Since::ALWAYS;
        Self { path, function, since }
    }

    /// A test that drives a CLI, by the path of its function.
    pub const fn with_cli(path: &'static str, function: fn(&Cli)) -> Self {
        let function = Function::WithCli(function);
        let since = Since::ALWAYS;
        Self { path, function, since }
    }

    /// The same test, for CLIs from these versions on.
    #[must_use]
    pub const fn since(self, since: Since) -> Self {
        Self { since, ..self }
    }

    /// Its name, as the standard harness has it: the path without the crate.
    fn name(&self) -> &'static str {
        self.path.split_once("::").map_or(self.path, |(_, name)| name)
    }

    fn trial(self, available: &Available) -> Trial {
        let name = self.name();
        match (self.function, available) {
            (Function::Plain(test), _) => Trial::ignorable_test(name, move || finish(name, test)),
            (Function::WithCli(_), Available::Found(cli)) if !self.since.includes(cli) => {
                let skipped = Completion::ignored_with(self.since.to_string());
                Trial::ignorable_test(name, move || Ok(skipped))
            }
            (Function::WithCli(test), Available::Found(cli)) => {
                let cli = cli.clone();
                Trial::ignorable_test(name, move || finish(name, move || test(&cli)))
            }
            (Function::WithCli(_), Available::Missing(error)) => {
                let error = format!("this test needs a CLI, or {SKIP}=1 to do without: {error}");
                Trial::test(name, move || Err(error.into()))
            }
            (Function::WithCli(_), Available::Skipped) => {
                let skipped = Completion::ignored_with(format!("{SKIP}=1"));
                Trial::ignorable_test(name, move || Ok(skipped))
            }
        }
    }
}

impl Since {
    const ALWAYS: Self = Self {
        terraform: Some((0, 0)),
        opentofu: Some((0, 0)),
    };

    fn includes(self, cli: &Cli) -> bool {
        let first = match cli.product() {
            Product::Terraform => self.terraform,
            Product::OpenTofu => self.opentofu,
        };
        first.is_some_and(|first| cli.minor() >= first)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let products = [("Terraform", self.terraform), ("OpenTofu", self.opentofu)];
        let having = products
            .iter()
            .filter_map(|(name, first)| first.map(|(major, minor)| format!("{name} {major}.{minor}")));
        write!(f, "needs {}", having.collect::<Vec<_>>().join(" or "))
    }
}

/// Runs a test to its end, on a thread of its name, which a panic is reported with.
fn finish(name: &str, test: impl FnOnce() + Send + 'static) -> Result<Completion, Failed> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(test)?;
    match thread.join() {
        Ok(()) => Ok(Completion::Completed),
        Err(panic) => panic::resume_unwind(panic),
    }
}

/// Runs the tests that the arguments of the process select, and says first which CLI they run on.
///
/// With `APIKEYS_SKIP_ACCEPTANCE=1` tests that drive a CLI are ignored; without that and without a CLI they fail.
pub fn run<'a>(tests: impl IntoIterator<Item = &'a [Test]>) -> ExitCode {
    let arguments = Arguments::from_args();
    let available = if arguments.list {
        Available::Skipped
    } else {
        Available::in_environment()
    };
    let is_text = !arguments.list && arguments.format != Some(FormatSetting::Json);
    if let (Available::Found(cli), true) = (&available, is_text) {
        // Where nobody reads there is nobody to tell of an error.
        let _ = writeln!(io::stdout(), "\nrunning on {cli}");
    }
    libtest_mimic::run(&arguments, trials(tests, &available)).exit_code()
}

fn trials<'a>(tests: impl IntoIterator<Item = &'a [Test]>, available: &Available) -> Vec<Trial> {
    let tests = tests.into_iter().flatten();
    tests.map(|test| test.trial(available)).collect()
}

impl Available {
    fn in_environment() -> Self {
        if env::var_os(SKIP).is_some_and(|value| value == "1") {
            return Self::Skipped;
        }
        match Cli::find(|name| env::var_os(name)) {
            Ok(cli) => Self::Found(cli),
            Err(error) => Self::Missing(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    const TESTS: &[Test] = crate::cli_tests![drives];
    const OTHERS: &[Test] = crate::plain_tests![passes, panics];

    fn drives(cli: &Cli) {
        panic!("ran on {cli}");
    }

    fn passes() {}

    fn panics() {
        assert_eq!(1, 2, "what a test says");
    }

    /// What a run of these tests prints, and how many passed, failed and were ignored.
    fn report(available: &Available, arguments: &[&str]) -> (String, [u64; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let logfile = format!("--logfile={}", log.display());
        let arguments = [&["test", "--test-threads=1", &logfile], arguments].concat();
        let conclusion = libtest_mimic::run(&Arguments::from_iter(arguments), trials([TESTS, OTHERS], available));
        let counts = [conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored];
        (fs::read_to_string(log).unwrap(), counts)
    }

    #[test]
    fn a_skipped_test_is_ignored_with_the_reason_and_others_run() {
        let (told, counts) = report(&Available::Skipped, &["--skip=panics"]);
        assert_eq!(counts, [1, 0, 1]);
        assert!(
            told.contains("harness::tests::drives ... ignored (APIKEYS_SKIP_ACCEPTANCE=1)\n"),
            "{told}"
        );
        assert!(told.contains("harness::tests::passes ... ok\n"), "{told}");
    }

    #[test]
    fn without_a_cli_a_test_fails_and_says_what_is_missing() {
        let missing = Available::Missing("neither is on the PATH".to_owned());
        let (told, counts) = report(&missing, &["--exact", "harness::tests::drives"]);
        assert_eq!(counts, [0, 1, 0]);
        assert!(
            told.contains("this test needs a CLI, or APIKEYS_SKIP_ACCEPTANCE=1 to do without: neither is on the PATH"),
            "{told}"
        );
    }

    #[test]
    fn a_panic_fails_the_test_and_is_reported_with_its_message() {
        let (told, counts) = report(&Available::Skipped, &["panics"]);
        assert_eq!(counts, [0, 1, 0]);
        assert!(told.contains("what a test says"), "{told}");
    }

    #[test]
    fn tests_are_listed_by_the_path_of_their_function() {
        let (told, _) = report(&Available::Skipped, &["--list"]);
        let expected = "harness::tests::drives: test\nharness::tests::passes: test\nharness::tests::panics: test\n";
        assert_eq!(told, expected);
    }

    /// Without the standard harness the attribute has no effect but to hide the function from the compiler.
    #[test]
    fn no_function_of_a_target_without_the_standard_harness_has_the_attribute_for_tests() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let targets = manifest.split("\n[[test]]\n").skip(1);
        let targets = targets.filter(|target| target.split("\n[").next().unwrap().contains("harness = false"));
        let paths: Vec<_> = targets
            .map(|target| root.join(target.split('"').find(|text| text.ends_with(".rs")).unwrap()))
            .collect();
        assert!(paths.len() > 1, "{paths:?}");
        // A target is one file, or the folder of its `main.rs`.
        let all = |path: &PathBuf| match path.ends_with("main.rs") {
            true => files(path.parent().unwrap()),
            false => vec![path.clone()],
        };
        for file in paths.iter().flat_map(all) {
            let text = fs::read_to_string(&file).unwrap();
            let marked = text.lines().find(|line| {
                let attribute = line.trim().trim_start_matches("#[").trim_start_matches("tokio::");
                line.trim().starts_with("#[") && attribute.starts_with("test]")
            });
            assert_eq!(marked, None, "{}", file.display());
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
        found.extend(folders.iter().flat_map(|folder| files(folder)));
        found
    }
}

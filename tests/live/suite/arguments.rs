//! The arguments of a test harness, as far as they mean something here: `cargo test` hands the same ones to all.

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// Whether tests are to be listed, and not run.
    pub(super) is_list: bool,
    wanted: Vec<String>,
    unwanted: Vec<String>,
}

/// The options of the standard harness that are followed by a value.
const WITH_VALUE: [&str; 6] = [
    "-Z",
    "--color",
    "--format",
    "--logfile",
    "--shuffle-seed",
    "--test-threads",
];

impl Arguments {
    /// Takes what selects tests, and leaves out what only says how they are shown.
    pub(super) fn parse(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut parsed = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--list" => parsed.is_list = true,
                "--skip" => parsed.unwanted.extend(arguments.next()),
                option if WITH_VALUE.contains(&option) => drop(arguments.next()),
                option if option.starts_with('-') => {
                    let unwanted = option.strip_prefix("--skip=");
                    parsed.unwanted.extend(unwanted.map(str::to_owned));
                }
                _ => parsed.wanted.push(argument),
            }
        }
        parsed
    }

    /// Whether a test is to be run: it is if its name holds one of the names asked for, or there are none.
    pub(super) fn select(&self, test: &str) -> bool {
        let holds = |name: &String| test.contains(name.as_str());
        (self.wanted.is_empty() || self.wanted.iter().any(holds)) && !self.unwanted.iter().any(holds)
    }
}

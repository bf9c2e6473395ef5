//! The live tests, apart from the process they run in: tests/acceptance runs them against the sandbox.

mod arguments;
mod aws;
pub(crate) mod name;
pub(crate) mod scaleway;
mod scenario;
mod session;
mod summary;
mod sweep;
mod tencentcloud;
mod vendor;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};

use chrono::Utc;

use self::arguments::Arguments;
use self::session::Session;
use self::summary::{Report, Summary};
use self::vendor::Vendor;

/// The variables of an environment.
pub(crate) type Variables = BTreeMap<OsString, OsString>;

/// What became of all tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// At least one failed.
    Failed,
    /// None failed; some or all may have been skipped.
    Passed,
}

/// A test: the cloud it is about, and how it is run.
struct Test {
    cloud: &'static str,
    run: fn(&Session) -> Report,
}

/// Every test.
const TESTS: [Test; 3] = [
    of::<aws::Aws>(),
    of::<tencentcloud::TencentCloud>(),
    of::<scaleway::Scaleway>(),
];

const fn of<V: Vendor>() -> Test {
    Test {
        cloud: V::USE.name,
        run: session::test::<V>,
    }
}

/// Runs the tests that `arguments` select, which are those of a test harness, and tells of each.
///
/// # Errors
///
/// What there is to tell cannot be written.
pub(crate) fn run(
    environment: &Variables,
    arguments: impl IntoIterator<Item = String>,
    out: &mut impl Write,
) -> io::Result<Verdict> {
    let arguments = Arguments::parse(arguments);
    let tests = TESTS.iter().filter(|test| arguments.select(test.cloud));
    if arguments.is_list {
        for test in tests {
            writeln!(out, "{}: test", test.cloud)?;
        }
        return Ok(Verdict::Passed);
    }
    let session = Session::start(environment, Utc::now());
    let mut summary = Summary::default();
    for test in tests {
        write!(out, "test {} ... ", test.cloud)?;
        out.flush()?;
        let report = session.as_ref().map_or_else(|outcome| outcome.clone().into(), test.run);
        summary.add(test.cloud, report, out)?;
    }
    summary.end(out)
}

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

/// The program to run in the place of this one.
const PROGRAM: &str = "APIKEYS_BENCH_PROGRAM";
/// The file that takes the peak memory of each process, a line of bytes for each.
const PEAKS: &str = "APIKEYS_BENCH_PEAKS";

/// This program when Terraform has started it for a provider: it runs the provider as its only child, which lets the system
/// tell the child's peak memory.
///
/// What the system tells is at least what this program itself used when it started the child, two or three megabytes.
pub(crate) struct Watched {
    program: PathBuf,
    peaks: PathBuf,
    arguments: Vec<OsString>,
}

/// The variables that make this program such a one.
pub(crate) fn variables(program: &Path, peaks: &Path) -> [(&'static str, OsString); 2] {
    [(PROGRAM, program.into()), (PEAKS, peaks.into())]
}

/// The highest peak, in bytes, if there is any.
pub(crate) fn highest(peaks: &Path) -> io::Result<Option<u64>> {
    let text = fs::read_to_string(peaks)?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).max())
}

impl Watched {
    /// Nothing, if this program was not started for a provider.
    pub(crate) fn of_process(arguments: &[OsString], variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        Some(Self {
            program: variable(PROGRAM)?.into(),
            peaks: variable(PEAKS)?.into(),
            arguments: arguments.to_vec(),
        })
    }

    #[cfg(unix)]
    pub(crate) fn run(&self) -> Result<ExitCode, Box<dyn Error>> {
        use std::io::Write;
        use std::os::unix::process::CommandExt;
        use std::process::Command;

        use nix::sys::resource::{UsageWho, getrusage};

        let (name, arguments) = self.arguments.split_first().ok_or("no name")?;
        let mut command = Command::new(&self.program);
        // The provider looks at the name it is started under.
        command.arg0(name).args(arguments);
        let status = command.env_remove(PROGRAM).env_remove(PEAKS).status()?;
        let peak = u64::try_from(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss())?;
        let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
        let mut peaks = fs::File::options().append(true).open(&self.peaks)?;
        peaks.write_all(format!("{}\n", peak * unit).as_bytes())?;
        Ok(if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn run(&self) -> Result<ExitCode, Box<dyn Error>> {
        Err("memory is not measured on this system".into())
    }
}

use std::error::Error;
use std::io::Write;
use std::path::Path;

use cli::Cli;
use sandbox::{Cloud, Sandbox};

use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::stage::{Stage, typed};

/// Keeps the clouds and a folder ready for commands by hand until Ctrl-C.
pub(crate) fn until_interrupted(
    progress: &mut Progress<impl Write>,
    cli: &Cli,
    provider: &Path,
    sandbox: &Sandbox,
    interrupt: &Interrupt,
) -> Result<(), Box<dyn Error>> {
    sandbox.reset();
    let stage = Stage::new(cli, provider, sandbox)?;
    let of_cli = stage.workspace.variables().iter();
    let of_cli = of_cli.filter(|(name, _)| *name == "TF_CLI_CONFIG_FILE" || *name == "CHECKPOINT_DISABLE");
    let of_cli = of_cli.map(|(name, value)| {
        (
            name.to_string_lossy().into_owned(),
            value.to_string_lossy().into_owned(),
        )
    });
    let exports = of_cli
        .chain(sandbox.environment())
        .map(|(name, value)| format!("export {name}='{value}'\n"));
    stage.workspace.write("environment.sh", &exports.collect::<String>())?;
    let terraform = typed(cli);
    progress.text(&format!(
        "The clouds keep running, and a folder with examples/demo is ready. In another
terminal, without `{terraform} init`, which a development override replaces:

  cd {folder}
  . ./environment.sh
  {terraform} apply
  {terraform} output -raw aws_key
  {terraform} apply -var in_service=false
  {terraform} destroy

The requests that the clouds have received:

  curl {aws}/_sandbox/journal

Ctrl-C stops the clouds and removes the folder.
",
        folder = stage.workspace.folder().display(),
        aws = sandbox.url(Cloud::Aws),
    ))?;
    interrupt.wait();
    progress.text(&format!("\nDone: {}\n", stage.remove()))?;
    Ok(())
}

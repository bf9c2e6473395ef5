"""Who arrives at a cloud: the provider, run by the real CLI, beside the vendor's SDK, with the same environment and files.

A table has rows, and a row says what the environment and the user's folder hold, and who is to arrive. Both sides list keys, each
in a process of its own that is told nothing else: the SDK at once, and the provider as it looks for a key whose answer was lost. The
sandbox's journal tells who it was. Where the SDK does something else, the row
says what and why: such a difference is deliberate, and checked like everything else.

Texts may hold `$name`, for a name that the table gives, and `$home`, the user's folder.
"""

import os
import shutil
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from checks import Check, Sandbox, Setting, Skipped, registry

HERE = Path(__file__).resolve().parent

# It takes a second; this only turns a hang into a failure.
LIMIT_SECONDS = 60

# As much of what a side said as helps.
LINES_SHOWN = 12

# Who arrives: whatever a table's `seen` makes of the journal. Nobody is `None`.
Arrival = tuple | None


class NotACli(Exception):
    """What is to be the CLI is something else."""


class Difference(NamedTuple):
    """Who arrives of the SDK instead, and why that is not what the provider does."""

    arrives: Arrival
    reason: str


class Row(NamedTuple):
    """What there is to find, and who is to arrive."""

    title: str
    arrives: Arrival
    # These go over the table's; `None` takes one of those away.
    variables: dict[str, str | None] = {}
    # Texts by their paths in the user's folder.
    files: dict[str, str] = {}
    # Arguments of the provider block.
    block: str = ""
    # The function of the table's module that makes the SDK's call.
    call: str = "call"
    differs: Difference | None = None


class Table(NamedTuple):
    """What the rows of one cloud share."""

    # The module of the table, whose functions make the SDK's calls.
    module: str
    # The provider's source address.
    source: str
    # A key to be made, and the call that makes it.
    resource: str
    create: str
    # The variables of every row, by which both sides find the sandbox.
    variables: Callable[[Sandbox], dict[str, str]]
    # The texts that names in rows stand for. Called after a reset, so that it can make what it names.
    names: Callable[[Sandbox], dict[str, str]]
    # Who arrived, from what the journal has of one side; `None` if nobody did.
    seen: Callable[[list[dict]], Arrival]

    @property
    def cloud(self) -> str:
        return self.module.split("_")[0]


def compare(table: Table, rows: Iterable[Row]) -> None:
    """Enters the rows in the registry of checks."""
    for row in rows:
        title = f"{table.cloud}: identity: {row.title}"
        if row.differs:
            title += f" (the SDK differs: {row.differs.reason})"
        registry.append(Check(title, lambda sandbox, row=row: check(table, row, sandbox), Setting.PLAIN))


def check(table: Table, row: Row, sandbox: Sandbox) -> None:
    """Lets both sides call, and compares who arrived with who was to."""
    cli = find_cli()
    with tempfile.TemporaryDirectory(prefix="apikeys-identity-") as folder:
        home = Path(folder, "home")
        home.mkdir()
        fill = Filler(table.names(sandbox) | {"home": str(home)})
        for path, text in row.files.items():
            target = home / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(fill(text).encode())
        variables = fill(table.variables(sandbox) | row.variables) | {"HOME": str(home), "PATH": os.environ["PATH"]}
        variables = {name: value for name, value in variables.items() if value is not None}
        sdk = [sys.executable, "-B", str(HERE / "identity_call.py"), table.module, row.call]
        work = Path(folder, "work")
        work.mkdir()
        (work / "main.tf").write_text(configuration(table, fill(row.block)))
        own = {"TF_CLI_CONFIG_FILE": str(install(Path(folder), table)), "CHECKPOINT_DISABLE": "1"}
        apply = [cli, "apply", "-auto-approve", "-no-color", "-input=false", "-lock=false"]

        expected = fill(row.arrives)
        sandbox.queue_fault(cloud=table.cloud, operation=table.create, kind="drop_after")
        expect_arrival("the provider", table, sandbox, expected, apply, work, variables | own)
        if row.differs:
            differing = fill(row.differs.arrives)
            if differing == expected:
                raise AssertionError(f"a difference is stated, but none is expected: {expected!r}")
            expected = differing
        expect_arrival("the SDK", table, sandbox, expected, sdk, home, variables)


def expect_arrival(
    who: str, table: Table, sandbox: Sandbox, expected: Arrival, command: list[str], folder: Path, variables: dict[str, str]
) -> None:
    """Runs a command, and fails unless the one arrives who is to. How it ends does not matter: the sandbox refuses some."""
    before = len(sandbox.journal(table.cloud))
    ended = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    found = table.seen(sandbox.journal(table.cloud)[before:])
    if found != expected:
        said = (ended.stdout + ended.stderr).strip().splitlines()[-LINES_SHOWN:]
        raise AssertionError(f"of {who} arrived {found!r}, expected {expected!r}; it said: {' / '.join(said)}")


class Filler:
    """Puts texts in the place of names, in whatever holds them."""

    def __init__(self, names: dict[str, str]):
        self.names = names

    def __call__(self, value):
        match value:
            case str():
                return string.Template(value).substitute(self.names)
            case tuple():
                return tuple(self(part) for part in value)
            case dict():
                return {name: self(text) for name, text in value.items()}
            case _:
                return value


def configuration(table: Table, block: str) -> str:
    name = table.source.split("/")[1]
    return f"""terraform {{
  required_providers {{
    {name} = {{ source = "{table.source}" }}
  }}
}}

provider "{name}" {{
  {block}
}}

{table.resource}
"""


def install(folder: Path, table: Table) -> Path:
    """Lays the provider into a folder under the name of the table's, and gives the CLI configuration that takes it from there."""
    programs = folder / "programs"
    programs.mkdir()
    (programs / f"terraform-provider-{table.source.split('/')[1]}").symlink_to(os.environ["APIKEYS_PROVIDER"])
    file = folder / "cli.tfrc"
    file.write_text(f'provider_installation {{\n  dev_overrides {{\n    "{table.source}" = "{programs}"\n  }}\n}}\n')
    return file


def find_cli() -> str:
    """The program that `TF_ACC_TERRAFORM_PATH` names, else Terraform, else OpenTofu on the `PATH`."""
    named = os.environ.get("TF_ACC_TERRAFORM_PATH")
    if named:
        # It is run in other folders.
        program = os.path.abspath(named)
        if not (os.path.isfile(program) and os.access(program, os.X_OK)):
            raise NotACli(f"TF_ACC_TERRAFORM_PATH is {named!r}, which is not a program")
        return program
    found = shutil.which("terraform") or shutil.which("tofu")
    if not found:
        raise Skipped("neither terraform nor tofu is on the PATH")
    return found


def describe_cli() -> str:
    """Which product and version the CLI is, by the first line of its `version`, or why there is none."""
    try:
        cli = find_cli()
    except Skipped as reason:
        return f"none, {reason}"
    with tempfile.TemporaryDirectory(prefix="apikeys-identity-") as folder:
        variables = {"HOME": folder, "PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"}
        ended = subprocess.run(
            [cli, "version"], cwd=folder, env=variables, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
    first = ended.stdout.partition("\n")[0]
    if not first.startswith(("Terraform v", "OpenTofu v")):
        raise NotACli(f"{cli} is neither Terraform nor OpenTofu: its version command begins with {first!r}")
    return f"{first} ({cli})"

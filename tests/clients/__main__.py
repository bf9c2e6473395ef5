"""Runs every check, one line each; the exit code tells whether all passed."""

import os
import socket
import sys
import traceback

# Imported for the checks they enter in the registry.
import aws_access_checks  # noqa: F401
import aws_checks  # noqa: F401
import aws_identity_checks  # noqa: F401
import scaleway_access_checks  # noqa: F401
import scaleway_checks  # noqa: F401
import scaleway_holder_checks  # noqa: F401
import scaleway_identity_checks  # noqa: F401
import tencentcloud_2017_checks  # noqa: F401
import tencentcloud_access_checks  # noqa: F401
import tencentcloud_checks  # noqa: F401
import tencentcloud_identity_checks  # noqa: F401
from checks import Sandbox, Setting, Skipped, registry
from identity import NotACli, describe_cli

# No client waits longer than this for an answer, whatever its own default.
ANSWER_SECONDS = 30

# A developer's own profiles, endpoints and proxies would change what the clients do.
FOREIGN_PREFIXES = ("AWS_", "SCW_", "TENCENTCLOUD_")
FOREIGN_NAMES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")


def main(announcements: list[str]) -> int:
    socket.setdefaulttimeout(ANSWER_SECONDS)
    clear_environment()
    sandboxes = {setting: Sandbox(line) for setting, line in zip(Setting, announcements, strict=True)}
    try:
        print(f"running on {describe_cli()}", flush=True)
    except NotACli as error:
        print(f"tests/clients: {error}", file=sys.stderr)
        return 1
    failed = skipped = 0
    for check in registry:
        sandbox = sandboxes[check.setting]
        try:
            sandbox.reset()
            check.run(sandbox)
        except Skipped as reason:
            skipped += 1
            print(f"skip {check.title}: {reason}", flush=True)
        except Exception as error:  # a client may raise anything; the next check still runs
            failed += 1
            print(f"FAIL {check.title}: {explain(error)}", flush=True)
        else:
            print(f"ok   {check.title}", flush=True)
    print(f"{len(registry) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def clear_environment() -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN_PREFIXES) or name.upper() in FOREIGN_NAMES:
            del os.environ[name]
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1",
    )


def explain(error: Exception) -> str:
    """The error on one line, with the place in the checks that met it."""
    here = os.path.dirname(os.path.abspath(__file__))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith("_checks.py")]
    place = f"{os.path.relpath(frames[-1].filename, here)}:{frames[-1].lineno}: " if frames else ""
    return f"{place}{type(error).__name__}: {' '.join(str(error).split())}"


sys.exit(main(sys.argv[1:]))

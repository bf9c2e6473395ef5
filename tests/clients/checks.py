"""What all checks share: the registry they enter, the sandboxes they meet, and two expectations."""

import contextlib
import enum
import json
import os
import urllib.request
from collections.abc import Callable
from typing import NamedTuple


class Setting(enum.Enum):
    """How a sandbox was started, in the order `run` starts them."""

    PLAIN = enum.auto()
    CLOCK_AHEAD = enum.auto()
    LIMITED = enum.auto()


class Skipped(Exception):
    """A check cannot be made here, for this reason."""


class Check(NamedTuple):
    """A check and the sandbox it wants."""

    title: str
    run: Callable
    setting: Setting


registry: list[Check] = []


def check(setting: Setting = Setting.PLAIN):
    """Enters a function in the registry; it is called with a freshly reset sandbox. Its title is its name, after its cloud's."""

    def enter(function):
        cloud = function.__module__.split("_")[0]
        registry.append(Check(f"{cloud}: {function.__name__.replace('_', ' ')}", function, setting))
        return function

    return enter


class Sandbox:
    """A running sandbox, known by the line of JSON it announced itself with."""

    def __init__(self, announcement: str):
        facts = json.loads(announcement)
        self.environment: dict[str, str] = facts.pop("environment")
        self.urls: dict[str, str] = {cloud: place["url"] for cloud, place in facts.items()}

    @contextlib.contextmanager
    def as_environment(self):
        """Lets the announced environment be the process's own for a while."""
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def reset(self) -> None:
        """Forgets all keys, journal entries and faults."""
        self._control("reset", {})

    def queue_fault(self, **fault) -> None:
        """Queues one fault, in the sandbox's own terms."""
        self._control("faults", fault)

    def journal(self, cloud: str) -> list[dict]:
        """The requests one cloud has seen since the last reset."""
        return [entry for entry in json.loads(self._control("journal")) if entry["cloud"] == cloud]

    def _control(self, what: str, body: dict | None = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.urls['aws']}/_sandbox/{what}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return answer.read()


def expect_equal(found, expected, about: str = "") -> None:
    """Fails, showing both, unless the two are equal."""
    if found != expected:
        raise AssertionError(f"{about + ': ' if about else ''}found {found!r}, expected {expected!r}")


def expect_error(kind: type[Exception], call: Callable, *arguments, **named) -> Exception:
    """The error of this kind that the call must end in."""
    try:
        answer = call(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {answer!r}")

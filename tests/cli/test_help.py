"""Every command explains itself with examples, and asking for help imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from interop.cli.program import cli

HEAVY = ("polars", "pydantic", "fhir", "yaml", "orjson", "lxml", "rich", "jsonschema_rs", "re2", "zstandard")


@pytest.mark.parametrize("command", ["convert", "check", "explain", "list", "show", "schema", "new"])
def test_help_has_examples(interop, command) -> None:
    done = interop(command, "--help")
    assert done.code == 0
    assert "Examples:" in done.out.decode()
    assert f"interop {command}" in done.out.decode().split("Examples:")[1]


def test_all_commands_are_listed() -> None:
    commands = ["check", "convert", "coverage", "explain", "lineage", "list", "new", "quarantine", "schema", "show"]
    assert sorted(cli.commands) == commands


def test_version(interop) -> None:
    import interop as library

    assert interop("--version").lines == [f"interop {library.__version__}"]


def test_no_command_is_a_wrong_call(interop) -> None:
    assert interop().code == 2
    assert interop("konvert").code == 2


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, interop.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
